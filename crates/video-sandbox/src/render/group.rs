//! Groups of pictures: how a clip is cut into them, and their encoding on several threads.

use std::num::NonZeroUsize;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::encoder::{CodedFrame, GroupEncoder, Settings};
use super::error::RenderError;
use super::frame::Frame;
use super::{OnProgress, Progress};

/// Fewest frames in a group, so that a clip of few frames a second is not all key frames. Two key frames never follow
/// each other: the encoder gives every one the same `idr_pic_id`, which H.264 allows only when they do not.
const FEWEST: u32 = 12;

/// What draws frame after frame; called from several threads, in any order.
pub(super) type Draw<'a> = &'a (dyn Fn(u32, &mut Frame) + Sync);

/// Cuts a clip into groups of about a second and equal length. An even number of them keeps two cores busy to the end.
/// The number of threads has no say in it, nor in anything else that reaches the bytes.
pub(super) fn groups(frames: u32, fps: u32) -> Vec<Range<u32>> {
    let seconds = frames.div_ceil(fps);
    let length = frames.div_ceil(seconds.next_multiple_of(2)).max(FEWEST);
    let starts = (0..frames).step_by(usize::try_from(length).unwrap_or(usize::MAX));
    starts.map(|start| start..frames.min(start + length)).collect()
}

/// What a worker has to say to the thread that called.
enum Report {
    Frame,
    Group(usize, Result<Vec<CodedFrame>, RenderError>),
}

/// What the workers share.
struct Work<'a> {
    groups: &'a [Range<u32>],
    draw: Draw<'a>,
    settings: Settings,
    next: AtomicUsize,
    stop: AtomicBool,
}

/// Draws and encodes all groups; gives the frames in order. `progress` is called on this thread only.
pub(super) fn encode<E: GroupEncoder>(
    groups: &[Range<u32>],
    draw: Draw<'_>,
    settings: Settings,
    threads: NonZeroUsize,
    progress: OnProgress<'_>,
) -> Result<Vec<CodedFrame>, RenderError> {
    let work = Work { groups, draw, settings, next: AtomicUsize::new(0), stop: AtomicBool::new(false) };
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for _ in 0..threads.get().min(groups.len()) {
            let (work, sender) = (&work, sender.clone());
            let name = "video-sandbox".to_owned();
            match thread::Builder::new().name(name).spawn_scoped(scope, move || work.run::<E>(&sender)) {
                Ok(worker) => workers.push(worker),
                // Fewer threads than asked for do the same work later.
                Err(source) if workers.is_empty() => return Err(RenderError::Thread { source }),
                Err(_) => break,
            }
        }
        drop(sender);
        let outcome = work.collect(&receiver, progress);
        work.stop.store(true, Ordering::Relaxed);
        for worker in workers {
            if worker.join().is_err() {
                return Err(RenderError::encoder("a rendering thread panicked"));
            }
        }
        outcome
    })
}

