//! The moving background of a clip without a picture: slow folds of light in one palette, and a few drifting discs.

use super::chance::Chance;
use super::colour::Rgb;
use super::frame::Frame;
use super::number::{byte, pixel, real, sine};

/// Colours from the darkest fold to the brightest; the last one is also the accent of badge and bar.
type Palette = [Rgb; 4];

const PALETTES: [Palette; 8] = [
    [Rgb(7, 18, 40), Rgb(16, 56, 96), Rgb(28, 120, 140), Rgb(126, 214, 196)], // deep sea
    [Rgb(20, 10, 42), Rgb(62, 28, 98), Rgb(150, 50, 110), Rgb(248, 140, 104)], // dusk
    [Rgb(6, 26, 24), Rgb(14, 70, 62), Rgb(62, 132, 82), Rgb(214, 210, 116)],  // meadow
    [Rgb(28, 10, 18), Rgb(88, 24, 36), Rgb(176, 70, 42), Rgb(252, 190, 92)],  // ember
    [Rgb(14, 14, 48), Rgb(44, 46, 130), Rgb(102, 84, 204), Rgb(204, 170, 250)], // violet
    [Rgb(8, 24, 38), Rgb(24, 70, 106), Rgb(66, 138, 182), Rgb(190, 228, 242)], // ice
    [Rgb(26, 10, 36), Rgb(88, 26, 84), Rgb(190, 60, 116), Rgb(250, 176, 172)], // rose
    [Rgb(4, 26, 34), Rgb(14, 80, 94), Rgb(42, 158, 146), Rgb(236, 204, 120)], // lagoon
];

/// Fractional bits of a fold's height; the sum of all folds is an index of eight bits.
const FRACTION: u32 = 6;

/// The background of one clip.
#[derive(Debug)]
pub(super) struct Aurora {
    palette: Palette,
    luma: [u8; 256],
    cb: [u8; 256],
    cr: [u8; 256],
    folds: [Fold; 2],
    rise: Wave,
    discs: Vec<Disc>,
}

/// A travelling sine: cycles over the longer side of the frame, phase in turns, turns a second.
#[derive(Debug)]
struct Wave {
    cycles: f32,
    phase: f32,
    speed: f32,
}

impl Wave {
    fn new(chance: &mut Chance, cycles: (f32, f32), speed: (f32, f32)) -> Self {
        let direction = *chance.pick(&[-1.0, 1.0]);
        Self {
            cycles: chance.between(cycles.0, cycles.1),
            phase: chance.between(0.0, 1.0),
            speed: direction * chance.between(speed.0, speed.1),
        }
    }

    fn at(&self, place: f32, seconds: f32) -> f32 {
        sine(place * self.cycles + self.phase + self.speed * seconds)
    }
}

/// Light that runs across the frame, leaning by `slope` and bent by `bend`.
///
/// Each row is the same table read from another start, so a pixel costs one load for each fold.
#[derive(Debug)]
struct Fold {
    across: Wave,
    slope: f32,
    bend: Wave,
    depth: f32,
}

impl Fold {
    /// The heights of one frame, and for each row where it starts in them.
    fn table(&self, seconds: f32, width: usize, height: usize) -> (Vec<i16>, Vec<usize>) {
        let span = width.max(height);
        let length = width + 2 * span;
        let heights = (0..length).map(|x| height_of(self.across.at(real(x) / real(span), seconds), 0.42)).collect();
        let starts = (0..height)
            .map(|row| {
                let place = real(row) / real(span);
                let shift = self.slope * place + self.depth * self.bend.at(place, seconds);
                let start = pixel((1.0 + shift) * real(span));
                usize::try_from(start).unwrap_or(0).min(length - width)
            })
            .collect();
        (heights, starts)
    }
}

/// `sine` of -1 to 1 as `share` of the index range.
#[expect(clippy::cast_possible_truncation, reason = "at most 127 << FRACTION")]
fn height_of(sine: f32, share: f32) -> i16 {
    (sine * share * 127.0 * f32::from(1_u16 << FRACTION)) as i16
}

/// A soft disc of light that drifts upwards and sways; lengths in shares of the shorter side.
#[derive(Debug)]
struct Disc {
    left: f32,
    top: f32,
    radius: f32,
    light: f32,
    rise: f32,
    sway: Wave,
}

