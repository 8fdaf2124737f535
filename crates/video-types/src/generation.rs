//! What to generate, independent of any wire format.

use crate::{Extra, ImageInput, Metadata, ModelId, Seconds, Size};

/// What to generate.
///
/// ```
/// use video_types::{Generation, Seconds, Size};
///
/// let generation = Generation::new("kling-v1-6", "a lighthouse in fog")
///     .with_size(Size::new(1280, 720))
///     .with_seconds(Seconds::new(5).expect("within 1 to 3600"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Generation {
    /// Model to use.
    pub model: ModelId,
    /// Text prompt; required by every channel, also for image to video.
    pub prompt: String,
    /// Input pictures, the first one being the first frame. Empty for text to video.
    pub images: Vec<ImageInput>,
    /// Picture size; the provider's default if absent.
    pub size: Option<Size>,
    /// Length; the provider's default if absent.
    pub seconds: Option<Seconds>,
    /// Frames a second; not read by New API itself, honoured by our sandbox.
    pub fps: Option<u32>,
    /// Random seed; not read by New API itself, honoured by our sandbox.
    pub seed: Option<i64>,
    /// Quality mode, such as Kling's `std` and `pro`.
    pub mode: Option<String>,
    /// Provider parameters by the provider's own names.
    pub metadata: Metadata,
    /// Members of the request this version does not know, passed on verbatim.
    pub extra: Extra,
}

impl Generation {
    /// The two required parts.
    pub fn new(model: impl Into<ModelId>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            images: Vec::new(),
            size: None,
            seconds: None,
            fps: None,
            seed: None,
            mode: None,
            metadata: Metadata::default(),
            extra: Extra::new(),
        }
    }

    /// Adds an input picture after those already there.
    #[must_use]
    pub fn with_image(mut self, image: ImageInput) -> Self {
        self.images.push(image);
        self
    }

    /// Sets [`size`](Self::size).
    #[must_use]
    pub fn with_size(mut self, size: Size) -> Self {
        self.size = Some(size);
        self
    }

    /// Sets [`seconds`](Self::seconds).
    #[must_use]
    pub fn with_seconds(mut self, seconds: Seconds) -> Self {
        self.seconds = Some(seconds);
        self
    }

    /// Sets [`fps`](Self::fps).
    #[must_use]
    pub fn with_fps(mut self, fps: u32) -> Self {
        self.fps = Some(fps);
        self
    }

    /// Sets [`seed`](Self::seed).
    #[must_use]
    pub fn with_seed(mut self, seed: i64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets [`mode`](Self::mode).
    #[must_use]
    pub fn with_mode(mut self, mode: impl Into<String>) -> Self {
        self.mode = Some(mode.into());
        self
    }

    /// Replaces [`metadata`](Self::metadata).
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }
}
