//! The questions: requests that read and never order.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Uri, header};

use crate::HttpRequest;

/// A task that no gateway has given: its id is all zeros.
macro_rules! unknown {
    ($before:literal, $after:literal) => {
        concat!($before, "task_00000000000000000000000000000000", $after)
    };
}

/// Whose key a [`Question`] carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever sends the questions must know what to do with each")]
pub enum Caller {
    /// The caller's own.
    Own,
    /// One that no gateway has given.
    Wrong,
    /// None.
    Nobody,
}

impl Caller {
    /// The key of [`Caller::Wrong`].
    pub const WRONG_KEY: &'static str = "sk-thiskeyiswrongonpurpose";
}

/// A question that tells gateways apart and costs nothing: a GET, HEAD or OPTIONS about a task that there is not.
///
/// ```
/// use video_protocol::Question;
///
/// for question in Question::ALL {
///     assert!(["GET", "HEAD", "OPTIONS"].contains(&question.request().method().as_str()));
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Question {
    /// What the server calls itself: New API's status page, open to all.
    Status,
    /// The list of models.
    Models,
    /// A task in New API's format.
    Wrapper,
    /// The same without a key.
    WrapperUnsigned,
    /// The same with a wrong key.
    WrapperWrongKey,
    /// A task in OpenAI's format.
    Object,
    /// One page of tasks in OpenAI's format.
    List,
    /// The video of a task.
    Content,
    /// The same without a key.
    ContentUnsigned,
    /// The same as HEAD.
    ContentHead,
    /// Its first byte.
    ContentRange,
    /// A task in the format that New API has had since it has task plugins.
    PluginTask,
    /// What a web page asks before it orders.
    Preflight,
}

impl Question {
    /// All of them, in the order in which to ask.
    pub const ALL: [Self; 13] = [
        Self::Status,
        Self::Models,
        Self::Wrapper,
        Self::WrapperUnsigned,
        Self::WrapperWrongKey,
        Self::Object,
        Self::List,
        Self::Content,
        Self::ContentUnsigned,
        Self::ContentHead,
        Self::ContentRange,
        Self::PluginTask,
        Self::Preflight,
    ];

    /// A stable name for reports, such as `wrapper-wrong-key`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Models => "models",
            Self::Wrapper => "wrapper",
            Self::WrapperUnsigned => "wrapper-unsigned",
            Self::WrapperWrongKey => "wrapper-wrong-key",
            Self::Object => "object",
            Self::List => "list",
            Self::Content => "content",
            Self::ContentUnsigned => "content-unsigned",
            Self::ContentHead => "content-head",
            Self::ContentRange => "content-range",
            Self::PluginTask => "plugin-task",
            Self::Preflight => "preflight",
        }
    }

    /// Whose key it carries.
    pub const fn caller(self) -> Caller {
        match self {
            Self::Status | Self::WrapperUnsigned | Self::ContentUnsigned | Self::Preflight => Caller::Nobody,
            Self::WrapperWrongKey => Caller::Wrong,
            _ => Caller::Own,
        }
    }

    /// The request in origin form, without host and key.
    ///
    /// [`Endpoint::prepare`](crate::Endpoint::prepare) adds both; take the `Authorization` off again for
    /// [`Caller::Nobody`].
    pub fn request(self) -> HttpRequest {
        let (method, path) = match self {
            Self::Status => (Method::GET, "/api/status"),
            Self::Models => (Method::GET, "/v1/models"),
            Self::Wrapper | Self::WrapperUnsigned | Self::WrapperWrongKey => {
                (Method::GET, unknown!("/v1/video/generations/", ""))
            }
            Self::Object => (Method::GET, unknown!("/v1/videos/", "")),
            Self::List => (Method::GET, "/v1/videos?limit=1"),
            Self::Content | Self::ContentUnsigned | Self::ContentRange => {
                (Method::GET, unknown!("/v1/videos/", "/content"))
            }
            Self::ContentHead => (Method::HEAD, unknown!("/v1/videos/", "/content")),
            Self::PluginTask => (Method::GET, unknown!("/v1/tasks/", "")),
            Self::Preflight => (Method::OPTIONS, "/v1/video/generations"),
        };
        let mut request = HttpRequest::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() = Uri::from_static(path);
        for (name, value) in self.headers() {
            request.headers_mut().insert(name.clone(), HeaderValue::from_static(value));
        }
        request
    }

    fn headers(self) -> &'static [(HeaderName, &'static str)] {
        // Words of refusals tell releases apart, and those that know languages answer in this one.
        const READS: &[(HeaderName, &str)] = &[(header::ACCEPT_LANGUAGE, "en")];
        const FIRST_BYTE: &[(HeaderName, &str)] = &[(header::ACCEPT_LANGUAGE, "en"), (header::RANGE, "bytes=0-0")];
        const PREFLIGHT: &[(HeaderName, &str)] = &[
            (header::ORIGIN, "https://page.example"),
            (header::ACCESS_CONTROL_REQUEST_METHOD, "POST"),
            (header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type"),
        ];
        match self {
            Self::ContentRange => FIRST_BYTE,
            Self::Preflight => PREFLIGHT,
            _ => READS,
        }
    }
}
