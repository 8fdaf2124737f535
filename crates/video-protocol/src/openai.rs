//! The OpenAI Videos format, both halves.

mod client;
mod server;

/// `POST /v1/videos`, `GET /v1/videos/{id}`, `GET /v1/videos/{id}/content`, and list, delete and remix.
///
/// Spoken by New API (≥ v0.9.5) and its resellers beside their own format, and by every gateway that calls itself
/// compatible. Reads every version's answers; writes what the official clients require. Several pictures,
/// `metadata`, `fps`, `seed` and `mode` are not in the official format and go along under New API's names.
///
/// One picture goes under `input_reference`, which New API's Sora, Ali, Jimeng and Google channels read; its Kling,
/// Vidu, Hailuo and Doubao channels read none on this route (seen 2026-08), so speak [`NewApi`](crate::NewApi) to them.
///
/// ```
/// use video_protocol::{Dialect as _, OpenAi};
/// use video_types::{Generation, ImageInput};
///
/// let cat = Generation::new("sora-2", "a cat").with_image(ImageInput::new("https://img.example/cat.png"));
/// let request = OpenAi::default().encode_submit(&cat)?;
/// assert_eq!(request.body(), r#"{"model":"sora-2","prompt":"a cat","input_reference":"https://img.example/cat.png"}"#);
/// # Ok::<(), video_protocol::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenAi {
    multipart: Option<bool>,
    reference_object: bool,
    documented_words: bool,
}

impl OpenAi {
    /// Sends submits as `multipart/form-data` always or never.
    ///
    /// By default only where the one picture is there as bytes, which then go as a file part: several servers refuse
    /// bytes in JSON. vLLM-Omni takes nothing but multipart (seen 2026-08).
    #[must_use]
    pub const fn with_multipart(mut self, always: bool) -> Self {
        self.multipart = Some(always);
        self
    }

    /// Sends the picture in a JSON body as `{"image_url": …}`, as OpenAI itself wants it.
    ///
    /// Off by default: every version of New API refuses an object there and takes text (seen 2026-08).
    #[must_use]
    pub const fn with_reference_object(mut self, object: bool) -> Self {
        self.reference_object = object;
        self
    }

    /// Answers in the words of the documentation pages of New API's resellers: `succeeded` instead of
    /// `completed`, and the link as `url` on the top level.
    ///
    /// Only for the server half, and off by default: the official clients wait for `completed`.
    #[must_use]
    pub const fn with_documented_words(mut self, documented: bool) -> Self {
        self.documented_words = documented;
        self
    }
}

/// Stable name of the format.
const NAME: &str = "openai";
/// Routing data of a task that only New API's own route can show.
const GENERATIONS: &str = "generations";
