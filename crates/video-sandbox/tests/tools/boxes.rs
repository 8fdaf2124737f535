//! An MP4 file as text: its boxes, indented, with what matters in each.

use std::fmt::Write;
use std::ops::Range;

/// Boxes that hold nothing but boxes.
const CONTAINERS: [&[u8; 4]; 9] = [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"udta", b"ilst", b"\xa9nam"];

/// The box tree of a whole file.
///
/// # Errors
///
/// Says where a box is longer than what holds it, or bytes are left over.
pub(crate) fn tree(file: &[u8]) -> Result<String, String> {
    let mut text = String::new();
    walk(file, file, 0, &mut text)?;
    Ok(text)
}

fn walk(file: &[u8], mut rest: &[u8], depth: usize, text: &mut String) -> Result<(), String> {
    while !rest.is_empty() {
        let header = rest.first_chunk::<8>().ok_or_else(|| format!("{} bytes are no box\n{text}", rest.len()))?;
        let (length, name) = (u32_at(header, 0), [header[4], header[5], header[6], header[7]]);
        let content = rest.get(8..length).ok_or_else(|| format!("{name:?} is cut\n{text}"))?;
        let printed: String = name.map(char::from).iter().collect();
        writeln!(text, "{:indent$}{printed}{}", "", summary(name, content, file)?, indent = 2 * depth).ok();
        let inner = match &name {
            b"meta" => &content[4..],
            b"stsd" | b"dref" => &content[8..],
            b"avc1" => &content[78..],
            b"\xa9too" => content,
            name if CONTAINERS.contains(&name) => content,
            _ => &[],
        };
        walk(file, inner, depth + 1, text)?;
        rest = &rest[length..];
    }
    Ok(())
}

/// What is worth reading of a box. Sizes of compressed data are left out: they change with every encoder.
fn summary(name: [u8; 4], content: &[u8], file: &[u8]) -> Result<String, String> {
    let long = |place: usize| u32_at(content, place);
    Ok(match &name {
        b"ftyp" => format!(" {}", String::from_utf8_lossy(content).replace(char::is_control, ".")),
        b"mvhd" | b"mdhd" => format!(" {} units at {} a second", long(16), long(12)),
        b"tkhd" => format!(" track {} of {}x{}", long(12), long(76) >> 16, long(80) >> 16),
        b"hdlr" => format!(" {}", String::from_utf8_lossy(&content[8..12])),
        b"avc1" => format!(" {}x{}", long(24) >> 16, long(24) & 0xffff),
        b"avcC" => {
            format!(" profile {} constraints {:#04x} level {}", content[1], content[2], content[3])
        }
        b"colr" => format!(" {} {:?}", String::from_utf8_lossy(&content[..4]), &content[4..]),
        b"stts" => format!(" {} samples of {} units", long(8), long(12)),
        b"stss" => {
            let numbers: Vec<usize> = (0..long(4)).map(|index| long(8 + 4 * index)).collect();
            format!(" key frames {numbers:?}")
        }
        b"stsc" => format!(" {} samples in the chunk", long(12)),
        b"stsz" => {
            let sum: usize = (0..long(8)).map(|index| long(12 + 4 * index)).sum();
            let held = data(file)?.len();
            if sum != held {
                return Err(format!("samples of {sum} bytes, and data of {held}"));
            }
            format!(" {} samples, as long as the data", long(8))
        }
        b"stco" => {
            let start = data(file)?.start;
            if long(8) != start {
                return Err(format!("data said to start at {}, and it does at {start}", long(8)));
            }
            " where the data starts".to_owned()
        }
        b"data" => format!(" {:?}", String::from_utf8_lossy(&content[8..])),
        _ => String::new(),
    })
}

/// Where the content of the `mdat` box is.
fn data(file: &[u8]) -> Result<Range<usize>, String> {
    let mut start = 0;
    while let Some(header) = file.get(start..).and_then(|rest| rest.first_chunk::<8>()) {
        let length = u32_at(header, 0).max(8);
        if header.ends_with(b"mdat") {
            return Ok(start + 8..start + length);
        }
        start += length;
    }
    Err("no mdat box".to_owned())
}

fn u32_at(bytes: &[u8], place: usize) -> usize {
    bytes.get(place..place + 4).map_or(0, |word| word.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte)))
}
