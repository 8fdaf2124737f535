//! From a clip to the bytes of an MP4 file.

mod aurora;
mod canvas;
mod chance;
mod clip;
mod colour;
mod encoder;
mod error;
mod frame;
mod group;
mod layer;
mod mp4;
mod number;
mod picture;
mod quantizer;
mod scene;
mod text;
mod zoom;

use std::num::NonZeroUsize;
use std::ops::ControlFlow;

pub(crate) use chance::Chance;
pub use clip::{Clip, FirstFrame};
pub use error::RenderError;

use encoder::rusty::RustyH264;
use encoder::{Effort, Settings};
use frame::Frame;
use scene::Scene;

/// How far a rendering is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Frames that are drawn and encoded.
    pub frames_done: u32,
    /// Frames the clip has.
    pub frames_total: u32,
}

/// What is told of every frame, and may stop the work.
type OnProgress<'a> = &'a dyn Fn(Progress) -> ControlFlow<()>;

/// Renders `clip` on up to `threads` threads and returns the bytes of an MP4 file.
///
/// The file holds one track of H.264 Constrained Baseline (yuv420p, BT.709), its index before its data, and the prompt
/// as its title (the first 4096 characters). It has exactly the frames [`Clip::with_seconds`] tells. The same clip
/// gives the same bytes whatever the number of threads; another version of this crate may give others, and so may
/// another kind of processor where a JPEG decoder or an encoder takes another path on it.
///
/// `progress` is called on the calling thread after each frame, with `frames_done` growing by one up to `frames_total`;
/// [`ControlFlow::Break`] stops the work within a frame. The call blocks until the clip is done. Each thread holds
/// one raw frame and what the encoder needs (20 to 30 MB at 1920x1080), never the whole clip.
///
/// # Errors
///
/// Numbers outside the limits of [`Clip`], a picture that cannot be read, or a `progress` that asked to stop.
///
/// ```
/// use std::{num::NonZeroUsize, ops::ControlFlow};
/// use video_sandbox::{Clip, render};
///
/// let clip = Clip::new("一只狐狸 in the snow").with_size(128, 96).with_seconds(0.5).with_fps(12);
/// let mp4 = render(&clip, NonZeroUsize::MIN, &|_| ControlFlow::Continue(()))?;
/// assert_eq!(&mp4[4..12], b"ftypisom");
/// # Ok::<(), video_sandbox::RenderError>(())
/// ```
pub fn render(
    clip: &Clip,
    threads: NonZeroUsize,
    progress: &dyn Fn(Progress) -> ControlFlow<()>,
) -> Result<Vec<u8>, RenderError> {
    let format = clip.format()?;
    let scene = Scene::new(clip, format)?;
    let draw = |index: u32, frame: &mut Frame| scene.draw(index, frame);
    let groups = group::groups(format.frames, format.fps);
    let effort = if scene.shows_picture() { Effort::High } else { Effort::Low };
    let mut settings =
        Settings { width: format.width, height: format.height, fps: format.fps, quantizer: quantizer::FINEST, effort };
    if scene.shows_picture() {
        settings.quantizer = quantizer::choose::<RustyH264>(&groups, &draw, settings, threads)?;
    }
    let frames = group::encode::<RustyH264>(&groups, &draw, settings, threads, progress)?;
    mp4::write(format, &clip.prompt, &frames).map_err(RenderError::encoder)
}
