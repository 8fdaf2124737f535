//! What is peculiar about releases of New API, as data.

use super::release::{Release, Span};

/// Something a client has to know about a release of New API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Quirk {
    /// Only New API's own format: `/v1/videos/{id}` is not there or not usable.
    NoObjects,
    /// Videos are handed to anybody who knows the id of their task.
    OpenContent,
    /// The link of a finished video stands in `fail_reason`.
    LinkInFailReason,
    /// A task that its provider lost stays open for ever.
    NoTaskTimeout,
    /// A key that is limited to some models can order but not ask how its tasks are.
    LimitedKeysCannotPoll,
    /// A download has 60 s and cannot be continued: ranges are ignored.
    SixtySecondContent,
    /// Objects hold no link: the video is at the content route only.
    NoLinkInObjects,
}

/// Since which release, and before which one (as read in the source of New API, 2026-10).
const QUIRKS: [(Quirk, Option<&str>, Option<&str>); 7] = [
    (Quirk::NoObjects, None, Some("v0.9.6-patch.1")),
    (Quirk::OpenContent, Some("v0.9.5"), Some("v0.9.26")),
    (Quirk::LinkInFailReason, None, Some("v0.11.0-alpha.1")),
    (Quirk::NoTaskTimeout, None, Some("v0.11.0-alpha.2")),
    (Quirk::LimitedKeysCannotPoll, None, Some("v1.0.0-rc.11")),
    (Quirk::SixtySecondContent, Some("v0.9.5"), Some("v1.0.0-rc.25")),
    (Quirk::NoLinkInObjects, Some("v1.0.0-rc.25"), None),
];

impl Quirk {
    /// A stable name for reports, such as `link-in-fail-reason`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoObjects => "no-objects",
            Self::OpenContent => "open-content",
            Self::LinkInFailReason => "link-in-fail-reason",
            Self::NoTaskTimeout => "no-task-timeout",
            Self::LimitedKeysCannotPoll => "limited-keys-cannot-poll",
            Self::SixtySecondContent => "sixty-second-content",
            Self::NoLinkInObjects => "no-link-in-objects",
        }
    }

    /// Those that every release of a span has.
    pub(super) fn of(span: &Span) -> Vec<Self> {
        let read = |text: Option<&str>| text.and_then(Release::read);
        QUIRKS
            .into_iter()
            .filter(|(_, since, before)| {
                read(*since).is_none_or(|since| span.begins_at_or_after(&since))
                    && read(*before).is_none_or(|before| span.ends_before(&before))
            })
            .map(|(quirk, ..)| quirk)
            .collect()
    }
}
