//! How strongly a picture that came from outside is compressed, so that five seconds stay below three megabytes.

use std::num::NonZeroUsize;
use std::ops::{ControlFlow, Range};

use super::encoder::{CodedFrame, GroupEncoder, Settings};
use super::error::RenderError;
use super::group::{self, Draw};

/// Bytes a second may take at up to 1920x1080 pixels; larger frames get more, in proportion.
const BYTES_A_SECOND: u64 = 480_000;
const PIXELS: u64 = 1920 * 1080;
/// The quantizer of everything this crate draws by itself, and the finest one a picture gets.
pub(super) const FINEST: u8 = 20;
/// Beyond this a picture is hard to recognise; a file may then be larger than it should.
const COARSEST: u8 = 46;
/// Where the search begins: the middle, since both ends are rare.
const FIRST_TRIED: u8 = 28;
/// Frames of a group that are tried: a key frame, and what follows from it.
const FRAMES_TRIED: u32 = 4;

/// How the size shrinks with each step of the quantizer, in thousandths: usually, and at the steepest.
const USUAL: u64 = 890;
const STEEPEST: u64 = 850;

/// The finest quantizer at which the clip is likely to be small enough, judged by the first frames of its first and
/// last group. The answer depends on nothing but the clip; `threads` only say how soon it comes.
pub(super) fn choose<E: GroupEncoder>(
    groups: &[Range<u32>],
    draw: Draw<'_>,
    settings: Settings,
    threads: NonZeroUsize,
) -> Result<u8, RenderError> {
    let frames = u64::from(groups.last().map_or(0, |last| last.end));
    let pixels = u64::try_from(settings.width * settings.height).unwrap_or(u64::MAX);
    let budget = BYTES_A_SECOND * frames / u64::from(settings.fps) * pixels.max(PIXELS) / PIXELS;

    let ends = groups.iter().take(1).chain(groups.iter().skip(1).next_back());
    let tried: Vec<Range<u32>> = ends.map(|end| end.start..end.end.min(end.start + FRAMES_TRIED)).collect();
    let measure = |quantizer: u8| -> Result<u64, RenderError> {
        let settings = Settings { quantizer, ..settings };
        let coded = group::encode::<E>(&tried, draw, settings, threads, &|_| ControlFlow::Continue(()))?;
        let (key, other): (Vec<_>, Vec<_>) = coded.iter().partition(|frame| frame.parameter_sets.is_some());
        let mean = |frames: &[&CodedFrame]| {
            frames.iter().map(|frame| frame.data.len() as u64).sum::<u64>() / (frames.len() as u64).max(1)
        };
        let key_frames = groups.len() as u64;
        Ok(mean(&key) * key_frames + mean(&other) * (frames - key_frames))
    };
    search(budget, measure)
}

/// Tries one quantizer, or two where the first one is too large, and reckons from there.
fn search<F>(budget: u64, measure: impl Fn(u8) -> Result<u64, F>) -> Result<u8, F> {
    let first = measure(FIRST_TRIED)?;
    if first <= budget {
        return Ok(reckon(FIRST_TRIED, first, budget, STEEPEST));
    }
    let next = reckon(FIRST_TRIED, first, budget, USUAL);
    let second = measure(next)?;
    let steps = u32::from(next - FIRST_TRIED);
    let shrunk = |slope: u64| (0..steps).fold(first, |size, _| size * slope / 1000);
    let slope = (STEEPEST..950).rev().step_by(10).find(|&slope| shrunk(slope) <= second).unwrap_or(STEEPEST);
    Ok(reckon(next, second, budget, slope))
}

/// The finest quantizer that keeps within `budget`, when `quantizer` gives `size` and each step `slope` thousandths of
/// the step before.
fn reckon(mut quantizer: u8, mut size: u64, budget: u64, slope: u64) -> u8 {
    while size > budget && quantizer < COARSEST {
        size = size * slope / 1000;
        quantizer += 1;
    }
    while size * 1000 / slope <= budget && quantizer > FINEST {
        size = size * 1000 / slope;
        quantizer -= 1;
    }
    quantizer
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn the_search_ends_near_the_budget_after_two_tries() {
        let pictures = [("flat", 100, 890), ("easy", 1_900, 880), ("hard", 4_000, 900), ("noise", 9_000, 850)];
        let hopeless = [("endless", 900_000, 890), ("stubborn", 9_000, 999), ("nothing", 0, 890)];
        let lines: Vec<String> = pictures
            .into_iter()
            .chain(hopeless)
            .map(|(name, at_first, slope)| {
                let tries = RefCell::new(Vec::new());
                let size = |quantizer: u8| {
                    let step = |size: u64| size * slope / 1000;
                    let back = |size: u64| size * 1000 / slope;
                    if quantizer >= FIRST_TRIED {
                        (FIRST_TRIED..quantizer).fold(at_first, |size, _| step(size))
                    } else {
                        (quantizer..FIRST_TRIED).fold(at_first, |size, _| back(size))
                    }
                };
                let measure = |quantizer| {
                    tries.borrow_mut().push(quantizer);
                    Ok::<_, Infallible>(size(quantizer))
                };
                let Ok(found) = search(2_400, measure);
                format!("{name}: tried {:?}, took {found} for {} of 2400", tries.into_inner(), size(found))
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
