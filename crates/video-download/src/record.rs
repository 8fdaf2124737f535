//! The record beside an unfinished file: which version its bytes belong to, and the hash of every prefix on the way.
//!
//! The hash function has no state that could be written down, so the bytes are hashed again when they are taken up. That
//! also proves them: after a power cut the longest prefix whose hash is in the record counts, and nothing has to be
//! synced while the download runs.

use std::fmt::Write as _;
use std::io::{self, Read};

use sha2::{Digest, Sha256 as Hasher};

use crate::Sha256;
use crate::version::{Validator, Version};

/// The first line; another version of this format gets another number.
const MAGIC: &str = "video-part 1";
/// The longest record that is read; a terabyte needs a third of it.
pub(crate) const LONGEST: u64 = 8 << 20;
/// How many bytes there are between the first lines at the least.
const FIRST_STEP: u64 = 1 << 18;

/// How many bytes there are at the least between the last line and that of so many bytes: a 4096th of them, so that a killed
/// process has little to fetch again, and the record of a long video stays short.
pub(crate) fn step(bytes: u64) -> u64 {
    (bytes / 4096).max(FIRST_STEP)
}

/// A record as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) version: Version,
    /// Lengths and the hashes of so many bytes from the start, growing.
    marks: Vec<(u64, Sha256)>,
}

/// The head of a record, with the hash that tells a torn one.
pub(crate) fn head(version: &Version) -> String {
    let mut text = String::from(MAGIC);
    text.push('\n');
    text.push_str(match version.validator {
        Validator::Etag(_) => "etag ",
        Validator::Modified(_) => "modified ",
    });
    text.push_str(version.validator.as_str());
    text.push_str("\ntotal ");
    match version.total {
        Some(total) => text.push_str(&total.to_string()),
        None => text.push('-'),
    }
    let _ = write!(text, "\nplace {}\n", version.place);
    let hash = hash_of(text.as_bytes());
    let _ = writeln!(text, "head {hash}");
    text
}

/// One more line: the hash of the first `bytes`.
pub(crate) fn mark(bytes: u64, sha256: Sha256) -> String {
    format!("{bytes} {sha256}\n")
}

impl Record {
    /// Reads a record; `None` if its head is not whole. A line that is torn or out of order ends it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (covered, rest) = text.split_at(text.find("\nhead ")? + 1);
        let (end, marks) = rest.split_once('\n')?;
        if end.strip_prefix("head ")? != hash_of(covered.as_bytes()).to_string() {
            return None;
        }
        let mut lines = covered.lines();
        if lines.next()? != MAGIC {
            return None;
        }
        let validator = match lines.next()?.split_once(' ')? {
            ("etag", text) => Validator::Etag(text.to_owned()),
            ("modified", text) => Validator::Modified(text.to_owned()),
            _ => return None,
        };
        let total = match lines.next()?.strip_prefix("total ")? {
            "-" => None,
            total => Some(total.parse().ok()?),
        };
        let place = lines.next()?.strip_prefix("place ")?.parse().ok()?;
        let version = Version { validator, total, place };
        Some(Self { version, marks: read_marks(marks) })
    }

    /// How long the record itself is, with its lines up to the one that proves so many bytes.
    pub(crate) fn length_up_to(&self, bytes: u64) -> u64 {
        let lines = self.marks.iter().take_while(|mark| mark.0 <= bytes);
        let text = lines.fold(head(&self.version), |text, (bytes, sha256)| text + &mark(*bytes, *sha256));
        text.len() as u64
    }

    /// Hashes a file from where it stands, and tells how many of its bytes are proved by this record, with the hash over
    /// them.
    pub(crate) fn prove(&self, mut file: impl Read) -> io::Result<(u64, Hasher)> {
        let mut buffer = vec![0; 1 << 18];
        let (mut hasher, mut proved) = (Hasher::new(), (0, Hasher::new()));
        let mut at = 0;
        for (bytes, sha256) in &self.marks {
            while at < *bytes {
                let wanted = usize::try_from(bytes - at).unwrap_or(usize::MAX).min(buffer.len());
                let read = file.read(&mut buffer[..wanted])?;
                if read == 0 {
                    return Ok(proved);
                }
                hasher.update(&buffer[..read]);
                at += read as u64;
            }
            if hasher.clone().finalize()[..] != sha256.as_bytes()[..] {
                return Ok(proved);
            }
            proved = (at, hasher.clone());
        }
        Ok(proved)
    }
}

fn read_marks(text: &str) -> Vec<(u64, Sha256)> {
    let mut marks: Vec<(u64, Sha256)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let whole = line.strip_suffix('\n').and_then(|line| line.split_once(' '));
        let mark = whole.and_then(|(bytes, sha256)| Some((bytes.parse().ok()?, sha256.parse().ok()?)));
        match mark {
            Some((bytes, sha256)) if marks.last().is_none_or(|last| last.0 < bytes) => marks.push((bytes, sha256)),
            _ => break,
        }
    }
    marks
}

fn hash_of(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(Hasher::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> Version {
        Version { validator: Validator::Etag("\"v1\"".to_owned()), total: Some(30), place: hash_of(b"somewhere") }
    }

    fn record(video: &[u8]) -> String {
        let marks = [10, 20, 30].map(|bytes| mark(bytes as u64, hash_of(&video[..bytes])));
        head(&version()) + &marks.concat()
    }

    #[test]
    fn a_record_reads_as_it_was_written() {
        let text = record(&[7; 30]);
        insta::assert_snapshot!(text);
        let read = Record::read(&text).expect("whole");
        assert_eq!((&read.version, read.marks.len()), (&version(), 3));
        assert_eq!((read.length_up_to(30), read.length_up_to(29)), (text.len() as u64, text.len() as u64 - 68));
    }

    #[test]
    fn a_record_cut_anywhere_proves_less_and_never_something_else() {
        let video: Vec<u8> = (0..30).collect();
        let text = record(&video);
        let mut seen = Vec::new();
        for cut in 0..=text.len() {
            let proved = Record::read(&text[..cut]).map(|record| record.prove(&video[..]).expect("read").0);
            if seen.last() != Some(&proved) {
                seen.push(proved);
            }
        }
        assert_eq!(seen, [None, Some(0), Some(10), Some(20), Some(30)]);
    }

    #[test]
    fn a_record_with_a_byte_changed_never_proves_other_bytes() {
        let video: Vec<u8> = (0..30).collect();
        let text = record(&video);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Some(record) = String::from_utf8(bytes).ok().and_then(|text| Record::read(&text)) else { continue };
            assert_eq!(record.version, version(), "byte {at}");
            let (proved, hasher) = record.prove(&video[..]).expect("read");
            let length = usize::try_from(proved).expect("small");
            assert_eq!(hasher.finalize()[..], hash_of(&video[..length]).as_bytes()[..], "byte {at}");
        }
    }

    #[test]
    fn of_a_file_that_lost_bytes_the_longest_right_prefix_counts() {
        let video: Vec<u8> = (0..30).collect();
        let record = Record::read(&record(&video)).expect("whole");
        let proved = |file: &[u8]| record.prove(file).expect("read").0;
        let mut zeroed = video.clone();
        zeroed[15..].fill(0);
        assert_eq!([proved(&video), proved(&video[..29]), proved(&zeroed), proved(b"")], [30, 20, 10, 0]);
        assert_eq!(proved(&[video.clone(), vec![9; 5]].concat()), 30);
    }
}
