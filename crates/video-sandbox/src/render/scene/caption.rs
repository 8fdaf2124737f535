//! The prompt over a picture, as a caption at its lower edge.

use super::super::canvas::{Canvas, Paint};
use super::super::clip::Format;
use super::super::colour::Rgb;
use super::super::layer::Layer;
use super::super::number::real;
use super::super::text::{Fonts, LEADING, Style};
use super::badge::{margin, unit};
use super::clock;
use super::prompt::{Prompt, Room};

pub(super) fn draw(fonts: &Fonts, prompt: &str, format: Format) -> Layer {
    let mut canvas = Canvas::new(format.width, format.height);
    let (margin, unit) = (margin(format), unit(format));
    let (width, height) = (real(format.width), real(format.height));
    let foot = if clock::fits(format) { clock::top(format) - 0.3 * margin } else { height - margin };
    let room = Room {
        width: width - 2.0 * margin,
        height: 0.4 * height,
        largest: 0.05 * unit,
        smallest: (0.03 * unit).max(8.0),
        most_lines: 3,
    };
    let prompt = Prompt::fit(prompt, fonts, room);
    let top = foot - prompt.height();
    canvas.fade(top - 2.5 * margin, top + 0.3 * prompt.height(), Paint::veil(Rgb::BLACK, 0.66));
    let mut base = top + (LEADING - 0.4) * prompt.size;
    for line in &prompt.lines {
        let place = (margin, base.round());
        fonts.draw(&mut canvas, line, place, Style::regular(prompt.size), Paint::solid(Rgb::WHITE));
        base += LEADING * prompt.size;
    }
    Layer::new(&canvas)
}
