//! Drawing of everything that stands still (badge, panel, text): shapes and coverage on a transparent RGB picture.

use super::colour::Rgb;
use super::number::{pixel, real};

/// A transparent picture, red, green, blue and alpha premultiplied in each pixel.
#[derive(Debug)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<[u8; 4]>,
}

/// A colour and how much of it: 0.0 is nothing, 1.0 hides what is below.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) colour: Rgb,
    pub(super) opacity: f32,
}

impl Paint {
    pub(super) const fn solid(colour: Rgb) -> Self {
        Self { colour, opacity: 1.0 }
    }

    pub(super) const fn veil(colour: Rgb, opacity: f32) -> Self {
        Self { colour, opacity }
    }
}

/// A rectangle in pixels; it may lie partly outside the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![[0; 4]; width * height] }
    }

    /// Lays `paint` over one pixel as far as `coverage` (0.0 to 1.0) says; outside the canvas nothing happens.
    pub(super) fn blend(&mut self, x: i32, y: i32, paint: Paint, coverage: f32) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x >= self.width || y >= self.height {
            return;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=255")]
        let alpha = ((coverage * paint.opacity).clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        let below = &mut self.pixels[y * self.width + x];
        let above = [paint.colour.0, paint.colour.1, paint.colour.2, 255];
        for (below, above) in below.iter_mut().zip(above) {
            let mixed = u32::from(above) * u32::from(alpha) + u32::from(*below) * u32::from(255 - alpha);
            *below = u8::try_from((mixed + 127) / 255).unwrap_or(255);
        }
    }

    /// Fills a shape inside `area`: `distance` says how far a point is outside the shape (negative: inside), in pixels.
    pub(super) fn fill(&mut self, area: Area, paint: Paint, distance: impl Fn(f32, f32) -> f32) {
        let clip = |start: f32, length: f32, limit: usize| {
            pixel(start - 1.0).max(0)..pixel(start + length + 2.0).min(i32::try_from(limit).unwrap_or(0))
        };
        for y in clip(area.top, area.height, self.height) {
            for x in clip(area.left, area.width, self.width) {
                let coverage = (0.5 - distance(centre(x), centre(y))).min(1.0);
                if coverage > 0.0 {
                    self.blend(x, y, paint, coverage);
                }
            }
        }
    }

    /// Fills `area` with corners rounded by `radius` pixels.
    pub(super) fn fill_rounded(&mut self, area: Area, radius: f32, paint: Paint) {
        self.fill(area, paint, |x, y| rounded(area, radius, x, y));
    }

    /// Draws a line of `thickness` pixels along the inside of a rounded rectangle.
    pub(super) fn outline_rounded(&mut self, area: Area, radius: f32, thickness: f32, paint: Paint) {
        self.fill(area, paint, |x, y| (rounded(area, radius, x, y) + thickness / 2.0).abs() - thickness / 2.0);
    }

    /// Lays `paint` over the rows from `clear` to `full` and on to the edge of the canvas behind it: nothing at `clear`,
    /// all of it from `full` on. `clear` may lie above or below `full`.
    pub(super) fn fade(&mut self, clear: f32, full: f32, paint: Paint) {
        let area = Area { left: 0.0, top: 0.0, width: real(self.width), height: real(self.height) };
        self.fill(area, paint, |_, y| {
            let share = ((y - clear) / (full - clear)).clamp(0.0, 1.0);
            0.5 - share * share * (3.0 - 2.0 * share)
        });
    }
}

#[expect(clippy::cast_precision_loss, reason = "pixel positions stay far below 2^24")]
fn centre(pixel: i32) -> f32 {
    pixel as f32 + 0.5
}

/// How far a point is outside a rounded rectangle.
fn rounded(area: Area, radius: f32, x: f32, y: f32) -> f32 {
    let radius = radius.min(area.width / 2.0).min(area.height / 2.0);
    let aside = (x - area.left - area.width / 2.0).abs() - area.width / 2.0 + radius;
    let away = (y - area.top - area.height / 2.0).abs() - area.height / 2.0 + radius;
    let (outside_x, outside_y) = (aside.max(0.0), away.max(0.0));
    (outside_x * outside_x + outside_y * outside_y).sqrt() + aside.max(away).min(0.0) - radius
}
