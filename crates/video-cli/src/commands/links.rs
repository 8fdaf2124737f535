//! How long a video that was not saved can still be fetched.

use std::time::Duration;

use serde_json::{Value, json};
use video_catalog::find;
use video_journal::{Change, Event, HistoryEntry, Millis, Record, State};

use crate::language::Language;

/// The life of a link, as far as the catalogue has a sourced fact for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    /// When it ends, counted from when the task was seen to have succeeded.
    until: Millis,
    /// Whose fact it is.
    provider: &'static str,
}

/// Whether the video of a job is paid for and not saved.
pub(super) fn is_waiting(record: &Record) -> bool {
    matches!(record.state, State::Succeeded | State::Undelivered | State::Local)
}

impl Link {
    /// The link of a job whose video is waiting; `None` if nothing is known of how long that lives.
    pub(super) fn of(record: &Record, history: &[HistoryEntry]) -> Option<Self> {
        let provider = find(record.request.model()).filter(|_| is_waiting(record))?.provider;
        // Zero means that there is no address at all.
        let lives = provider.result_url_ttl_seconds.filter(|seconds| *seconds > 0)?;
        let succeeded = |entry: &&HistoryEntry| matches!(entry.change, Change::Event(Event::Succeeded { .. }));
        let since = history.iter().find(succeeded).map_or(record.changed_at, |entry| entry.at);
        Some(Self { until: since.after(Duration::from_secs(lives)), provider: provider.id })
    }

    /// `23h left`.
    pub(super) fn told(self, now: Millis, language: Language) -> String {
        let left = self.until.since(now);
        match language {
            _ if left.is_zero() && language == Language::Chinese => "链接可能已失效".to_owned(),
            _ if left.is_zero() => "its link may be gone".to_owned(),
            Language::English => format!("its link lives for another {}", short(left)),
            Language::Chinese => format!("链接还剩 {}", short(left)),
        }
    }

    pub(super) fn object(self, now: Millis) -> Value {
        json!({
            "expires_at": super::kept::time(self.until),
            "seconds_left": self.until.since(now).as_secs(),
            "source": format!("catalogue: {}", self.provider),
        })
    }
}

/// An age in its largest unit: `3d`, `5h`.
pub(super) fn short(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}
