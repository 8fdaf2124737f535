//! How long jobs take, as it is typed: `3s`, `500ms`, `2s..5s`.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

/// As long as `metadata.sandbox.seconds` may be.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A time or a range of times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Latency(RangeInclusive<Duration>);

impl Latency {
    pub(crate) fn range(&self) -> RangeInclusive<Duration> {
        self.0.clone()
    }
}

impl FromStr for Latency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let time = |text: &str| {
            let time = humantime::parse_duration(text.trim()).ok();
            time.ok_or_else(|| "write it as 3s, 500ms or 2s..5s".to_owned())
        };
        let (from, to) = (time(from)?, time(to)?);
        if from > to {
            return Err("the range ends before it begins".to_owned());
        }
        if to > LONGEST { Err("must be at most 24h".to_owned()) } else { Ok(Self(from..=to)) }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (humantime::format_duration(*self.0.start()), humantime::format_duration(*self.0.end()));
        if self.0.start() == self.0.end() { write!(f, "{from}") } else { write!(f, "{from}..{to}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_is_a_time_or_a_range() {
        let rows = [
            "3s",
            "500ms",
            "2s..5s",
            " 1m .. 90s ",
            "0s",
            "0s..24h",
            "3",
            "",
            "..",
            "2s..",
            "5s..2s",
            "2s..=5s",
            "25h",
            "-1s",
        ];
        let table = rows.map(|text| match text.parse::<Latency>() {
            Ok(latency) => format!("{text:?}: {latency}\n"),
            Err(error) => format!("{text:?}: refused: {error}\n"),
        });
        insta::assert_snapshot!(table.concat());
    }
}
