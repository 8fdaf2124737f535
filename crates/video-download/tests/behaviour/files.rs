//! Small files made of boxes, and what is left in a folder.

use std::path::Path;

/// A box: size, type, content.
pub(crate) fn mp4_box(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).expect("a small box");
    [&size.to_be_bytes(), &kind[..], content].concat()
}

/// A box with a 64-bit size.
pub(crate) fn long_box(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let size = content.len() as u64 + 16;
    [&1_u32.to_be_bytes(), &kind[..], &size.to_be_bytes(), content].concat()
}

/// The last box, which runs to the end of the file.
pub(crate) fn open_box(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&[0; 4], &kind[..], content].concat()
}

pub(crate) fn ftyp() -> Vec<u8> {
    mp4_box(*b"ftyp", b"isom\0\0\x02\0isommp41")
}

/// A movie of 2.5 seconds: 1500 units of 1/600 s.
pub(crate) fn moov() -> Vec<u8> {
    let mvhd = [&[0; 12][..], &600_u32.to_be_bytes(), &1500_u32.to_be_bytes(), &[0; 80]].concat();
    mp4_box(*b"moov", &mp4_box(*b"mvhd", &mvhd))
}

/// Not the same byte everywhere, so that a piece that is lost or moved changes the hash.
pub(crate) fn frames(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| u8::try_from(at % 251).expect("below 251")).collect()
}

/// A whole video of 4148 bytes, its index first.
pub(crate) fn mp4() -> Vec<u8> {
    [ftyp(), moov(), mp4_box(*b"mdat", &frames(4000))].concat()
}

/// The beginning of a `WebM` file.
pub(crate) fn webm() -> Vec<u8> {
    [&[0x1a, 0x45, 0xdf, 0xa3][..], &frames(4000)].concat()
}

/// What stands in a folder: names and lengths, or `nothing`.
pub(crate) fn listing(folder: &Path) -> String {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let about = std::fs::symlink_metadata(entry.path()).expect("its metadata");
            let what = match about.file_type() {
                kind if kind.is_dir() => "folder".to_owned(),
                kind if kind.is_symlink() => "link".to_owned(),
                _ => about.len().to_string(),
            };
            format!("{} ({what})", entry.file_name().to_string_lossy())
        })
        .collect();
    names.sort();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
