//! What a request asks of the gateway.

use std::fmt;

/// The operations that can go wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "tests name every one")]
pub enum Route {
    /// `POST /v1/video/generations` and `POST /v1/videos`: spends money.
    Submit,
    /// `GET /v1/video/generations/{id}` and `GET /v1/videos/{id}`.
    Poll,
    /// `GET /v1/videos`.
    List,
    /// `GET /v1/videos/{id}/content`.
    Content,
}

impl Route {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Submit, Self::Poll, Self::List, Self::Content];
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Submit => "submit",
            Self::Poll => "poll",
            Self::List => "list",
            Self::Content => "content",
        })
    }
}

/// In whose words to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    NewApi,
    OpenAi,
}

/// A request, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    pub(super) route: Route,
    pub(super) format: Format,
    /// The id in the path; empty where there is none.
    pub(super) id: &'a str,
    /// What stands behind the question mark.
    pub(super) query: &'a str,
}

impl<'a> Asked<'a> {
    /// `None` for what the gateway does not serve.
    pub(super) fn read(method: &str, target: &'a str) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let asked = |route, format, id| Some(Self { route, format, id, query });
        if let Some(rest) = path.strip_prefix("/v1/video/generations") {
            return match (method, rest.strip_prefix('/')) {
                ("POST", None) if rest.is_empty() => asked(Route::Submit, Format::NewApi, ""),
                ("GET", Some(id)) if plain(id) => asked(Route::Poll, Format::NewApi, id),
                _ => None,
            };
        }
        let rest = path.strip_prefix("/v1/videos")?;
        match (method, rest.strip_prefix('/')) {
            ("POST", None) if rest.is_empty() => asked(Route::Submit, Format::OpenAi, ""),
            ("GET", None) if rest.is_empty() => asked(Route::List, Format::OpenAi, ""),
            ("GET" | "HEAD", Some(rest)) => match rest.strip_suffix("/content") {
                Some(id) if plain(id) => asked(Route::Content, Format::OpenAi, id),
                None if plain(rest) && method == "GET" => asked(Route::Poll, Format::OpenAi, rest),
                _ => None,
            },
            _ => None,
        }
    }

    /// One parameter of the query, as it stands there.
    pub(super) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

fn plain(id: &str) -> bool {
    !id.is_empty() && !id.contains('/')
}