impl Work<'_> {
    /// A worker's life: the next group nobody has taken, until there is none.
    fn run<E: GroupEncoder>(&self, reports: &Sender<Report>) {
        let mut frame = Frame::new(self.settings.width, self.settings.height);
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(group) = self.groups.get(number) else { return };
            let coded = self.encode_group::<E>(group.clone(), &mut frame, reports);
            if reports.send(Report::Group(number, coded)).is_err() {
                return;
            }
        }
    }

    fn encode_group<E: GroupEncoder>(
        &self,
        group: Range<u32>,
        frame: &mut Frame,
        reports: &Sender<Report>,
    ) -> Result<Vec<CodedFrame>, RenderError> {
        let mut encoder = E::start(self.settings).map_err(RenderError::encoder)?;
        group
            .map(|index| {
                if self.stop.load(Ordering::Relaxed) {
                    return Err(RenderError::Cancelled);
                }
                (self.draw)(index, frame);
                let coded = encoder.encode(frame).map_err(RenderError::encoder)?;
                // Nobody listens any more once a group failed; `stop` says so too.
                let _ = reports.send(Report::Frame);
                Ok(coded)
            })
            .collect()
    }

    fn collect(&self, reports: &Receiver<Report>, progress: OnProgress<'_>) -> Result<Vec<CodedFrame>, RenderError> {
        let frames_total = self.groups.last().map_or(0, |last| last.end);
        let mut frames_done = 0;
        let mut coded = vec![None; self.groups.len()];
        for report in reports {
            match report {
                Report::Frame => {
                    frames_done += 1;
                    if progress(Progress { frames_done, frames_total }) == ControlFlow::Break(()) {
                        return Err(RenderError::Cancelled);
                    }
                }
                Report::Group(number, frames) => coded[number] = Some(frames?),
            }
        }
        let coded: Option<Vec<Vec<CodedFrame>>> = coded.into_iter().collect();
        coded.map(|groups| groups.concat()).ok_or_else(|| RenderError::encoder("a rendering thread gave up"))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::encoder::{Effort, EncoderError};
    use super::*;

    /// An encoder whose output is the first sample of the frame.
    struct Echo;

    impl GroupEncoder for Echo {
        fn start(settings: Settings) -> Result<Self, EncoderError> {
            if settings.quantizer == 50 { Err("this quantizer is broken".into()) } else { Ok(Self) }
        }

        fn encode(&mut self, frame: &Frame) -> Result<CodedFrame, EncoderError> {
            match frame.luma[0] {
                77 => Err("this frame is broken".into()),
                78 => panic!("this frame breaks the encoder"),
                luma => Ok(CodedFrame { parameter_sets: None, data: vec![luma] }),
            }
        }
    }

    fn outcome(frames: u32, threads: usize, quantizer: u8, stop_after: u32) -> String {
        let settings = Settings { width: 2, height: 2, fps: 12, quantizer, effort: Effort::Low };
        let groups = groups(frames, 12);
        let draw = |index: u32, frame: &mut Frame| frame.luma[0] = u8::try_from(index).expect("few frames");
        let threads = NonZeroUsize::new(threads).expect("at least one");
        let last = Cell::new(0);
        let progress = |progress: Progress| {
            assert_eq!((progress.frames_done, progress.frames_total), (last.get() + 1, frames));
            last.set(progress.frames_done);
            if progress.frames_done == stop_after { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        match encode::<Echo>(&groups, &draw, settings, threads, &progress) {
            Ok(coded) => {
                let in_order = coded.iter().zip(0..).all(|(frame, index)| frame.data == [index]);
                format!("{} frames, {}", coded.len(), if in_order { "in order" } else { "mixed up" })
            }
            Err(RenderError::Encoder { source }) => format!("encoder: {source}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn frames_come_in_order_from_any_number_of_threads() {
        assert_eq!([1, 2, 3, 7, 1000].map(|threads| outcome(70, threads, 20, 0)), ["70 frames, in order"; 5]);
    }

    #[test]
    fn a_broken_encoder_and_a_caller_who_stops_end_the_work() {
        let cases = [(200, 20, 0), (78, 20, 0), (30, 50, 0), (70, 20, 5), (70, 20, 70)];
        let line = |(frames, quantizer, stop_after)| outcome(frames, 1, quantizer, stop_after);
        insta::assert_snapshot!(cases.map(line).join("\n"));
    }

    #[test]
    fn an_encoder_that_panics_is_an_error() {
        let settings = Settings { width: 2, height: 2, fps: 12, quantizer: 20, effort: Effort::Low };
        let draw = |_: u32, frame: &mut Frame| frame.luma[0] = 78;
        let outcome = encode::<Echo>(&groups(1, 1), &draw, settings, NonZeroUsize::MIN, &|_| ControlFlow::Continue(()));
        assert!(matches!(outcome, Err(RenderError::Encoder { .. })), "{outcome:?}");
    }

    #[test]
    fn groups_are_about_a_second_long_and_even_in_number() {
        let clips = [(120, 24), (1, 1), (2, 24), (24, 24), (25, 24), (36, 12), (5, 1), (60, 1), (3600, 60), (121, 30)];
        let lines = clips.map(|(frames, fps)| {
            let lengths: Vec<u32> = groups(frames, fps).iter().map(|group| group.end - group.start).collect();
            let (first, rest) = lengths.split_first().expect("a clip has a frame");
            let last = rest.last().unwrap_or(first);
            format!("{frames} frames at {fps}: {} of {first}, the last of {last}", lengths.len())
        });
        insta::assert_snapshot!(lines.join("\n"));
    }
}
