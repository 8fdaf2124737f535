//! One raw picture in the encoder's own form: 4:2:0 planes.

use std::ops::Range;

use super::colour::{Rgb, YCbCr};
use super::number::byte;

/// A frame of even sides: a luma plane, and two chroma planes of half its width and height.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) luma: Vec<u8>,
    pub(super) cb: Vec<u8>,
    pub(super) cr: Vec<u8>,
}

impl Frame {
    /// A black frame; both sides must be even.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let YCbCr { luma, cb, cr } = Rgb::BLACK.ycbcr();
        let (pixels, chroma) = (width * height, width * height / 4);
        Self { width, height, luma: vec![luma; pixels], cb: vec![cb; chroma], cr: vec![cr; chroma] }
    }

    /// Lays a colour over a rectangle, clipped to the frame, at `strength` of 256; chroma reaches to the next even pixel.
    pub(super) fn fill(&mut self, columns: Range<usize>, rows: Range<usize>, colour: YCbCr, strength: u16) {
        let (columns, rows) = (clip(columns, self.width), clip(rows, self.height));
        let half = |pixels: &Range<usize>| pixels.start / 2..pixels.end.div_ceil(2);
        let planes = [
            (&mut self.luma, self.width, columns.clone(), rows.clone(), colour.luma),
            (&mut self.cb, self.width / 2, half(&columns), half(&rows), colour.cb),
            (&mut self.cr, self.width / 2, half(&columns), half(&rows), colour.cr),
        ];
        for (plane, width, columns, rows, value) in planes {
            for row in rows {
                for sample in &mut plane[row * width..][columns.clone()] {
                    let distance = i32::from(value) - i32::from(*sample);
                    *sample = byte(i32::from(*sample) + distance * i32::from(strength) / 256);
                }
            }
        }
    }
}

fn clip(range: Range<usize>, limit: usize) -> Range<usize> {
    range.start.min(limit)..range.end.min(limit)
}
