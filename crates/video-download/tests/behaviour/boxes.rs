//! The box walk, over bytes that mean no good.

use std::io::{Cursor, Read, Seek, SeekFrom};

use proptest::prelude::*;
use video_download::{Container, Flaw};

use crate::files::{ftyp, long_box, moov, mp4, mp4_box, open_box};

/// A file that counts what is read of it and lets nobody read past its end.
struct Watched<'a> {
    bytes: Cursor<&'a [u8]>,
    read: usize,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.bytes.get_ref().len() - usize::try_from(self.bytes.position()).expect("a small file");
        assert!(buffer.len() <= left, "reads {} bytes where {left} are left", buffer.len());
        let read = self.bytes.read(buffer)?;
        self.read += read;
        Ok(read)
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = self.bytes.seek(to)?;
        assert!(at <= self.bytes.get_ref().len() as u64, "seeks to {at}");
        Ok(at)
    }
}

/// Walks the bytes under watch.
fn walk(bytes: &[u8]) -> Result<Container, Flaw> {
    let mut file = Watched { bytes: Cursor::new(bytes), read: 0 };
    let result = Container::read(&mut file);
    assert!(file.read <= 12 + 16 * (bytes.len() / 8) + 16 * 64 + 8 + 64 * 32, "read {} of {}", file.read, bytes.len());
    result
}

/// What a walk says, in one line.
fn told(bytes: &[u8]) -> String {
    match walk(bytes) {
        Ok(container) => format!("{:?}, {:?} ms", container.proof, container.duration_ms),
        Err(flaw) => flaw.to_string(),
    }
}

