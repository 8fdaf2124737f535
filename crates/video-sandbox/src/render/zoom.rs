//! A slow zoom into a still picture, so that a clip made from one picture moves.

use super::frame::Frame;

/// One whole pixel in the fixed-point positions used here.
const ONE: usize = 1 << 16;

/// A picture and where its zoom leads.
#[derive(Debug)]
pub(super) struct Zoom {
    pub(super) picture: Frame,
    /// The point that stays in place, in 256ths of width and height.
    pub(super) focus: (u8, u8),
}

impl Zoom {
    /// Paints the picture enlarged to `scale` (in 65,536ths, at least 65,536, which is the picture as it is).
    pub(super) fn paint(&self, scale: usize, frame: &mut Frame) {
        let picture = &self.picture;
        let (width, height) = (frame.width, frame.height);
        let planes = [
            (&picture.luma, &mut frame.luma, width, height),
            (&picture.cb, &mut frame.cb, width / 2, height / 2),
            (&picture.cr, &mut frame.cr, width / 2, height / 2),
        ];
        for (from, to, width, height) in planes {
            if scale <= ONE {
                to.copy_from_slice(from);
            } else {
                let columns = positions(width, scale, self.focus.0);
                let rows = positions(height, scale, self.focus.1);
                enlarge(from, to, width, &columns, &rows);
            }
        }
    }
}

/// For each sample of the enlarged side the sample before it in the picture, and the weight (of 256) of the next one.
fn positions(length: usize, scale: usize, focus: u8) -> Vec<(usize, u16)> {
    let step = ONE * ONE / scale;
    let start = length * (ONE - step) / 256 * usize::from(focus);
    (0..length)
        .map(|index| {
            let place = start + index * step;
            (place / ONE, u16::try_from(place % ONE / 256).unwrap_or(0))
        })
        .map(|(before, weight)| if before + 1 < length { (before, weight) } else { (length - 2, 256) })
        .collect()
}

/// Bilinear: two rows are mixed first, which vectorises, then neighbours in the mixed row.
fn enlarge(from: &[u8], to: &mut [u8], width: usize, columns: &[(usize, u16)], rows: &[(usize, u16)]) {
    let mut mixed = vec![0_u16; width];
    for (line, &(row, weight)) in to.chunks_exact_mut(width).zip(rows) {
        let (upper, lower) = from[row * width..][..2 * width].split_at(width);
        for ((mixed, &upper), &lower) in mixed.iter_mut().zip(upper).zip(lower) {
            *mixed = u16::from(upper) * (256 - weight) + u16::from(lower) * weight;
        }
        for (sample, &(column, weight)) in line.iter_mut().zip(columns) {
            let (before, after) = (u32::from(mixed[column]), u32::from(mixed[column + 1]));
            let sum = before * u32::from(256 - weight) + after * u32::from(weight);
            *sample = u8::try_from((sum + 0x8000) >> 16).unwrap_or(255);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_stay_inside_the_picture_and_the_focus_stays_in_place() {
        let line = |scale: usize, focus: u8| {
            let positions = positions(8, scale, focus);
            let places: Vec<String> = positions.iter().map(|(before, weight)| format!("{before}+{weight}")).collect();
            format!("{}% around {focus}: {}", scale * 100 / ONE, places.join(" "))
        };
        let lines = [(ONE + 1, 128), (ONE * 5 / 4, 0), (ONE * 5 / 4, 128), (ONE * 5 / 4, 255), (ONE * 2, 255)];
        insta::assert_snapshot!(lines.map(|(scale, focus)| line(scale, focus)).join("\n"));
    }
}
