//! Why a clip was not rendered.

use std::error::Error;

/// Why a clip was not rendered; each message is one line that says what to change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The frame size is outside the limits.
    #[error("{width}x{height} pixels: ask for 64 to 4096 a side and at most 3840x2160 in all")]
    #[non_exhaustive]
    Size {
        /// The width asked for, in pixels.
        width: u32,
        /// The height asked for, in pixels.
        height: u32,
    },
    /// The frame rate is outside the limits.
    #[error("{fps} frames a second: ask for 1 to 60")]
    #[non_exhaustive]
    Fps {
        /// The frames a second asked for.
        fps: u32,
    },
    /// The length is outside the limits, or not a number.
    #[error("{seconds} seconds: ask for 0.1 to 60")]
    #[non_exhaustive]
    Seconds {
        /// The length asked for, in seconds.
        seconds: f64,
    },
    /// The first-frame picture is not one of the formats that are read, or is damaged.
    #[error("the first-frame picture cannot be read: send a whole PNG, JPEG or WebP file")]
    #[non_exhaustive]
    Picture {
        /// What the picture decoder says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The first-frame picture has more than 64 megapixels.
    #[error("the first-frame picture has {width}x{height} pixels: send at most 64 megapixels")]
    #[non_exhaustive]
    PictureTooLarge {
        /// Its width, in pixels.
        width: u32,
        /// Its height, in pixels.
        height: u32,
    },
    /// The progress callback asked to stop.
    #[error("rendering was stopped by its caller; render the clip again to get it")]
    Cancelled,
    /// The operating system gave no thread to work on.
    #[error("no thread to render on: free some memory or threads and render again")]
    #[non_exhaustive]
    Thread {
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The encoder failed on frames that were fine; a bug in this crate or in its encoder.
    #[error("the video encoder failed; please report this clip's prompt, size, seconds, fps and seed")]
    #[non_exhaustive]
    Encoder {
        /// What the encoder says.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl RenderError {
    /// Whether the clip itself must be changed (size, seconds, fps or picture) before another try can work.
    pub fn is_invalid_clip(&self) -> bool {
        match self {
            Self::Size { .. }
            | Self::Fps { .. }
            | Self::Seconds { .. }
            | Self::Picture { .. }
            | Self::PictureTooLarge { .. } => true,
            Self::Cancelled | Self::Thread { .. } | Self::Encoder { .. } => false,
        }
    }

    pub(super) fn encoder(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Encoder { source: source.into() }
    }

    pub(super) fn picture(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Picture { source: source.into() }
    }
}
