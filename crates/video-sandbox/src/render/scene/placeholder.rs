//! The picture that stands for one that is deliberately not fetched: a sign, and the text that names it.

use super::super::aurora::Aurora;
use super::super::canvas::{Area, Canvas, Paint};
use super::super::clip::Format;
use super::super::colour::Rgb;
use super::super::frame::Frame;
use super::super::layer::{Layer, OPAQUE};
use super::super::number::real;
use super::super::text::{Fonts, LEADING, Style};
use super::badge::{margin, unit};
use super::clock;
use super::prompt::{Prompt, Room};

const NOTE: &str = "picture link, not fetched";

pub(super) fn draw(fonts: &Fonts, text: &str, format: Format, aurora: &Aurora) -> Frame {
    let mut frame = Frame::new(format.width, format.height);
    aurora.paint(0.0, &mut frame);
    let mut canvas = Canvas::new(format.width, format.height);
    let (margin, unit) = (margin(format), unit(format));
    let (width, height) = (real(format.width), real(format.height));
    canvas.fill_rounded(Area { left: 0.0, top: 0.0, width, height }, 0.0, Paint::veil(Rgb::BLACK, 0.35));

    let room = Room {
        width: width - 2.0 * margin,
        height: 0.3 * height,
        largest: 0.056 * unit,
        smallest: (0.032 * unit).max(8.0),
        most_lines: 3,
    };
    let name = Prompt::fit(text, fonts, room);
    let note = Style::regular((0.028 * unit).max(8.0));
    // On the smallest frames the badge needs the room.
    let icon = if clock::fits(format) { (0.2 * unit).round() } else { 0.0 };
    let gap = 0.25 * icon;
    let mut y = (height - (icon + gap + name.height() + LEADING * note.size)) / 2.0;
    let area = Area { left: ((width - 1.3 * icon) / 2.0).round(), top: y.round(), width: 1.3 * icon, height: icon };
    if icon > 0.0 {
        draw_icon(&mut canvas, area, unit, Paint::veil(Rgb::WHITE, 0.85));
    }
    y += icon + gap;
    let mut centred = |line: &str, style: Style, base: f32, paint: Paint| {
        let left = (width - fonts.width(line, style)) / 2.0;
        fonts.draw(&mut canvas, line, (left.round(), base.round()), style, paint);
    };
    for line in &name.lines {
        centred(line, Style::regular(name.size), y + name.size, Paint::solid(Rgb::WHITE));
        y += LEADING * name.size;
    }
    if fonts.width(NOTE, note) <= room.width {
        centred(NOTE, note, y + note.size, Paint::veil(Rgb::WHITE, 0.7));
    }
    Layer::new(&canvas).lay_over(&mut frame, 0, 0, OPAQUE);
    frame
}

/// The usual sign for a picture: a frame with a sun and two mountains.
fn draw_icon(canvas: &mut Canvas, area: Area, unit: f32, paint: Paint) {
    let line = (0.007 * unit).max(1.5);
    canvas.outline_rounded(area, 0.1 * area.height, line, paint);
    let sun = 0.11 * area.height;
    let (sun_x, sun_y) = (area.left + 0.28 * area.width, area.top + 0.32 * area.height);
    canvas.fill_rounded(Area { left: sun_x - sun, top: sun_y - sun, width: 2.0 * sun, height: 2.0 * sun }, sun, paint);
    let foot = area.top + 0.82 * area.height;
    let mountain = |x: f32, y: f32, peak: f32, tall: f32| {
        // Two slopes of one in one and the foot line.
        let slope = ((x - peak).abs() - (y - (foot - tall))) * std::f32::consts::FRAC_1_SQRT_2;
        slope.max(y - foot)
    };
    let (left, right) = (area.left + 0.38 * area.width, area.left + 0.61 * area.width);
    let (low, tall) = (0.26 * area.height, 0.4 * area.height);
    canvas.fill(area, paint, |x, y| mountain(x, y, left, low).min(mountain(x, y, right, tall)));
}
