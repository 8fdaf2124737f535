//! What is wrong with a request, in words, with the place and the source.

use std::fmt;

use serde_json::{Value, json};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "callers decide by it")]
pub enum Severity {
    /// Worth knowing; the request does what it says.
    Notice,
    /// Accepted, but something has no effect, is dropped, or sources disagree.
    Warning,
    /// The vendor or the gateway refuses, or the result is not what was asked for.
    Error,
}

impl Severity {
    /// `notice`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How well a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the marks of the facts, as they are written")]
pub enum Confidence {
    /// The vendor's page.
    OfficialDoc,
    /// The vendor's page, read only through someone's summary.
    OfficialQuoted,
    /// Code of the vendor.
    SdkSource,
    /// Somebody else who uses it; what is said of a gateway is read in its source.
    ThirdParty,
    /// Computed or inferred.
    Derived,
    /// Not confirmed; never more than a warning.
    Unconfirmed,
}

impl Confidence {
    /// The mark as the facts spell it, such as `official-doc`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OfficialDoc => "official-doc",
            Self::OfficialQuoted => "official-quoted",
            Self::SdkSource => "sdk-source",
            Self::ThirdParty => "third-party",
            Self::Derived => "derived",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// A language findings are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified.
    Chinese,
}

/// The same words in every language.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese, simplified.
    pub zh: String,
}

impl Text {
    pub(crate) fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The words in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

/// One thing to know about a request before it is sent.
///
/// Displayed as one English line: severity, place, message, hint, sources.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// Where in the [`Generation`](video_types::Generation), such as `seconds` or `metadata.camera_control.type`.
    pub path: String,
    /// What kind of finding it is: `not-in-list`, `out-of-range`, …, or the id of a rule such as `kling/no-seed`.
    pub code: String,
    /// What is wrong.
    pub message: Text,
    /// What was probably meant, or what to do instead.
    pub hint: Option<Text>,
    /// How well the fact behind it is known.
    pub confidence: Confidence,
    /// Ids of the sources of the fact, see [`source`](crate::source).
    pub sources: &'static [&'static str],
}

impl Finding {
    /// The line to show, in one language, without severity and sources.
    pub fn line(&self, language: Language) -> String {
        let message = self.message.in_language(language);
        match (&self.hint, language) {
            (Some(hint), Language::English) => format!("{}: {message} ({})", self.path, hint.en),
            (Some(hint), Language::Chinese) => format!("{}：{message}（{}）", self.path, hint.zh),
            (None, Language::English) => format!("{}: {message}", self.path),
            (None, Language::Chinese) => format!("{}：{message}", self.path),
        }
    }
}

impl Finding {
    /// The finding as an object, in both languages: `severity`, `path`, `code`, `message`, `message_zh`, `hint`,
    /// `hint_zh`, `confidence` and `sources`.
    pub fn to_json(&self) -> Value {
        json!({
            "severity": self.severity.as_str(),
            "path": self.path,
            "code": self.code,
            "message": self.message.en,
            "message_zh": self.message.zh,
            "hint": self.hint.as_ref().map(|hint| &hint.en),
            "hint_zh": self.hint.as_ref().map(|hint| &hint.zh),
            "confidence": self.confidence.as_str(),
            "sources": self.sources,
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line(Language::English);
        write!(f, "{}: {line} [{}]", self.severity.as_str(), self.sources.join(", "))
    }
}
