//! The file of a batch: checked as a whole, then read line by line again.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use video_download::NameFields;
use video_journal::{Line, RequestHash};

use super::{BatchError, BatchLine, Defaults, LineError, LineProblem, MOST_SHOWN, ReadPicture};

/// Longest line, in bytes.
pub const LONGEST_LINE: usize = 32 << 20;

/// What some editors put before the first line.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where a checked line is, and what it is known by: what is kept of each while a batch runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinePlace {
    /// Its number in the file, from 1; blank lines count.
    pub number: u64,
    /// The hash of its request.
    pub request: RequestHash,
    /// Its number among equal lines, from 1.
    pub occurrence: u32,
    /// What its file is to be called, if it says so.
    pub name: Option<Box<str>>,
    /// Its model; lines share the text.
    pub model: Arc<str>,
    /// Its seed.
    pub seed: Option<i64>,
    at: u64,
    length: u32,
}

impl LinePlace {
    /// What the journal knows it by.
    pub fn line(&self, batch: &str) -> Line {
        Line { batch: batch.to_owned(), request: self.request, occurrence: self.occurrence }
    }

    /// What fills the places of the name of its file, as far as the line tells.
    pub(super) fn fields<'a>(&'a self, name: &'a str, id: Option<&'a str>, day: &'a str) -> NameFields<'a> {
        NameFields { name: Some(name), id, model: Some(&self.model), seed: self.seed, date: Some(day) }
    }

    /// What its file is called: its name, else the beginning of its hash and, from the second of equal lines, its number.
    ///
    /// So a line without a name keeps its file name wherever it stands.
    pub fn file_name(&self) -> String {
        match (&self.name, self.occurrence) {
            (Some(name), _) => name.to_string(),
            (None, 1) => format!("{:.12}", self.request.to_string()),
            (None, occurrence) => format!("{:.12}-{occurrence}", self.request.to_string()),
        }
    }
}

/// A checked batch, of which only the places of its lines are in memory.
#[derive(Debug)]
pub struct BatchFile<R> {
    source: BufReader<R>,
    places: Vec<LinePlace>,
}

impl<R: Read + Seek> BatchFile<R> {
    /// Reads and checks every line. `check` may refuse one for reasons of its own.
    ///
    /// Blank lines, a byte-order mark and carriage returns before line ends do not count. The last line needs no end of
    /// line. All problems are collected before it fails.
    ///
    /// # Errors
    ///
    /// [`BatchError::Unreadable`], or [`BatchError::Lines`] with every line that cannot be ordered.
    pub fn read(
        source: R,
        defaults: &Defaults,
        picture: ReadPicture<'_>,
        mut check: impl FnMut(&BatchLine) -> Result<(), LineProblem>,
    ) -> Result<Self, BatchError> {
        let mut source = BufReader::with_capacity(256 << 10, source);
        let (mut places, mut problems) = (Vec::new(), Problems::default());
        let mut models = BTreeSet::<Arc<str>>::new();
        let (mut number, mut at, mut line) = (0, 0, Vec::new());
        let unreadable = |line| move |source| BatchError::Unreadable { line, source };
        source.rewind().map_err(unreadable(0))?;
        loop {
            let read = read_line(&mut source, &mut line).map_err(unreadable(number))?;
            if read.bytes == 0 {
                break;
            }
            number += 1;
            let begins = at;
            at += read.bytes;
            let text = trimmed(&line, number);
            if text.is_empty() && !read.too_long {
                continue;
            }
            let checked = if read.too_long {
                Err(LineProblem::TooLong)
            } else {
                BatchLine::read(text, defaults, picture).map_err(|problem| cut_off(problem, read.has_end))
            };
            match checked.and_then(|line| check(&line).map(|()| line)) {
                Ok(line) => places.push(LinePlace {
                    number,
                    request: line.hash(),
                    occurrence: 0,
                    model: shared(&mut models, line.generation.model.as_str()),
                    seed: line.generation.seed,
                    name: line.name.map(String::into_boxed_str),
                    at: begins,
                    length: u32::try_from(read.bytes).unwrap_or(u32::MAX),
                }),
                Err(problem) => problems.add(number, problem),
            }
        }
        problems.none()?;
        let requests: Vec<RequestHash> = places.iter().map(|place| place.request).collect();
        for (place, line) in places.iter_mut().zip(Line::number("", requests)) {
            place.occurrence = line.occurrence;
        }
        Ok(Self { source, places })
    }

    /// Its lines, in their order.
    pub fn places(&self) -> &[LinePlace] {
        &self.places
    }

    /// One line, read again.
    ///
    /// # Errors
    ///
    /// [`BatchError::Unreadable`], or [`BatchError::Changed`] if it is another order now.
    pub fn line(
        &mut self,
        place: &LinePlace,
        defaults: &Defaults,
        picture: ReadPicture<'_>,
    ) -> Result<BatchLine, BatchError> {
        let number = place.number;
        let mut bytes = vec![0; place.length as usize];
        let read = self.source.seek(SeekFrom::Start(place.at)).and_then(|_| self.source.read_exact(&mut bytes));
        read.map_err(|source| match source.kind() {
            io::ErrorKind::UnexpectedEof => BatchError::Changed { line: number },
            _ => BatchError::Unreadable { line: number, source },
        })?;
        let line = BatchLine::read(trimmed(&bytes, number), defaults, picture);
        line.ok().filter(|line| line.hash() == place.request).ok_or(BatchError::Changed { line: number })
    }
}

/// The one copy of a text.
fn shared(known: &mut BTreeSet<Arc<str>>, text: &str) -> Arc<str> {
    if let Some(there) = known.get(text) {
        return Arc::clone(there);
    }
    let new = Arc::<str>::from(text);
    known.insert(Arc::clone(&new));
    new
}

/// Lines that cannot be ordered, as they are found.
#[derive(Debug, Default)]
pub(super) struct Problems {
    shown: Vec<LineError>,
    count: usize,
}

impl Problems {
    pub(super) fn add(&mut self, line: u64, problem: LineProblem) {
        self.count += 1;
        if self.shown.len() < MOST_SHOWN {
            self.shown.push(LineError { line, problem });
        }
    }

    pub(super) fn none(self) -> Result<(), BatchError> {
        let Self { shown, count } = self;
        if count == 0 { Ok(()) } else { Err(BatchError::Lines { shown, count }) }
    }
}

/// How much of the source one line took.
struct Taken {
    bytes: u64,
    has_end: bool,
    too_long: bool,
}

/// Reads up to and with the end of a line. Of one that is too long the rest is passed over and not kept.
fn read_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Taken> {
    line.clear();
    let most = LONGEST_LINE as u64 + 1;
    let mut taken = Taken { bytes: 0, has_end: false, too_long: false };
    loop {
        line.clear();
        let read = source.by_ref().take(most).read_until(b'\n', line)?;
        taken.bytes += read as u64;
        taken.has_end = line.last() == Some(&b'\n');
        if taken.has_end || (read as u64) < most {
            return Ok(taken);
        }
        taken.too_long = true;
    }
}

fn trimmed(line: &[u8], number: u64) -> &[u8] {
    let line = if number == 1 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
    line.trim_ascii()
}

/// A last line that stops in the middle was not written wrongly: something stopped writing it.
fn cut_off(problem: LineProblem, has_end: bool) -> LineProblem {
    match problem {
        LineProblem::NotJson { stops: true, .. } if !has_end => LineProblem::CutOff,
        other => other,
    }
}
