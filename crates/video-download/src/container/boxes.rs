//! The boxes of an MP4 (ISO/IEC 14496-12): do they add up to the file, and is nothing missing.
//!
//! Every length comes from the file and is checked against its true length before anything is done with it.

use std::io::{Read, Seek, SeekFrom};

use super::{Container, Flaw, Format, Proof};

/// More top-level boxes than a video has: two for each fragment, and at one fragment a frame this is two hours.
const MOST_BOXES: u32 = 1 << 20;

/// More boxes than a `moov` has: its header, one for each track, and a few more.
const MOST_BOXES_IN_MOOV: u32 = 64;

/// The head of one box.
#[derive(Debug, Clone, Copy)]
struct Head {
    kind: [u8; 4],
    /// Where the box starts.
    at: u64,
    /// Where its content starts.
    content: u64,
    /// Where the box ends; never behind the end of what holds it.
    end: u64,
    /// The box says of itself only that it goes to the end of the file.
    open: bool,
}

/// Walks the top-level boxes of a file of `length` bytes whose first box is known to be `ftyp`.
pub(super) fn walk(reader: &mut (impl Read + Seek), length: u64, format: Format) -> Result<Container, Flaw> {
    let mut brand = None;
    let mut moov = None;
    let (mut mdat, mut open, mut fragmented, mut index_last) = (false, false, false, false);
    let mut at = 0;
    for _ in 0..MOST_BOXES {
        if at == length {
            if moov.is_none() {
                return Err(Flaw::Missing { kind: "moov" });
            }
            if !mdat {
                return Err(Flaw::Missing { kind: "mdat" });
            }
            let index = moov.map_or(Ok(Index::default()), |moov| read_index(reader, moov))?;
            let fragmented = fragmented || index.extended;
            let duration_ms = index.duration_ms;
            let proof = if open || (fragmented && !index_last) { Proof::Start } else { Proof::Boxes };
            return Ok(Container { format, brand, duration_ms, fragmented, proof });
        }
        let head = read_head(reader, at, length)?;
        match &head.kind {
            b"ftyp" if brand.is_some() => return Err(Flaw::Twice { kind: "ftyp", at }),
            b"ftyp" => brand = Some(read_brand(reader, head)?),
            b"moov" if moov.is_some() => return Err(Flaw::Twice { kind: "moov", at }),
            b"moov" => moov = Some(head),
            b"mdat" => mdat = true,
            b"moof" => fragmented = true,
            _ => {}
        }
        open |= head.open;
        // what a writer of fragments ends a finished file with
        index_last = &head.kind == b"mfra";
        at = head.end;
    }
    Err(Flaw::Crowded { limit: MOST_BOXES })
}

/// Reads the head of the box at `at`, inside something that ends at `limit`.
fn read_head(reader: &mut (impl Read + Seek), at: u64, limit: u64) -> Result<Head, Flaw> {
    let mut buffer = [0; 16];
    let bytes = peek(reader, at, limit, &mut buffer)?;
    let Some((&[s0, s1, s2, s3, k0, k1, k2, k3], rest)) = bytes.split_first_chunk::<8>() else {
        return Err(Flaw::Leftover { bytes: limit.saturating_sub(at) });
    };
    let kind = [k0, k1, k2, k3];
    let short = u32::from_be_bytes([s0, s1, s2, s3]);
    let (size, head_size, open) = match short {
        // The standard lets the last box run to the end of the file, "usually" an mdat. From any other box it is
        // what zeros behind a cut look like.
        0 if &kind == b"mdat" => (limit.saturating_sub(at), 8, true),
        1 => match rest.first_chunk::<8>() {
            Some(&long) => (u64::from_be_bytes(long), 16, false),
            None => return Err(cut(kind, at, at.saturating_add(16), limit)),
        },
        _ => (u64::from(short), 8, false),
    };
    if size < head_size {
        return Err(Flaw::Size { kind: printable(kind), at, size });
    }
    let end = at.saturating_add(size);
    if end > limit {
        return Err(cut(kind, at, end, limit));
    }
    Ok(Head { kind, at, content: at + head_size, end, open })
}

