//! Reading a form: forgiving in its spelling, strict in its bounds.

use std::ops::Range;

use bytes::Bytes;

use super::parameters::parameter;

/// Most parts a form may have.
pub(crate) const MOST_PARTS: usize = 1000;
/// Longest head of one part, in bytes.
const LONGEST_HEAD: usize = 16 << 10;
/// Longest boundary, in bytes; the standard has 70.
const LONGEST_BOUNDARY: usize = 200;

/// One part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    /// As it came.
    pub(crate) content_type: Option<String>,
    /// A slice of the form, not a copy.
    pub(crate) body: Bytes,
}

/// Why a form cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    #[error("Content-Type names no boundary: write multipart/form-data; boundary=…")]
    NoBoundary,
    #[error("the boundary of Content-Type is longer than {LONGEST_BOUNDARY} bytes")]
    LongBoundary,
    #[error("the boundary of Content-Type does not begin any line of the body")]
    NoParts,
    #[error("the form ends before its last boundary")]
    NoEnd,
    #[error("the form has more than {MOST_PARTS} parts")]
    TooManyParts,
    #[error("the head of part {0} is longer than {LONGEST_HEAD} bytes")]
    LongHead(usize),
    #[error("part {0} has no empty line after its head")]
    NoBody(usize),
    #[error("part {0} has no name")]
    NoName(usize),
    #[error("part {0} is sent with Content-Transfer-Encoding: send its bytes as they are")]
    Encoded(usize),
}

/// Reads a form.
///
/// The boundary may be quoted, lines may end with LF alone if the first boundary's does, and what stands before the
/// first and after the last boundary is ignored. Allocates names and types, never a body.
pub(crate) fn read(content_type: &str, form: &Bytes) -> Result<Vec<Part>, FormError> {
    let boundary = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty());
    let boundary = boundary.ok_or(FormError::NoBoundary)?;
    if boundary.len() > LONGEST_BOUNDARY {
        return Err(FormError::LongBoundary);
    }
    let dashes = format!("--{boundary}");
    let mut lines = Lines { form, dashes: dashes.as_bytes(), bare: true };
    let mut delimiter = lines.delimiter_from(0).ok_or(FormError::NoParts)?;
    lines.bare = !form[..delimiter.line.end].ends_with(b"\r\n");
    let mut parts = Vec::new();
    while !delimiter.last {
        let number = parts.len() + 1;
        if number > MOST_PARTS {
            return Err(FormError::TooManyParts);
        }
        let begin = delimiter.line.end;
        delimiter = lines.delimiter_from(begin).ok_or(FormError::NoEnd)?;
        parts.push(part(form, begin..delimiter.before.max(begin), number)?);
    }
    Ok(parts)
}

/// One line that parts the form.
struct Delimiter {
    /// Where what stands before it ends: its line end belongs to the delimiter.
    before: usize,
    line: Range<usize>,
    last: bool,
}

struct Lines<'a> {
    form: &'a [u8],
    dashes: &'a [u8],
    /// Whether LF alone ends a line.
    bare: bool,
}

impl Lines<'_> {
    /// The first delimiter at or after `from`, where a line begins.
    fn delimiter_from(&self, from: usize) -> Option<Delimiter> {
        let mut begin = from;
        loop {
            if let Some(delimiter) = self.delimiter_at(begin, from) {
                return Some(delimiter);
            }
            begin += self.form[begin..].iter().position(|byte| *byte == b'\n')? + 1;
        }
    }

    fn delimiter_at(&self, begin: usize, from: usize) -> Option<Delimiter> {
        let rest = self.form[begin..].strip_prefix(self.dashes)?;
        let (last, rest) = match rest.strip_prefix(b"--") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let end = match &rest[padding..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            [] if last => 0,
            _ => return None,
        };
        let before = if begin == from {
            begin
        } else if self.form[from..begin].ends_with(b"\r\n") && !self.bare {
            begin - 2
        } else if self.bare {
            begin - 1
        } else {
            return None;
        };
        Some(Delimiter { before, line: begin..self.form.len() - rest.len() + padding + end, last })
    }
}

fn part(form: &Bytes, range: Range<usize>, number: usize) -> Result<Part, FormError> {
    let mut head = Head::default();
    let mut at = range.start;
    loop {
        if at - range.start > LONGEST_HEAD {
            return Err(FormError::LongHead(number));
        }
        let rest = &form[at..range.end];
        let end = rest.iter().take(LONGEST_HEAD + 1).position(|byte| *byte == b'\n');
        let end = match end {
            Some(end) => end,
            None if rest.len() > LONGEST_HEAD => return Err(FormError::LongHead(number)),
            // The line end before the boundary may be the one of the empty line.
            None if matches!(rest, [] | [b'\r']) && at > range.start => rest.len(),
            None => return Err(FormError::NoBody(number)),
        };
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        at = (at + end + 1).min(range.end);
        if line.is_empty() {
            break;
        }
        head.line(&String::from_utf8_lossy(line));
    }
    let encoded = |encoding: &str| !matches!(encoding.to_ascii_lowercase().as_str(), "binary" | "8bit" | "7bit" | "");
    if head.encoding.as_deref().is_some_and(|encoding| encoded(encoding.trim())) {
        return Err(FormError::Encoded(number));
    }
    let disposition = head.disposition.unwrap_or_default();
    let name = parameter(&disposition, "name").filter(|name| !name.is_empty()).ok_or(FormError::NoName(number))?;
    let filename = parameter(&disposition, "filename");
    let content_type = head.content_type.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    Ok(Part { name, filename, content_type, body: form.slice(at..range.end) })
}

/// What a head says.
#[derive(Default)]
struct Head {
    disposition: Option<String>,
    content_type: Option<String>,
    encoding: Option<String>,
    /// Which of them the last line was about, for lines that go on.
    last: Option<Header>,
}

#[derive(Clone, Copy)]
enum Header {
    Disposition,
    ContentType,
    Encoding,
}

impl Head {
    fn line(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = self.last.and_then(|last| self.value(last).as_mut()) {
                value.push_str(line);
            }
            return;
        }
        let Some((name, value)) = line.split_once(':') else { return };
        self.last = match name.trim().to_ascii_lowercase().as_str() {
            "content-disposition" => Some(Header::Disposition),
            "content-type" => Some(Header::ContentType),
            "content-transfer-encoding" => Some(Header::Encoding),
            _ => None,
        };
        if let Some(last) = self.last {
            *self.value(last) = Some(value.to_owned());
        }
    }

    fn value(&mut self, of: Header) -> &mut Option<String> {
        match of {
            Header::Disposition => &mut self.disposition,
            Header::ContentType => &mut self.content_type,
            Header::Encoding => &mut self.encoding,
        }
    }
}
