//! What can be found out about a gateway, and how sure it is.

/// Whether a gateway has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a report needs a word for each")]
pub enum State {
    /// It has.
    Yes,
    /// It has not.
    No,
    /// These answers do not say.
    Unknown,
}

impl State {
    /// `yes`, `no` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    pub(super) const fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Something a gateway can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// It lets this key in.
    Key,
    /// It speaks New API's format at `/v1/video/generations`.
    NewApi,
    /// It speaks OpenAI's format at `/v1/videos`.
    OpenAi,
    /// It is New API; the finding's value is the release, or a range of them.
    IsNewApi,
    /// It is the gateway of this project; the value is its version and whose clients it serves.
    IsOwn,
    /// It has New API's task plugins.
    Plugins,
    /// It lists tasks, so that an order without an answer can be settled.
    List,
    /// It lists models.
    Models,
    /// It has a content route.
    Content,
    /// Its content route wants a key.
    ContentKey,
    /// Its content route answers HEAD.
    ContentHead,
    /// Its content route gives parts, so that a download can go on.
    Ranges,
    /// It says when to come back.
    RetryAfter,
    /// It honours an `Idempotency-Key`.
    IdempotencyKeys,
    /// Web pages of any origin may call.
    Cors,
    /// It names its requests; the value is the header.
    RequestId,
    /// The families of its refusals are the value.
    ErrorShapes,
}

impl Feature {
    /// A stable name for reports, such as `content-key`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::NewApi => "format-new-api",
            Self::OpenAi => "format-openai",
            Self::IsNewApi => "is-new-api",
            Self::IsOwn => "is-video-gateway",
            Self::Plugins => "task-plugins",
            Self::List => "list",
            Self::Models => "models",
            Self::Content => "content",
            Self::ContentKey => "content-key",
            Self::ContentHead => "content-head",
            Self::Ranges => "ranges",
            Self::RetryAfter => "retry-after",
            Self::IdempotencyKeys => "idempotency-keys",
            Self::Cors => "cors",
            Self::RequestId => "request-id",
            Self::ErrorShapes => "error-shapes",
        }
    }
}

/// Why a finding is what it is, beyond the answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// No answer came.
    NoAnswer,
    /// The key was refused.
    KeyRefused,
    /// The server forbade it to this key.
    Forbidden,
    /// The server is in trouble.
    Trouble,
    /// The server sends the caller elsewhere.
    Redirects,
    /// The answer is none that is known.
    Strange,
    /// Any key is let in.
    AnyKey,
    /// Only an order would show it, and an order costs money.
    NeedsOrder,
    /// Only a finished video would show it.
    NeedsVideo,
    /// Only a busy server would show it.
    NeedsLoad,
    /// It is so in this release.
    ByRelease,
    /// The server says so itself.
    SaysSo,
    /// Nothing is there that speaks of it.
    NotShown,
}

/// One line of a [`Survey`](crate::Survey).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is about.
    pub feature: Feature,
    /// Whether the gateway has it.
    pub state: State,
    /// What was seen, in a few words of no language; may be empty.
    pub value: String,
    /// Why, where the value does not say it.
    pub reason: Option<Reason>,
}
