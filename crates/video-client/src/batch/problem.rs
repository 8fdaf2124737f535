//! What is wrong with a batch, before anything of it is sent.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use video_types::FieldError;

use super::LONGEST_LINE;

/// Most lines that are named; of the rest only the number is told.
pub const MOST_SHOWN: usize = 20;

/// Why a batch cannot begin. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The file cannot be read.
    #[error("the batch cannot be read after line {line}")]
    Unreadable {
        /// The last line that was read; 0 if none was.
        line: u64,
        /// What the system said.
        source: io::Error,
    },
    /// The file was changed since it was checked.
    #[error(
        "line {line} is not what it was when the batch began: leave the file alone while it runs, and start it again"
    )]
    Changed {
        /// The line.
        line: u64,
    },
    /// Lines that cannot be ordered.
    #[error("{}", lines(.shown, *.count))]
    Lines {
        /// The first of them, at most [`MOST_SHOWN`].
        shown: Vec<LineError>,
        /// How many there are.
        count: usize,
    },
}

fn lines(shown: &[LineError], count: usize) -> String {
    let named: Vec<String> = shown.iter().map(ToString::to_string).collect();
    let more = count - shown.len().min(count);
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{rest}", named.join("; "))
}

/// A line that cannot be ordered.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a place and a problem is all there is")]
pub struct LineError {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: LineProblem,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl StdError for LineError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.problem.source()
    }
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineProblem {
    /// It is longer than [`LONGEST_LINE`].
    #[error("is longer than {LONGEST_LINE} bytes: give pictures as files or links")]
    TooLong,
    /// It is the last one, has no end of line, and stops in the middle.
    #[error("is cut off: the file ends in the middle of it")]
    CutOff,
    /// It is no JSON.
    #[error("is not JSON: {words}")]
    NotJson {
        /// What is wrong, and at which column.
        words: String,
        /// Whether it stops before its end.
        stops: bool,
    },
    /// It is JSON, but no object.
    #[error("is not a JSON object")]
    NotAnObject,
    /// A member cannot be used.
    #[error("{0}")]
    Field(#[source] FieldError),
    /// The name cannot be the name of a file.
    #[error("name must be text that can name a file, without / and \\")]
    Name,
    /// A picture cannot be read.
    #[error("the picture cannot be read: {0}")]
    Picture(String),
    /// Another line goes to the same file.
    #[error("goes to the same file as line {other}: give each line a name of its own")]
    SameFile {
        /// The other line.
        other: u64,
    },
    /// The format of the gateway cannot express it, or its file cannot be made.
    #[error("{0}")]
    Refused(String),
}