/// The major brand, without the spaces that fill it up.
fn read_brand(reader: &mut (impl Read + Seek), ftyp: Head) -> Result<String, Flaw> {
    let mut buffer = [0; 8];
    match *peek(reader, ftyp.content, ftyp.end, &mut buffer)? {
        [b0, b1, b2, b3, ..] if ftyp.end - ftyp.content >= 8 => Ok(printable([b0, b1, b2, b3]).trim().to_owned()),
        _ => Err(Flaw::Size { kind: "ftyp".to_owned(), at: ftyp.at, size: ftyp.end - ftyp.at }),
    }
}

/// What the index says of the whole.
#[derive(Debug, Clone, Copy, Default)]
struct Index {
    /// How long the movie plays, in milliseconds, if its header says so.
    duration_ms: Option<u64>,
    /// It announces fragments (`mvex`): without one, what follows it may be cut.
    extended: bool,
}

/// Looks through the boxes of a `moov`. Whatever is odd inside only means that nothing is known from there on.
fn read_index(reader: &mut (impl Read + Seek), moov: Head) -> Result<Index, Flaw> {
    let mut index = Index::default();
    let mut at = moov.content;
    for _ in 0..MOST_BOXES_IN_MOOV {
        if at >= moov.end {
            break;
        }
        let head = match read_head(reader, at, moov.end) {
            Ok(head) => head,
            Err(error @ Flaw::Unreadable(_)) => return Err(error),
            Err(_) => break,
        };
        match &head.kind {
            b"mvhd" if index.duration_ms.is_none() => {
                let mut buffer = [0; 32];
                index.duration_ms = read_duration(peek(reader, head.content, head.end, &mut buffer)?);
            }
            b"mvex" => index.extended = true,
            _ => {}
        }
        at = head.end;
    }
    if index.extended {
        // its header counts what comes before the first fragment
        index.duration_ms = None;
    }
    Ok(index)
}

/// Reads timescale and duration from the content of an `mvhd`: 32-bit times in version 0, 64-bit ones in version 1.
fn read_duration(mvhd: &[u8]) -> Option<u64> {
    let u32_at = |at: usize| mvhd.get(at..)?.first_chunk().copied().map(u32::from_be_bytes);
    let u64_at = |at: usize| mvhd.get(at..)?.first_chunk().copied().map(u64::from_be_bytes);
    let (timescale, units) = match *mvhd.first()? {
        0 => (u32_at(12)?, u32_at(16).filter(|units| *units != u32::MAX).map(u64::from)?),
        1 => (u32_at(20)?, u64_at(24).filter(|units| *units != u64::MAX)?),
        _ => return None,
    };
    // 0 is what a recorder writes that does not know yet
    if units == 0 {
        return None;
    }
    u64::try_from((u128::from(units) * 1000).checked_div(u128::from(timescale))?).ok()
}

/// Reads what there is between `at` and `limit`, as far as it fits the buffer.
pub(super) fn peek<'a>(
    reader: &mut (impl Read + Seek),
    at: u64,
    limit: u64,
    buffer: &'a mut [u8],
) -> Result<&'a [u8], Flaw> {
    let there = usize::try_from(limit.saturating_sub(at)).unwrap_or(usize::MAX).min(buffer.len());
    let part = &mut buffer[..there];
    reader.seek(SeekFrom::Start(at)).map_err(Flaw::Unreadable)?;
    reader.read_exact(part).map_err(Flaw::Unreadable)?;
    Ok(part)
}

fn cut(kind: [u8; 4], at: u64, end: u64, length: u64) -> Flaw {
    Flaw::Cut { kind: printable(kind), at, end, length }
}

/// A box type or brand as text; what is not printable ASCII is escaped.
fn printable(kind: [u8; 4]) -> String {
    kind.escape_ascii().to_string()
}
