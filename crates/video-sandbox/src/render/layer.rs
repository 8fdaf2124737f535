//! What stands still, ready to be laid over every frame.

use super::canvas::Canvas;
use super::colour;
use super::frame::Frame;
use super::number::byte;

/// How strongly a layer is laid on: 0 is not at all, this is in full.
pub(super) const OPAQUE: u16 = 256;

/// A canvas turned into the frame's planes; empty rows and margins are left out.
#[derive(Debug)]
pub(super) struct Layer {
    luma: Plane,
    cb: Plane,
    cr: Plane,
}

/// One premultiplied plane: what is left of the sample below (in 256ths), and what is added.
#[derive(Debug)]
struct Plane {
    width: usize,
    keep: Vec<u16>,
    add: Vec<u8>,
    /// For each row the columns that change anything.
    spans: Vec<std::ops::Range<usize>>,
}

impl Layer {
    /// Both sides of the canvas must be even.
    pub(super) fn new(canvas: &Canvas) -> Self {
        let (width, height) = (canvas.width, canvas.height);
        let luma = canvas.pixels.iter().map(|pixel| sample(pixel.map(u32::from), 1, 16, colour::luma));
        let chroma = |matrix: fn([i32; 3]) -> i32| {
            let cells = (0..height / 2).flat_map(move |row| (0..width / 2).map(move |column| (row, column)));
            let samples = cells.map(move |(row, column)| {
                let start = row * 2 * width + column * 2;
                let cell = [start, start + 1, start + width, start + width + 1].map(|place| canvas.pixels[place]);
                let sums = std::array::from_fn(|part| cell.iter().map(|pixel| u32::from(pixel[part])).sum());
                sample(sums, 4, 128, matrix)
            });
            Plane::new(width / 2, samples)
        };
        Self { luma: Plane::new(width, luma), cb: chroma(colour::cb), cr: chroma(colour::cr) }
    }

    /// Lays the layer over `frame` with its corner at an even `left` and `top`, at `strength` of [`OPAQUE`].
    /// What reaches over the right or lower edge is left out.
    pub(super) fn lay_over(&self, frame: &mut Frame, left: usize, top: usize, strength: u16) {
        let strength = strength.min(OPAQUE);
        let (width, half) = (frame.width, frame.width / 2);
        self.luma.lay_over(&mut frame.luma, width, left, top, strength);
        self.cb.lay_over(&mut frame.cb, half, left / 2, top / 2, strength);
        self.cr.lay_over(&mut frame.cr, half, left / 2, top / 2, strength);
    }
}

/// The premultiplied sample of `count` summed pixels: what is kept of the one below, what is added.
fn sample(sums: [u32; 4], count: u32, offset: i32, matrix: fn([i32; 3]) -> i32) -> (u16, u8) {
    let mean = |sum: u32| i32::try_from((sum + count / 2) / count).unwrap_or(255);
    let [red, green, blue, alpha] = sums.map(mean);
    let keep = u16::try_from(256 - alpha - alpha / 128).unwrap_or(0);
    (keep, byte((offset * alpha + 127) / 255 + matrix([red, green, blue])))
}

impl Plane {
    fn new(width: usize, samples: impl Iterator<Item = (u16, u8)>) -> Self {
        let (keep, add): (Vec<u16>, Vec<u8>) = samples.unzip();
        let spans = keep
            .chunks_exact(width)
            .map(|row| {
                let first = row.iter().position(|&keep| keep < 256).unwrap_or(0);
                first..row.iter().rposition(|&keep| keep < 256).map_or(0, |last| last + 1)
            })
            .collect();
        Self { width, keep, add, spans }
    }

    fn lay_over(&self, samples: &mut [u8], width: usize, left: usize, top: usize, strength: u16) {
        let room = width.saturating_sub(left);
        for (row, (span, below)) in self.spans.iter().zip(samples.chunks_exact_mut(width).skip(top)).enumerate() {
            let span = span.start..span.end.min(room);
            if span.is_empty() {
                continue;
            }
            let below = &mut below[left + span.start..left + span.end];
            let place = row * self.width;
            let keep = &self.keep[place + span.start..place + span.end];
            let add = &self.add[place + span.start..place + span.end];
            for ((below, &keep), &add) in below.iter_mut().zip(keep).zip(add) {
                let (keep, add) = if strength == OPAQUE {
                    (keep, u16::from(add))
                } else {
                    (256 - (((256 - keep) * strength) >> 8), (u16::from(add) * strength) >> 8)
                };
                *below = u8::try_from(((u16::from(*below) * keep) >> 8) + add).unwrap_or(255);
            }
        }
    }
}
