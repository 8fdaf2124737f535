//! Whose clients the answers are for, where not all can be served at once.

use video_protocol::{NewApi, OpenAi, ServerDialect};

/// Whom the gateway answers where the clients in use contradict each other.
///
/// Requests are read in the same way for all, and so is everything else that is not named here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compat {
    /// The official clients of both formats: at `/v1/videos` a success is `completed`.
    #[default]
    Official,
    /// Clients written after the documentation pages of New API's resellers (seen 2026-08): at `/v1/videos` a success is
    /// `succeeded`, and its link is `url` on the top level. The official clients wait there for ever.
    Docs,
}

impl Compat {
    /// The word of the command line and of the status page.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Docs => "docs",
        }
    }

    /// The formats in which requests are looked for; the first answers what is nobody's.
    pub(crate) fn dialects(self) -> Vec<Box<dyn ServerDialect>> {
        let openai = OpenAi::default().with_documented_words(self == Self::Docs);
        vec![Box::new(NewApi), Box::new(openai)]
    }
}
