//! The running time in the lower right corner.

use super::super::canvas::{Canvas, Paint};
use super::super::clip::Format;
use super::super::colour::Rgb;
use super::super::frame::Frame;
use super::super::layer::Layer;
use super::super::number::{real, whole};
use super::super::text::{Fonts, Style};
use super::badge::{margin, unit};

const SIGNS: [char; 12] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', '.'];
/// The widest time: all digits are equally wide, and a clip is at most 60 seconds long.
const WIDEST: &str = "0:00.0";

/// The digits drawn once each, and where they go.
#[derive(Debug)]
pub(super) struct Clock {
    signs: Vec<(usize, Layer)>,
    left: usize,
    top: usize,
}

/// Whether the frame is large enough for a line of small text under the prompt.
pub(super) fn fits(format: Format) -> bool {
    unit(format) >= 140.0 && format.width >= 160
}

pub(super) fn size(format: Format) -> f32 {
    (0.026 * unit(format)).max(8.0)
}

/// The line the small text stands on.
pub(super) fn base(format: Format) -> f32 {
    (real(format.height) - 0.9 * margin(format)).round()
}

pub(super) fn top(format: Format) -> f32 {
    base(format) - size(format)
}

impl Clock {
    pub(super) fn new(fonts: &Fonts, format: Format) -> Option<Self> {
        if !fits(format) {
            return None;
        }
        let style = Style::regular(size(format));
        let height = whole(1.5 * style.size).next_multiple_of(2);
        let signs = SIGNS.map(|sign| {
            let advance = even(fonts.advance(sign, style));
            let mut canvas = Canvas::new(advance + 4, height);
            let place = (0.0, real(height) - 0.5 * style.size);
            fonts.draw(&mut canvas, &sign.to_string(), place, style, Paint::veil(Rgb::WHITE, 0.9));
            (advance, Layer::new(&canvas))
        });
        let left = real(format.width) - margin(format) - Self::width(fonts, format);
        let top = base(format) + 0.5 * style.size - real(height);
        Some(Self { signs: signs.into(), left: whole(left) / 2 * 2, top: whole(top) / 2 * 2 })
    }

    /// How much room a time takes.
    pub(super) fn width(fonts: &Fonts, format: Format) -> f32 {
        let style = Style::regular(size(format));
        WIDEST.chars().map(|sign| real(even(fonts.advance(sign, style)))).sum()
    }

    /// Lays the time of frame `index` over it.
    pub(super) fn lay_over(&self, frame: &mut Frame, index: u32, fps: u32, strength: u16) {
        let tenths = index * 10 / fps;
        let text = format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10);
        let mut left = self.left;
        for sign in text.chars() {
            let place = SIGNS.iter().position(|&known| known == sign);
            if let Some((advance, layer)) = place.and_then(|place| self.signs.get(place)) {
                layer.lay_over(frame, left, self.top, strength);
                left += advance;
            }
        }
    }
}

/// A length rounded to even pixels, since chroma samples cover two.
fn even(length: f32) -> usize {
    whole(length / 2.0) * 2
}
