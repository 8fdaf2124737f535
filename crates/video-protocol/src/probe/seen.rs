//! From answers to findings, one feature after the other.

use super::answer::{Read, Shape};
use super::release::{Release, Span};
use super::{Feature, Finding, Question, Quirk, Reason, State};

/// The first release with task plugins.
const PLUGINS: &str = "v1.0.0-rc.25";

/// What was said, by question.
pub(super) struct Seen<'a> {
    pub(super) answers: Vec<(Question, Read<'a>)>,
}

/// What is found about one feature, before it has its place.
type Found = (State, String, Option<Reason>);

fn has_plugins(span: &Span) -> bool {
    Release::read(PLUGINS).is_some_and(|first| span.begins_at_or_after(&first))
}

fn is_before_plugins(span: &Span) -> bool {
    Release::read(PLUGINS).is_some_and(|first| span.ends_before(&first))
}

fn unknown(reason: Reason) -> Found {
    (State::Unknown, String::new(), Some(reason))
}

impl<'a> Seen<'a> {
    fn to(&self, question: Question) -> Option<&Read<'a>> {
        self.answers.iter().find(|(asked, _)| *asked == question).map(|(_, read)| read)
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        self.answers.iter().find_map(|(_, read)| read.header(name))
    }

    pub(super) fn findings(&self, span: Option<&Span>, quirks: &[Quirk]) -> Vec<Finding> {
        let object = match self.route(Question::Object) {
            // The words of the route are there, but no object is behind them.
            (State::Yes, value, _) if quirks.contains(&Quirk::NoObjects) => (State::No, value, Some(Reason::ByRelease)),
            found => found,
        };
        [
            (Feature::Key, self.key()),
            (Feature::NewApi, self.route(Question::Wrapper)),
            (Feature::OpenAi, object),
            (Feature::IsNewApi, self.is_new_api(span)),
            (Feature::IsOwn, self.is_own()),
            (Feature::Plugins, self.plugins(span)),
            (Feature::List, self.listing(Question::List)),
            (Feature::Models, self.listing(Question::Models)),
            (Feature::Content, self.route(Question::Content)),
            (Feature::ContentKey, self.content_key()),
            (Feature::ContentHead, self.head(span)),
            (Feature::Ranges, self.ranges(span, quirks)),
            (Feature::RetryAfter, self.retry_after(span)),
            (Feature::IdempotencyKeys, self.idempotency_keys()),
            (Feature::Cors, self.cors()),
            (Feature::RequestId, self.request_id()),
            (Feature::ErrorShapes, self.error_shapes()),
        ]
        .into_iter()
        .map(|(feature, (state, value, reason))| Finding { feature, state, value, reason })
        .collect()
    }

    /// The release, if the server is New API: as it says itself, else by what it does.
    pub(super) fn span(&self) -> Option<Span> {
        if self.own().is_some() {
            return None;
        }
        let stated = self.header("x-new-api-version").or_else(|| self.stated_version());
        if let Some(release) = stated.and_then(Release::read) {
            return Some(Span::Exactly(release));
        }
        let speaks = [Question::Wrapper, Question::WrapperUnsigned, Question::WrapperWrongKey]
            .into_iter()
            .filter_map(|question| self.to(question))
            .any(|read| matches!(read.shape, Shape::TaskError | Shape::MiddlewareError));
        // Only New API names its requests so.
        let named = stated.is_some() || self.header("x-oneapi-request-id").is_some();
        if !speaks || !named {
            return None;
        }
        let mut span = Span::ALL.narrowed(Some("v0.8.6"), None);
        for (question, about, since, before) in [
            (Question::WrapperUnsigned, "Token not provided", None, Some("v0.12.7")),
            (Question::WrapperUnsigned, "未提供令牌", None, Some("v0.10.8-alpha.7")),
            (Question::WrapperUnsigned, "Invalid token", Some("v0.12.7"), None),
            (Question::Content, "Task not found", Some("v0.9.5"), None),
            (Question::Content, "artifact", Some("v1.0.0-rc.25"), None),
            (Question::Content, "Invalid URL", None, Some("v0.9.5")),
            (Question::ContentUnsigned, "Task not found", Some("v0.9.5"), Some("v0.9.26")),
            (Question::Object, "Invalid URL", None, Some("v0.9.6")),
            (Question::PluginTask, "Invalid URL", None, Some("v1.0.0-rc.25")),
            (Question::PluginTask, "task", Some("v1.0.0-rc.25"), None),
        ] {
            let said = self.to(question).is_some_and(|read| {
                read.words.contains(about) || read.shape != Shape::NoRoute && read.code.contains(about)
            });
            // The words of a path that is not there repeat the path.
            let in_place = about == "Invalid URL" || self.to(question).is_some_and(|read| read.shape != Shape::NoRoute);
            if said && in_place {
                span = span.narrowed(since, before);
            }
        }
        if self.to(Question::ContentUnsigned).is_some_and(Read::is_refusal) {
            span = span.narrowed(Some("v0.9.26"), None);
        }
        // A proxy may have taken the header away: the last word, and only where nothing contradicts it.
        Some(span.narrowed(None, Some("v0.10.7-alpha.2")))
    }

    fn status_data(&self) -> Option<&serde_json::Value> {
        self.to(Question::Status).filter(|read| read.status == 200).map(|read| &read.body["data"])
    }

    fn stated_version(&self) -> Option<&str> {
        self.status_data()?["version"].as_str()
    }

    /// The status page of this project's own gateway.
    fn own(&self) -> Option<&serde_json::Value> {
        self.status_data().filter(|data| data["system_name"] == "video-gateway")
    }

    fn is_new_api(&self, span: Option<&Span>) -> Found {
        match span {
            Some(span @ Span::Exactly(_)) => (State::Yes, span.to_string(), Some(Reason::SaysSo)),
            Some(span) => (State::Yes, span.to_string(), None),
            None if self.own().is_some() => (State::No, String::new(), None),
            None => unknown(Reason::NotShown),
        }
    }

    fn is_own(&self) -> Found {
        match self.own() {
            Some(data) => {
                let text = |name: &str| data[name].as_str().unwrap_or("?");
                (State::Yes, format!("{} --compat {}", text("version"), text("compat")), Some(Reason::SaysSo))
            }
            None if self.to(Question::Status).is_none() => unknown(Reason::NoAnswer),
            None => (State::No, String::new(), None),
        }
    }

    fn key(&self) -> Found {
        let asked = [Question::Wrapper, Question::Object, Question::List, Question::Models, Question::Content];
        let answers: Vec<&Read<'_>> = asked.into_iter().filter_map(|question| self.to(question)).collect();
        if let Some(refused) = answers.iter().find(|read| read.is_refusal()) {
            return (State::No, refused.in_short(), None);
        }
        let let_in =
            answers.iter().find(|read| read.knows_no_such_task() || matches!(read.shape, Shape::List | Shape::Wrapper));
        let Some(let_in) = let_in else {
            let forbidden = answers.iter().any(|read| read.status == 403);
            return unknown(if answers.is_empty() {
                Reason::NoAnswer
            } else if forbidden {
                Reason::Forbidden
            } else {
                Reason::NotShown
            });
        };
        let any = self.to(Question::WrapperWrongKey).is_some_and(Read::knows_no_such_task);
        (State::Yes, let_in.in_short(), any.then_some(Reason::AnyKey))
    }

    /// Whether a route about a task is there.
    fn route(&self, question: Question) -> Found {
        let Some(read) = self.to(question) else { return unknown(Reason::NoAnswer) };
        let value = read.in_short();
        let found = |state, reason| (state, value.clone(), reason);
        match read.status {
            300..=399 => found(State::No, Some(Reason::Redirects)),
            401 => found(State::Unknown, Some(Reason::KeyRefused)),
            403 => found(State::Unknown, Some(Reason::Forbidden)),
            _ if read.shape == Shape::NoRoute => found(State::No, None),
            _ if read.knows_no_such_task() || read.shape == Shape::Wrapper => found(State::Yes, None),
            404 | 405 | 410 | 501 => found(State::No, None),
            429 | 500.. => found(State::Unknown, Some(Reason::Trouble)),
            _ if matches!(read.shape, Shape::Page | Shape::Other | Shape::Empty) => found(State::No, None),
            _ => found(State::Unknown, Some(Reason::Strange)),
        }
    }

    fn listing(&self, question: Question) -> Found {
        let Some(read) = self.to(question) else { return unknown(Reason::NoAnswer) };
        let has_data = read.body["data"].is_array();
        match read.status {
            200 if has_data => (State::Yes, read.in_short(), None),
            401 => (State::Unknown, read.in_short(), Some(Reason::KeyRefused)),
            403 => (State::Unknown, read.in_short(), Some(Reason::Forbidden)),
            429 | 500.. if read.status != 501 => (State::Unknown, read.in_short(), Some(Reason::Trouble)),
            _ => (State::No, read.in_short(), None),
        }
    }

    fn plugins(&self, span: Option<&Span>) -> Found {
        match span {
            Some(span) if is_before_plugins(span) => (State::No, String::new(), Some(Reason::ByRelease)),
            _ => self.route(Question::PluginTask),
        }
    }

    fn content_key(&self) -> Found {
        if self.route(Question::Content).0 == State::No {
            return (State::No, String::new(), None);
        }
        let Some(read) = self.to(Question::ContentUnsigned) else { return unknown(Reason::NoAnswer) };
        match read.status {
            401 | 403 => (State::Yes, read.in_short(), None),
            _ if self.key().2 == Some(Reason::AnyKey) && read.knows_no_such_task() => {
                (State::No, read.in_short(), Some(Reason::AnyKey))
            }
            _ if read.knows_no_such_task() => (State::No, read.in_short(), None),
            _ => (State::Unknown, read.in_short(), Some(Reason::Strange)),
        }
    }

    fn head(&self, span: Option<&Span>) -> Found {
        let Some(read) = self.to(Question::ContentHead) else { return unknown(Reason::NoAnswer) };
        let value = read.status.to_string();
        if self.route(Question::Content).0 == State::No {
            return (State::No, value, None);
        }
        match (read.status, span) {
            (405 | 501, _) => (State::No, value, None),
            (401, _) => (State::Unknown, value, Some(Reason::KeyRefused)),
            (_, Some(span)) if is_before_plugins(span) => (State::No, value, Some(Reason::ByRelease)),
            (_, Some(span)) if has_plugins(span) => (State::Yes, value, Some(Reason::ByRelease)),
            // The same 404 as for GET is what a server that answers HEAD says; one without the route says it too.
            (404, _) if self.own().is_some() => (State::Yes, value, None),
            _ => (State::Unknown, value, Some(Reason::NeedsVideo)),
        }
    }

    fn ranges(&self, span: Option<&Span>, quirks: &[Quirk]) -> Found {
        let Some(read) = self.to(Question::ContentRange) else { return unknown(Reason::NoAnswer) };
        let value = read.status.to_string();
        if self.route(Question::Content).0 == State::No {
            return (State::No, value, None);
        }
        if quirks.contains(&Quirk::SixtySecondContent) {
            return (State::No, value, Some(Reason::ByRelease));
        }
        if span.is_some_and(has_plugins) || self.own().is_some() {
            return (State::Yes, value, Some(Reason::ByRelease));
        }
        match read.status {
            206 | 416 => (State::Yes, value, None),
            _ if read.header("accept-ranges") == Some("bytes") => (State::Yes, "accept-ranges: bytes".to_owned(), None),
            _ => (State::Unknown, value, Some(Reason::NeedsVideo)),
        }
    }

    fn retry_after(&self, span: Option<&Span>) -> Found {
        if let Some(delay) = self.header("retry-after") {
            return (State::Yes, format!("retry-after: {delay}"), None);
        }
        if span.is_some_and(is_before_plugins) {
            return (State::No, String::new(), Some(Reason::ByRelease));
        }
        if self.own().is_some() {
            return (State::Yes, String::new(), Some(Reason::ByRelease));
        }
        unknown(Reason::NeedsLoad)
    }

    fn idempotency_keys(&self) -> Found {
        match self.own().and_then(|data| data["honours_idempotency_keys"].as_bool()) {
            Some(true) => (State::Yes, String::new(), Some(Reason::SaysSo)),
            _ => unknown(Reason::NeedsOrder),
        }
    }

    fn cors(&self) -> Found {
        let Some(read) = self.to(Question::Preflight) else { return unknown(Reason::NoAnswer) };
        match read.header("access-control-allow-origin") {
            Some(origin) if origin == "*" || origin == "https://page.example" => {
                (State::Yes, format!("{} {origin}", read.status), None)
            }
            _ if read.status >= 500 => (State::Unknown, read.status.to_string(), Some(Reason::Trouble)),
            _ => (State::No, read.status.to_string(), None),
        }
    }

    fn request_id(&self) -> Found {
        let known = ["x-oneapi-request-id", "x-request-id", "request-id", "cf-ray"];
        let names: Vec<&str> = known.into_iter().filter(|name| self.header(name).is_some()).collect();
        if self.answers.is_empty() {
            return unknown(Reason::NoAnswer);
        }
        (State::of(!names.is_empty()), names.join(", "), None)
    }

    fn error_shapes(&self) -> Found {
        let mut names: Vec<&str> = Vec::new();
        for (_, read) in self.answers.iter().filter(|(_, read)| read.status >= 400) {
            if read.shape != Shape::Empty && !names.contains(&read.shape.name()) {
                names.push(read.shape.name());
            }
        }
        if names.is_empty() {
            return unknown(Reason::NotShown);
        }
        let json = names.iter().any(|name| !["page", "other"].contains(name));
        (State::of(json), names.join(", "), None)
    }
}
