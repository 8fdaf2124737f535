//! One line of a bar, cut to the width of a terminal.

use std::time::Duration;

use video_client::events::Estimate;

use crate::columns::{cut, width};
use crate::language::Language;

/// Narrower than this no bar is drawn.
const NARROWEST: usize = 6;
/// Wider than this it says no more.
const WIDEST: usize = 30;
/// The columns that the shortest words on how a job stands take, with the percentage: `running 100%`.
const BRIEF: usize = 12;

/// What a bar is about to say.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    /// Which job, where there are several.
    pub(super) name: Option<String>,
    /// How it stands.
    pub(super) text: String,
    /// The same in fewer words.
    pub(super) brief: Option<String>,
    pub(super) percent: Option<u8>,
    /// How long it will take, and how long the bar had stood there when that was said.
    pub(super) estimate: Option<(Estimate, Duration)>,
}

impl View {
    /// The line, as wide as it may be and no wider: what has no room goes, first the longer words, then the bar, then the
    /// estimate, then ends of words. Bars of lines with names begin in one column, unless an estimate stands before them.
    pub(super) fn line(&self, columns: usize, elapsed: Duration, language: Language) -> String {
        let clock = format!(" {}:{:02}", elapsed.as_secs() / 60, elapsed.as_secs() % 60);
        let room = columns.saturating_sub(width(&clock));
        let name_room = (room / 3).max(8).min(room);
        let named = |text: &str| match &self.name {
            Some(name) => format!("{}  {text}", cut(name, name_room)),
            None => text.to_owned(),
        };
        let widest = match &self.name {
            Some(_) => WIDEST.min(room.saturating_sub(name_room + 2 + BRIEF + 1)),
            None => WIDEST,
        };
        let mut text = named(&self.text);
        let for_bar = if self.percent.is_some() { widest + 1 } else { 0 };
        if let Some(brief) = self.brief.as_deref().filter(|_| width(&text) + for_bar > room) {
            text = named(brief);
        }
        if let Some((estimate, then)) = &self.estimate
            && let Some(left) = left(estimate, elapsed.saturating_sub(*then), language)
        {
            let comma = match language {
                Language::English => ", ",
                Language::Chinese => "，",
            };
            let with = format!("{text}{comma}{left}");
            if width(&with) <= room {
                text = with;
            }
        }
        let text = cut(&text, room);
        let free = room - width(&text);
        let bar = self.percent.map(|percent| bar(percent, free.saturating_sub(1).min(widest)));
        let rest = match bar.filter(|_| free > NARROWEST) {
            Some(bar) => format!("{}{bar}", " ".repeat(free - width(&bar))),
            None => " ".repeat(free),
        };
        format!("{text}{rest}{clock}")
    }
}

fn bar(percent: u8, columns: usize) -> String {
    let full = columns * usize::from(percent.min(100)) / 100;
    format!("{}{}", "━".repeat(full), "╌".repeat(columns - full))
}

/// `about 40 s left (30–70 s)`; nothing once it is over.
pub(super) fn left(estimate: &Estimate, since: Duration, language: Language) -> Option<String> {
    let remaining = estimate.remaining.checked_sub(since).filter(|left| !left.is_zero())?;
    let (least, most) = (estimate.least.saturating_sub(since), estimate.most.saturating_sub(since));
    let minutes = most >= Duration::from_secs(120);
    let count = |time: Duration| {
        let part = if minutes { 60.0 } else { 1.0 };
        (time.as_secs_f64() / part).round().max(1.0)
    };
    let (remaining, least, most) = (count(remaining), count(least), count(most));
    Some(match (language, minutes) {
        (Language::English, false) => format!("about {remaining} s left ({least}–{most} s)"),
        (Language::English, true) => format!("about {remaining} min left ({least}–{most} min)"),
        (Language::Chinese, false) => format!("约剩 {remaining} 秒（{least}–{most} 秒）"),
        (Language::Chinese, true) => format!("约剩 {remaining} 分钟（{least}–{most} 分钟）"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: Option<&str>, text: &str, percent: Option<u8>) -> View {
        let past = [60, 70, 80, 100].map(Duration::from_secs);
        let estimate = Estimate::of(&past, Duration::from_secs(30)).map(|estimate| (estimate, Duration::from_secs(30)));
        let brief = text.split(['(', '（']).next().map(|brief| brief.trim_end().to_owned());
        View { name: name.map(str::to_owned), text: text.to_owned(), brief, percent, estimate }
    }

    fn lines(view: &View, language: Language) -> String {
        let at = Duration::from_secs(42);
        let line = |columns| {
            let line = view.line(columns, at, language);
            assert_eq!(width(&line), columns, "{line:?}");
            format!("|{line}|\n")
        };
        [100, 60, 38, 20].map(line).concat()
    }

    #[test]
    fn a_line_is_as_wide_as_the_terminal_and_what_has_no_room_goes() {
        insta::assert_snapshot!(lines(&view(None, "running 42% (IN_PROGRESS)", Some(42)), Language::English));
        insta::assert_snapshot!(lines(
            &view(Some("a-paper-boat-on-a-pond.mp4"), "queued (QUEUED)", None),
            Language::English
        ));
    }

    #[test]
    fn chinese_signs_are_two_columns_wide_and_never_cut_in_half() {
        let view = view(Some("一只橘猫在阳光下打盹.mp4"), "生成中 42%（IN_PROGRESS）", Some(42));
        insta::assert_snapshot!(lines(&view, Language::Chinese));
    }

    #[test]
    fn an_estimate_runs_down_and_is_gone_when_it_is_over() {
        let Some((estimate, _)) = view(None, "", None).estimate else { panic!("an estimate") };
        let at = |since| left(&estimate, Duration::from_secs(since), Language::English);
        assert_eq!(at(0).as_deref(), Some("about 45 s left (38–55 s)"));
        assert_eq!(at(40).as_deref(), Some("about 5 s left (1–15 s)"));
        assert_eq!(at(45), None);
        let long = Estimate::of(&[200, 300, 400].map(Duration::from_secs), Duration::ZERO).expect("an estimate");
        assert_eq!(left(&long, Duration::ZERO, Language::Chinese).as_deref(), Some("约剩 5 分钟（4–6 分钟）"));
    }
}
