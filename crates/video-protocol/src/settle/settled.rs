//! How the search for a lost order ended.

use std::fmt;

use crate::{Error, Task, TaskRef};

/// How the search for the task of a lost submit ended.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver must treat all three, each in its own way")]
pub enum Settled {
    /// This task was created by the submit, as far as a list can tell: adopt it.
    Found(Box<Task>),
    /// No task was created: the order may be sent again.
    Absent,
    /// Nobody knows: the order must not be sent again by itself.
    Undecided(Undecided),
}

/// Why a list did not tell.
#[derive(Debug)]
#[non_exhaustive]
pub enum Undecided {
    /// The format or the gateway has no list.
    NotListed,
    /// More tasks match than orders are in doubt.
    Ambiguous(Vec<TaskRef>),
    /// No task matches, but these could be it: same prompt and time, but another model, size or length, or one of those
    /// is not told.
    Similar(Vec<TaskRef>),
    /// So many entries of the list could not be read.
    Unreadable(usize),
    /// The list has no end: it repeats itself or is longer than the most requests.
    Endless,
    /// The list kept failing, or is refused.
    Failing(Error),
}

/// One clause: what stands in the way, and what to do.
impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |tasks: &[TaskRef]| {
            let shown: Vec<String> = tasks.iter().take(3).map(ToString::to_string).collect();
            let more = if tasks.len() > shown.len() { ", …" } else { "" };
            format!("{}{more}", shown.join(", "))
        };
        match self {
            Self::NotListed => f.write_str("the gateway does not list tasks: look in its console"),
            Self::Ambiguous(tasks) => write!(f, "{} tasks match: choose among {}", tasks.len(), named(tasks)),
            Self::Similar(tasks) => write!(f, "no task matches for sure: look at {}", named(tasks)),
            Self::Unreadable(1) => f.write_str("an entry of the list cannot be read: look in the gateway's console"),
            Self::Unreadable(entries) => {
                write!(f, "{entries} entries of the list cannot be read: look in the gateway's console")
            }
            Self::Endless => f.write_str("the list has no end: look in the gateway's console"),
            Self::Failing(error) => write!(f, "the list cannot be had, try later: {error}"),
        }
    }
}
