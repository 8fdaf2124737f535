//! One line of the report.

use video_protocol::Verdict;

use crate::advice::one_line;
use crate::language::Language;

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Ok,
    Warning,
    /// With what a job would end as.
    Problem(Verdict),
}

impl Level {
    pub(super) const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Ok, Language::English) => "ok",
            (Self::Ok, Language::Chinese) => "正常",
            (Self::Warning, Language::English) => "warning",
            (Self::Warning, Language::Chinese) => "注意",
            (Self::Problem(_), Language::English) => "problem",
            (Self::Problem(_), Language::Chinese) => "问题",
        }
    }
}

/// The same in English and in Chinese.
#[derive(Debug, Clone)]
struct Both(String, String);

impl Both {
    fn text(&self, language: Language) -> String {
        match language {
            Language::English => one_line(&self.0),
            Language::Chinese => one_line(&self.1),
        }
    }
}

/// What was looked at, how it is, and what to do.
#[derive(Debug, Clone)]
pub(super) struct Check {
    pub(super) subject: &'static str,
    pub(super) level: Level,
    said: Both,
    next: Option<Both>,
}

impl Check {
    fn new(subject: &'static str, level: Level, english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self { subject, level, said: Both(english.into(), chinese.into()), next: None }
    }

    pub(super) fn ok(subject: &'static str, english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self::new(subject, Level::Ok, english, chinese)
    }

    /// The same in both languages: a fact.
    pub(super) fn fact(subject: &'static str, fact: impl Into<String>) -> Self {
        let fact = fact.into();
        Self::new(subject, Level::Ok, fact.clone(), fact)
    }

    pub(super) fn warning(subject: &'static str, english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self::new(subject, Level::Warning, english, chinese)
    }

    pub(super) fn problem(
        subject: &'static str,
        verdict: Verdict,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) -> Self {
        Self::new(subject, Level::Problem(verdict), english, chinese)
    }

    /// What to do about it.
    pub(super) fn but(self, english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self { next: Some(Both(english.into(), chinese.into())), ..self }
    }

    pub(super) fn said(&self, language: Language) -> String {
        self.said.text(language)
    }

    pub(super) fn next(&self, language: Language) -> Option<String> {
        self.next.as_ref().map(|next| next.text(language))
    }
}
