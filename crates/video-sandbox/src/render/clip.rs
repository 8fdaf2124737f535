//! What to render: a `Clip`, its limits, and the numbers the rest of the renderer works with.

use std::fmt;

use bytes::Bytes;

use super::error::RenderError;
use super::picture;

/// Shortest and longest side of a clip, in pixels.
const SIDE: std::ops::RangeInclusive<u32> = 64..=4096;
/// Most pixels in one frame (3840x2160).
const AREA: u32 = 3840 * 2160;
const FPS: std::ops::RangeInclusive<u32> = 1..=60;
const SECONDS: std::ops::RangeInclusive<f64> = 0.1..=60.0;

/// A clip to render: a prompt, how large, how long, and optionally a first frame.
///
/// Defaults: 1280x720 pixels, 5 seconds, 24 frames a second, seed 0, no first frame. Nothing is checked until
/// [`Clip::validate`] or [`render`](super::render).
///
/// ```
/// use video_sandbox::Clip;
///
/// let clip = Clip::new("A red fox in fresh snow").with_size(720, 1280).with_seconds(2.5).with_seed(7);
/// assert!(clip.validate().is_ok());
/// assert_eq!(Clip::new("").with_fps(0).validate().unwrap_err().to_string(), "0 frames a second: ask for 1 to 60");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    pub(super) prompt: String,
    width: u32,
    height: u32,
    seconds: f64,
    fps: u32,
    pub(super) seed: u64,
    pub(super) first_frame: Option<FirstFrame>,
}

impl Clip {
    /// A clip that shows `prompt`, which may be of any length and may be empty.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: prompt.into(), width: 1280, height: 720, seconds: 5.0, fps: 24, seed: 0, first_frame: None }
    }

    /// Sets the size in pixels: 64 to 4096 a side, at most 3840x2160 in all. An odd side becomes the next even one.
    #[must_use]
    pub fn with_size(mut self, width: u32, height: u32) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// Sets the length in seconds, 0.1 to 60. The clip has `round(seconds * fps)` frames, at least one.
    #[must_use]
    pub fn with_seconds(mut self, seconds: f64) -> Self {
        self.seconds = seconds;
        self
    }

    /// Sets the prompt.
    #[must_use]
    pub fn with_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = prompt.into();
        self
    }

    /// Sets the frames a second, 1 to 60.
    #[must_use]
    pub fn with_fps(mut self, fps: u32) -> Self {
        self.fps = fps;
        self
    }

    /// Sets the seed, which decides colours and movement.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets what the first frame shows. Without it the clip is the prompt on a moving background.
    #[must_use]
    pub fn with_first_frame(mut self, first_frame: FirstFrame) -> Self {
        self.first_frame = Some(first_frame);
        self
    }

    /// Width and height in pixels, as asked for.
    pub(crate) const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Length in seconds, as asked for.
    pub(crate) const fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Checks every limit without rendering; of a picture only the header is read.
    ///
    /// # Errors
    ///
    /// The same errors [`render`](super::render) would give, except for a picture whose header is sound and whose
    /// pixels are not.
    pub fn validate(&self) -> Result<(), RenderError> {
        self.format()?;
        match &self.first_frame {
            Some(FirstFrame::Picture(bytes)) => picture::check_header(bytes),
            _ => Ok(()),
        }
    }

    /// The checked numbers of this clip.
    pub(super) fn format(&self) -> Result<Format, RenderError> {
        let (width, height) = (self.width, self.height);
        let even = |side: u32| SIDE.contains(&side).then(|| side.next_multiple_of(2));
        let size = even(width).zip(even(height)).filter(|(width, height)| width * height <= AREA);
        let Some((even_width, even_height)) = size else { return Err(RenderError::Size { width, height }) };
        if !FPS.contains(&self.fps) {
            return Err(RenderError::Fps { fps: self.fps });
        }
        if !SECONDS.contains(&self.seconds) {
            return Err(RenderError::Seconds { seconds: self.seconds });
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 3600 after the checks above")]
        let frames = ((self.seconds * f64::from(self.fps)).round() as u32).max(1);
        Ok(Format { width: even_width as usize, height: even_height as usize, fps: self.fps, frames })
    }
}

/// What the first frame of a clip shows.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FirstFrame {
    /// A PNG, JPEG or WebP file of at most 64 megapixels. It is cropped to the clip's shape around its centre and
    /// scaled to fill the frame; its orientation tag is honoured and transparent parts become white.
    Picture(Bytes),
    /// A text, such as a host name, drawn in place of a picture that is deliberately not fetched.
    Placeholder(String),
}

impl fmt::Debug for FirstFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Picture(bytes) => write!(f, "Picture({} bytes)", bytes.len()),
            Self::Placeholder(text) => f.debug_tuple("Placeholder").field(text).finish(),
        }
    }
}

/// The checked numbers of a clip: even sides within the limits, at least one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) fps: u32,
    pub(super) frames: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(clip: &Clip) -> String {
        match clip.format() {
            Ok(Format { width, height, fps, frames }) => format!("{width}x{height}, {fps} fps, {frames} frames"),
            Err(error) => format!("refused: {error}"),
        }
    }

    #[test]
    fn sizes_outside_the_limits_are_refused_and_odd_sides_grow_by_one() {
        let sizes = [(63, 64), (64, 64), (65, 127), (0, 0), (4095, 64), (4096, 2025), (4096, 2026), (3839, 2159)];
        let sizes = sizes.into_iter().chain([(2160, 3840), (3840, 2161), (4097, 64), (u32::MAX, u32::MAX)]);
        let table: Vec<String> = sizes
            .map(|(width, height)| format!("{width}x{height} => {}", outcome(&Clip::new("").with_size(width, height))))
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn seconds_and_fps_outside_the_limits_are_refused_and_frames_are_rounded() {
        let pairs = [(5.0, 24), (0.1, 1), (0.1, 24), (1.0 / 3.0, 30), (2.52, 25), (60.0, 60), (60.01, 24), (0.0, 24)];
        let odd = [(-1.0, 24), (f64::NAN, 24), (f64::INFINITY, 24), (5.0, 0), (5.0, 61), (5.0, u32::MAX)];
        let table: Vec<String> = pairs
            .into_iter()
            .chain(odd)
            .map(|(seconds, fps)| {
                format!("{seconds} s at {fps} => {}", outcome(&Clip::new("").with_seconds(seconds).with_fps(fps)))
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn a_picture_does_not_spill_its_bytes_into_debug_output() {
        let clip = Clip::new("fox").with_first_frame(FirstFrame::Picture(Bytes::from(vec![7; 1000])));
        insta::assert_snapshot!(format!("{:?}", clip.first_frame), @"Some(Picture(1000 bytes))");
    }
}
