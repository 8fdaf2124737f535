//! Releases of New API in their order.

use std::cmp::Ordering;
use std::fmt;

/// What was before a release of the same numbers, and what came after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Alpha,
    Beta,
    Candidate,
    Release,
    Patch,
}

/// A release such as `v0.11.0-alpha.1`, `v0.9.6-patch.1` or `v1.0.0-rc.24`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    numbers: Vec<u32>,
    stage: Stage,
    step: u32,
}

impl Release {
    /// Reads one; `None` for anything else, such as the hash of a commit.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (numbers, stage) = text.split_once('-').map_or((text, None), |(numbers, stage)| (numbers, Some(stage)));
        if !numbers.contains('.') {
            return None;
        }
        let mut numbers = numbers.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>()?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        let (stage, step) = match stage {
            None => (Stage::Release, 0),
            Some(stage) => {
                let end = stage.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(stage.len());
                let (word, step) = stage.split_at(end);
                let step = step.trim_start_matches('.');
                let digits = step.find(|c: char| !c.is_ascii_digit()).unwrap_or(step.len());
                let word = match word.to_ascii_lowercase().as_str() {
                    "alpha" => Stage::Alpha,
                    "beta" => Stage::Beta,
                    "rc" => Stage::Candidate,
                    "patch" => Stage::Patch,
                    _ => return None,
                };
                (word, step[..digits].parse().unwrap_or(0))
            }
        };
        Some(Self { numbers, stage, step })
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.numbers, self.stage, self.step).cmp(&(&other.numbers, other.stage, other.step))
    }
}

/// Which releases a server may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    /// It says so itself.
    Exactly(Release),
    /// By what it does: from the first on, and before the second.
    Between(Option<Release>, Option<Release>),
}

impl Span {
    /// All of them.
    pub(super) const ALL: Self = Self::Between(None, None);

    /// What is left with a bound more; the same if nothing would be.
    pub(super) fn narrowed(self, since: Option<&str>, before: Option<&str>) -> Self {
        let Self::Between(from, below) = &self else { return self };
        let since = since.and_then(Release::read);
        let before = before.and_then(Release::read);
        let from = from.clone().max(since);
        let below = match (below.clone(), before) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let is_empty = from.as_ref().zip(below.as_ref()).is_some_and(|(from, below)| from >= below);
        if is_empty { self } else { Self::Between(from, below) }
    }

    pub(super) fn begins_at_or_after(&self, release: &Release) -> bool {
        match self {
            Self::Exactly(exact) => exact >= release,
            Self::Between(from, _) => from.as_ref().is_some_and(|from| from >= release),
        }
    }

    pub(super) fn ends_before(&self, release: &Release) -> bool {
        match self {
            Self::Exactly(exact) => exact < release,
            Self::Between(_, below) => below.as_ref().is_some_and(|below| below <= release),
        }
    }
}

/// `0.9.26 <= v < 0.12.7`; nothing for all of them.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(exact) => write!(f, "{exact}"),
            Self::Between(Some(from), Some(below)) => write!(f, "{from} <= v < {below}"),
            Self::Between(Some(from), None) => write!(f, ">= {from}"),
            Self::Between(None, Some(below)) => write!(f, "< {below}"),
            Self::Between(None, None) => Ok(()),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut numbers = self.numbers.clone();
        numbers.resize(numbers.len().max(3), 0);
        let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
        write!(f, "{}", numbers.join("."))?;
        match self.stage {
            Stage::Alpha => write!(f, "-alpha.{}", self.step),
            Stage::Beta => write!(f, "-beta.{}", self.step),
            Stage::Candidate => write!(f, "-rc.{}", self.step),
            Stage::Release => Ok(()),
            Stage::Patch => write!(f, "-patch.{}", self.step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Release, Span};

    #[test]
    fn a_bound_that_contradicts_what_is_known_is_dropped() {
        let known = Span::ALL.narrowed(Some("v0.12.7"), None);
        assert_eq!(known.clone().narrowed(None, Some("v0.10.7")), known);
        assert_eq!(known.narrowed(Some("v0.9"), Some("v1.0.0-rc.25")).to_string(), "0.12.7 <= v < 1.0.0-rc.25");
    }

    #[test]
    fn releases_stand_in_the_order_in_which_they_came_out() {
        let order = [
            "v0.8.6.0",
            "v0.9.0.3.3",
            "v0.9.6",
            "v0.9.6-patch.1",
            "0.9.26",
            "v0.10.7-alpha.2",
            "v0.10.7",
            "v0.11.0-alpha.1",
            "v0.11.0",
            "v0.12.7",
            "v1.0.0-rc.9",
            "v1.0.0-rc.24",
            "v1.0.0",
        ];
        let read = order.map(|text| Release::read(text).expect(text));
        assert!(read.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Release::read("v0.9"), Release::read("0.9.0"));
    }

    #[test]
    fn what_is_no_release_is_none() {
        for text in ["", "v", "dev", "f11641428", "v1.x", "v1.0.0-wild.1", "99999999999.1", "1.2.3.4.5.nine"] {
            assert_eq!(Release::read(text), None, "{text}");
        }
    }
}