#[test]
fn sizes_and_orders_of_every_kind_are_read() {
    let mdat = mp4_box(*b"mdat", &[7; 40]);
    let moof = mp4_box(*b"moof", &[7; 40]);
    let files = [
        ("index first", mp4()),
        ("index last", [ftyp(), mdat.clone(), moov()].concat()),
        ("64-bit size", [ftyp(), long_box(*b"mdat", &[7; 40]), moov()].concat()),
        ("64-bit size of an empty box", [ftyp(), moov(), long_box(*b"mdat", b"")].concat()),
        ("open end", [ftyp(), moov(), open_box(*b"mdat", &[7; 40])].concat()),
        ("open end of nothing", [ftyp(), moov(), open_box(*b"mdat", b"")].concat()),
        ("fragments", [ftyp(), moov(), moof.clone(), mdat.clone(), moof.clone(), mdat.clone()].concat()),
        ("fragments and their index", [ftyp(), moov(), moof.clone(), mdat.clone(), mp4_box(*b"mfra", b"")].concat()),
        (
            "fragments announced, none there",
            [ftyp(), mp4_box(*b"moov", &[&moov()[8..], &mp4_box(*b"mvex", b"")].concat()), mdat.clone()].concat(),
        ),
        ("fragments behind an index", [ftyp(), moov(), mp4_box(*b"mfra", b""), moof, mdat.clone()].concat()),
        (
            "unknown boxes",
            [ftyp(), mp4_box(*b"\0\xff\x1b!", b"?"), moov(), mdat.clone(), mp4_box(*b"free", b"")].concat(),
        ),
        ("empty", Vec::new()),
        ("not a video", b"<html>".to_vec()),
        ("first box cut", ftyp()[..12].to_vec()),
        ("first box too small for a brand", [mp4_box(*b"ftyp", b"isom"), moov(), mdat.clone()].concat()),
        ("first box open", [open_box(*b"ftyp", b"isom\0\0\0\0"), moov()].concat()),
        ("no index", [ftyp(), mdat.clone()].concat()),
        ("no frames", [ftyp(), moov()].concat()),
        ("two indexes", [ftyp(), moov(), mdat.clone(), moov()].concat()),
        ("glued", [mp4(), mp4()].concat()),
        ("a tail of three bytes", [mp4(), vec![0; 3]].concat()),
        ("a tail of zeros", [mp4(), vec![0; 30]].concat()),
        ("a tail of text", [mp4(), b"<html><body>".to_vec()].concat()),
        ("size 7", [ftyp(), moov(), mdat.clone(), vec![0, 0, 0, 7, b'f', b'r', b'e', b'e']].concat()),
        ("64-bit size 15", [&ftyp()[..], &[0, 0, 0, 1], b"mdat", &15_u64.to_be_bytes()].concat()),
        ("64-bit size, largest", [&ftyp()[..], &[0, 0, 0, 1], b"mdat", &u64::MAX.to_be_bytes()].concat()),
        ("64-bit size cut", [&ftyp()[..], &[0, 0, 0, 1], b"mdat", &[0; 5]].concat()),
    ];
    let table: Vec<String> = files.iter().map(|(name, bytes)| format!("{name:31} {}", told(bytes))).collect();
    insta::assert_snapshot!(table.join("\n"), @r#"
    index first                     Boxes, Some(2500) ms
    index last                      Boxes, Some(2500) ms
    64-bit size                     Boxes, Some(2500) ms
    64-bit size of an empty box     Boxes, Some(2500) ms
    open end                        Start, Some(2500) ms
    open end of nothing             Start, Some(2500) ms
    fragments                       Start, Some(2500) ms
    fragments and their index       Boxes, Some(2500) ms
    fragments announced, none there Start, None ms
    fragments behind an index       Start, Some(2500) ms
    unknown boxes                   Boxes, Some(2500) ms
    empty                           it is empty
    not a video                     it starts like no known video
    first box cut                   its box ftyp at byte 0 ends at byte 24, behind the end of the file at 12
    first box too small for a brand its box ftyp at byte 0 has the impossible size 12
    first box open                  its box ftyp at byte 0 has the impossible size 0
    no index                        it has no box moov
    no frames                       it has no box mdat
    two indexes                     its box moov is there twice, the second time at byte 188
    glued                           its box ftyp is there twice, the second time at byte 4148
    a tail of three bytes           it has 3 bytes behind its last box
    a tail of zeros                 its box \x00\x00\x00\x00 at byte 4148 has the impossible size 0
    a tail of text                  its box l><b at byte 4148 ends at byte 1013482657, behind the end of the file at 4160
    size 7                          its box free at byte 188 has the impossible size 7
    64-bit size 15                  its box mdat at byte 24 has the impossible size 15
    64-bit size, largest            its box mdat at byte 24 ends at byte 18446744073709551615, behind the end of the file at 40
    64-bit size cut                 its box mdat at byte 24 ends at byte 40, behind the end of the file at 37
    "#);
}

#[test]
fn a_duration_is_read_where_it_means_something() {
    let mvhd = |parts: &[&[u8]]| mp4_box(*b"moov", &mp4_box(*b"mvhd", &parts.concat()));
    let long =
        |timescale: u32, units: u64| mvhd(&[&[1, 0, 0, 0], &[0; 16], &timescale.to_be_bytes(), &units.to_be_bytes()]);
    let short = |timescale: u32, units: u32| mvhd(&[&[0; 12], &timescale.to_be_bytes(), &units.to_be_bytes()]);
    let movies = [
        ("2.5 s", short(600, 1500)),
        ("2.5 s in 64 bits", long(600, 1500)),
        ("unknown", short(600, u32::MAX)),
        ("unknown in 64 bits", long(600, u64::MAX)),
        ("not known yet", short(600, 0)),
        ("no timescale", short(0, 1500)),
        ("longer than milliseconds can tell", long(1, u64::MAX - 1)),
        ("version 2", mvhd(&[&[2; 32]])),
        ("cut short", mvhd(&[&[0; 15]])),
        ("empty", mvhd(&[])),
        ("behind another box", mp4_box(*b"moov", &[&mp4_box(*b"free", b"?"), &short(600, 1500)[8..]].concat())),
        ("behind nonsense", mp4_box(*b"moov", b"nonsense")),
        (
            "behind too many",
            mp4_box(*b"moov", &[&mp4_box(*b"free", b"").repeat(64)[..], &short(600, 1500)[8..]].concat()),
        ),
        ("nowhere", mp4_box(*b"moov", b"")),
    ];
    let table: Vec<String> = movies
        .iter()
        .map(|(name, moov)| format!("{name:33} {}", told(&[&ftyp()[..], moov, &mp4_box(*b"mdat", b"")].concat())))
        .collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    2.5 s                             Boxes, Some(2500) ms
    2.5 s in 64 bits                  Boxes, Some(2500) ms
    unknown                           Boxes, None ms
    unknown in 64 bits                Boxes, None ms
    not known yet                     Boxes, None ms
    no timescale                      Boxes, None ms
    longer than milliseconds can tell Boxes, None ms
    version 2                         Boxes, None ms
    cut short                         Boxes, None ms
    empty                             Boxes, None ms
    behind another box                Boxes, Some(2500) ms
    behind nonsense                   Boxes, None ms
    behind too many                   Boxes, None ms
    nowhere                           Boxes, None ms
    ");
}

#[test]
fn a_length_that_was_not_asked_for_is_told_unless_it_is_about_right() {
    // the film plays 2.5 s
    let container = walk(&mp4()).expect("whole");
    let told = [0, 1_499, 1_500, 2_000, 2_500, 3_500, 3_501, 10_000].map(|asked| container.duration_off(asked));
    let off = Some(2_500);
    assert_eq!(told, [off, off, None, None, None, None, off, off]);
}

#[test]
fn a_file_of_a_million_boxes_is_given_up() {
    let crowd = [ftyp(), mp4_box(*b"free", b"").repeat(1 << 20)].concat();
    insta::assert_snapshot!(told(&crowd), @"it has more than 1048576 boxes");
}

#[test]
fn every_cut_of_a_whole_video_is_found() {
    let whole = mp4();
    for cut in 0..whole.len() {
        assert!(walk(&whole[..cut]).is_err(), "cut after {cut}");
    }
}

#[test]
fn what_is_no_file_cannot_be_inspected() {
    let folder = tempfile::tempdir().expect("a folder");
    for path in [folder.path().to_owned(), folder.path().join("none.mp4")] {
        assert!(matches!(video_download::inspect(&path), Err(Flaw::Unreadable(_))), "{}", path.display());
    }
}

/// Boxes of right and wrong sizes, nested nowhere, in any order.
fn some_boxes() -> impl Strategy<Value = Vec<u8>> {
    let kind =
        prop_oneof![Just(*b"ftyp"), Just(*b"moov"), Just(*b"mdat"), Just(*b"moof"), Just(*b"mvhd"), any::<[u8; 4]>(),];
    let size = prop_oneof![(0_u32..64).boxed(), any::<u32>().boxed()];
    let content = prop::collection::vec(any::<u8>(), 0..48);
    let one = (kind, prop::option::of(size), content).prop_map(|(kind, size, content)| {
        let mut bytes = mp4_box(kind, &content);
        if let Some(size) = size {
            bytes[..4].copy_from_slice(&size.to_be_bytes());
        }
        bytes
    });
    prop::collection::vec(one, 0..8).prop_map(|boxes| [ftyp(), boxes.concat()].concat())
}

proptest! {
    #[test]
    fn any_bytes_are_walked_without_panic_and_without_reading_past_the_end(bytes: Vec<u8>) {
        let _ = walk(&bytes);
        let _ = walk(&[ftyp(), bytes].concat());
    }

    #[test]
    fn any_boxes_are_walked_the_same_way_and_what_is_whole_adds_up(bytes in some_boxes()) {
        if walk(&bytes).is_ok_and(|container| container.proof == video_download::Proof::Boxes) {
            prop_assert!(walk(&bytes[..bytes.len() - 1]).is_err());
            prop_assert!(walk(&[&bytes[..], &[0]].concat()).is_err());
        }
    }

    #[test]
    fn a_whole_video_with_a_byte_changed_is_walked_the_same_way(at in 0_usize..4148, byte: u8) {
        let mut bytes = mp4();
        bytes[at] = byte;
        let _ = walk(&bytes);
    }
}
