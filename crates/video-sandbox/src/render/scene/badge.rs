//! The word SANDBOX, which every frame shows.

use super::super::canvas::{Area, Canvas, Paint};
use super::super::clip::Format;
use super::super::colour::Rgb;
use super::super::layer::Layer;
use super::super::number::real;
use super::super::text::{CAPITAL, Fonts, Style};

const WORD: &str = "SANDBOX";

/// The distance of text from the edges of a frame, in pixels.
pub(super) fn margin(format: Format) -> f32 {
    (0.05 * unit(format)).max(3.0).round()
}

/// The shorter side of a frame, from which all lengths are taken.
pub(super) fn unit(format: Format) -> f32 {
    real(format.width.min(format.height))
}

/// Draws the badge into the upper left corner; returns its lower edge.
pub(super) fn draw(canvas: &mut Canvas, fonts: &Fonts, format: Format, size: f32, (fill, ink): (Paint, Paint)) -> f32 {
    let margin = margin(format);
    let room = real(format.width) - 2.0 * margin;
    let style = |size: f32| Style { size, spacing: 0.14, weight: 0.045 };
    let ends = 1.3; // ems of empty pill around the word
    let ems = fonts.width(WORD, style(1.0)) - 0.14 + ends;
    let style = style(size.min(room / ems));
    let (width, height) = (ems * style.size, (1.9 * style.size).round());
    let area = Area { left: margin, top: margin, width, height };
    canvas.fill_rounded(area, height / 2.0, fill);
    let base = margin + f32::midpoint(height, CAPITAL * style.size);
    fonts.draw(canvas, WORD, (margin + ends / 2.0 * style.size, base.round()), style, ink);
    margin + height
}

/// A small badge on an otherwise empty layer, for a clip that shows a picture.
pub(super) fn over_picture(fonts: &Fonts, format: Format) -> Layer {
    let mut canvas = Canvas::new(format.width, format.height);
    let size = (0.026 * unit(format)).max(8.0);
    draw(&mut canvas, fonts, format, size, (Paint::veil(Rgb::BLACK, 0.55), Paint::solid(Rgb::WHITE)));
    Layer::new(&canvas)
}
