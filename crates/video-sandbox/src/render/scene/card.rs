//! The text of a clip without a picture: badge, prompt on a panel, and what was asked for.

use super::super::aurora::Aurora;
use super::super::canvas::{Area, Canvas, Paint};
use super::super::clip::{Clip, Format};
use super::super::colour::Rgb;
use super::super::layer::Layer;
use super::super::number::real;
use super::super::text::{Fonts, LEADING, Style};
use super::badge::{self, margin, unit};
use super::clock::{self, Clock};
use super::prompt::{Prompt, Room};

pub(super) fn draw(fonts: &Fonts, clip: &Clip, format: Format, aurora: &Aurora) -> Layer {
    let mut canvas = Canvas::new(format.width, format.height);
    let (margin, unit) = (margin(format), unit(format));
    let (width, height) = (real(format.width), real(format.height));
    let shadow = aurora.shadow();
    canvas.fade(height - 0.24 * unit, height, Paint::veil(shadow, 0.55));
    canvas.fade(0.24 * unit, 0.0, Paint::veil(shadow, 0.4));
    let badge_end = badge::draw(
        &mut canvas,
        fonts,
        format,
        (0.036 * unit).max(9.0),
        (Paint::solid(aurora.accent()), Paint::solid(aurora.ink())),
    );
    let foot = if clock::fits(format) {
        draw_facts(&mut canvas, fonts, clip, format);
        clock::top(format)
    } else {
        height - margin
    };

    let gap = 0.5 * margin;
    let padding = (0.045 * unit).max(3.0);
    let (top, bottom) = (badge_end + gap, foot - gap);
    let room = Room {
        width: width - 2.0 * margin - 2.0 * padding,
        height: (bottom - top - 2.0 * padding).min(0.62 * height),
        largest: 0.076 * unit,
        smallest: (0.032 * unit).max(8.0),
        most_lines: 6,
    };
    let prompt = Prompt::fit(&clip.prompt, fonts, room);
    if !prompt.lines.is_empty() {
        let (inner_width, inner_height) = (prompt.width(fonts), prompt.height());
        let panel_height = inner_height + 1.6 * padding;
        let panel = Area {
            left: margin,
            top: (top + (bottom - top - panel_height) / 2.0).max(top).round(),
            width: (inner_width + 2.0 * padding).min(width - 2.0 * margin).round(),
            height: panel_height.round(),
        };
        draw_panel(&mut canvas, panel, unit, aurora);
        let mut base = panel.top + 0.8 * padding + (LEADING - 0.3) * prompt.size;
        for line in &prompt.lines {
            let place = (panel.left + padding, base.round());
            fonts.draw(&mut canvas, line, place, Style::regular(prompt.size), Paint::solid(Rgb::WHITE));
            base += LEADING * prompt.size;
        }
    }
    Layer::new(&canvas)
}

/// A translucent panel with a bright edge on its left.
fn draw_panel(canvas: &mut Canvas, panel: Area, unit: f32, aurora: &Aurora) {
    let edge = (0.007 * unit).max(2.0).round();
    canvas.fill_rounded(panel, 0.018 * unit, Paint::veil(aurora.shadow(), 0.62));
    let bar = Area { width: edge, top: panel.top + 0.018 * unit, height: panel.height - 0.036 * unit, ..panel };
    canvas.fill_rounded(bar, edge / 2.0, Paint::solid(aurora.accent()));
}

/// Size, rate, length and seed in the lower left corner, as far as there is room beside the clock.
fn draw_facts(canvas: &mut Canvas, fonts: &Fonts, clip: &Clip, format: Format) {
    let style = Style::regular(clock::size(format));
    let room = real(format.width) - 3.0 * margin(format) - Clock::width(fonts, format);
    let size = format!("{}×{}", format.width, format.height);
    let rate = format!("{} fps", format.fps);
    let seconds = f64::from(format.frames) / f64::from(format.fps);
    let seconds = format!("{} s", (seconds * 100.0).round() / 100.0);
    let parts = [size, rate, seconds, format!("seed {}", clip.seed)];
    let fits = |count: &usize| fonts.width(&parts[..*count].join(" · "), style) <= room;
    let Some(count) = (1..=parts.len()).rev().find(fits) else { return };
    let place = (margin(format), clock::base(format));
    fonts.draw(canvas, &parts[..count].join(" · "), place, style, Paint::veil(Rgb::WHITE, 0.8));
}