impl Aurora {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let palette = chance.pick(&PALETTES);
        let colours: Vec<_> = (0..256).map(|level| shade(palette, level).ycbcr()).collect();
        let fold = |chance: &mut Chance, slope: f32| Fold {
            across: Wave::new(chance, (0.7, 1.5), (0.03, 0.07)),
            slope: slope * chance.between(0.3, 0.6),
            bend: Wave::new(chance, (0.5, 1.2), (0.03, 0.06)),
            depth: chance.between(0.05, 0.16),
        };
        Self {
            palette: *palette,
            luma: std::array::from_fn(|level| colours[level].luma),
            cb: std::array::from_fn(|level| colours[level].cb),
            cr: std::array::from_fn(|level| colours[level].cr),
            folds: [fold(chance, 1.0), fold(chance, -1.0)],
            rise: Wave::new(chance, (0.4, 0.8), (0.02, 0.05)),
            discs: (0..7)
                .map(|_| Disc {
                    left: chance.between(0.0, 1.0),
                    top: chance.between(0.0, 1.0),
                    radius: chance.between(0.02, 0.11),
                    light: chance.between(8.0, 26.0),
                    rise: chance.between(0.01, 0.05),
                    sway: Wave::new(chance, (0.0, 0.0), (0.03, 0.08)),
                })
                .collect(),
        }
    }

    /// The bright colour that goes with this background.
    pub(super) fn accent(&self) -> Rgb {
        self.palette[3]
    }

    /// The dark colour for what is written on the bright one.
    pub(super) fn ink(&self) -> Rgb {
        self.palette[0]
    }

    /// The dark colour that is laid under white text.
    pub(super) fn shadow(&self) -> Rgb {
        self.palette[0].towards(self.palette[1], 100)
    }

    /// Paints the whole frame as it looks after `seconds`.
    pub(super) fn paint(&self, seconds: f32, frame: &mut Frame) {
        let (width, height) = (frame.width, frame.height);
        let tables = [0, 1].map(|fold: usize| self.folds[fold].table(seconds, width, height));
        let span = real(width.max(height));
        for row in 0..height {
            let rise = 128 * (1 << FRACTION) + height_of(self.rise.at(real(row) / span, seconds), 0.16);
            let [first, second] = [0, 1].map(|fold: usize| &tables[fold].0[tables[fold].1[row]..][..width]);
            let level = |(first, second): (&i16, &i16)| usize::from(byte(i32::from(first + second + rise) >> FRACTION));
            let luma = &mut frame.luma[row * width..][..width];
            for (sample, heights) in luma.iter_mut().zip(first.iter().zip(second)) {
                *sample = self.luma[level(heights)];
            }
            if row % 2 == 0 {
                let start = row / 2 * (width / 2);
                let cb = frame.cb[start..].iter_mut();
                let heights = first.iter().zip(second).step_by(2);
                for ((cb, cr), heights) in cb.zip(&mut frame.cr[start..]).zip(heights) {
                    let level = level(heights);
                    (*cb, *cr) = (self.cb[level], self.cr[level]);
                }
            }
        }
        for disc in &self.discs {
            disc.paint(seconds, frame);
        }
    }
}

impl Disc {
    fn paint(&self, seconds: f32, frame: &mut Frame) {
        let (width, height) = (real(frame.width), real(frame.height));
        let unit = width.min(height);
        let radius = self.radius * unit;
        // A little longer than the frame, so that a disc is out of sight when it starts again from below.
        let lap = 1.0 + 2.0 * radius / height;
        let travelled = self.top - self.rise * seconds;
        let y = (travelled - (travelled / lap).floor() * lap) * height - radius;
        let x = self.left * width + 0.03 * unit * self.sway.at(0.0, seconds);
        let rows = pixel(y - radius).max(0)..pixel(y + radius).min(pixel(height) - 1) + 1;
        for row in rows.filter_map(|row| usize::try_from(row).ok()) {
            let down = real(row) - y;
            let half = (radius * radius - down * down).max(0.0).sqrt();
            let left = usize::try_from(pixel(x - half)).unwrap_or(0);
            let right = usize::try_from(pixel(x + half) + 1).unwrap_or(0).min(frame.width);
            if left >= right {
                continue;
            }
            let start = row * frame.width;
            for (column, sample) in (left..right).zip(&mut frame.luma[start + left..start + right]) {
                let aside = real(column) - x;
                let inside = 1.0 - (aside * aside + down * down) / (radius * radius);
                *sample = byte(i32::from(*sample) + pixel(self.light * (inside * 3.0).clamp(0.0, 1.0))).min(235);
            }
        }
    }
}

/// The colour of `level` (0 to 255) in a palette.
fn shade(palette: &Palette, level: i32) -> Rgb {
    let place = level * 3; // 0..765
    let (stop, share) = ((place / 256).clamp(0, 2), place % 256);
    let stop = usize::try_from(stop).unwrap_or(0);
    palette[stop].towards(palette[stop + 1], share)
}
