//! No input makes the renderer panic, and what it gives is always a sound file.

#[path = "tools/boxes.rs"]
mod boxes;

use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use proptest::prelude::*;
use video_sandbox::{Clip, FirstFrame, RenderError, render};

fn rendered(clip: &Clip) -> Result<Vec<u8>, RenderError> {
    render(clip, NonZeroUsize::MIN, &|_| ControlFlow::Continue(()))
}

fn png(picture: &image::DynamicImage) -> FirstFrame {
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).expect("a png in memory");
    FirstFrame::Picture(png.into_inner().into())
}

#[test]
fn prompts_of_every_kind_are_drawn() {
    let prompts = [
        String::new(),
        " \t\r\n\n\n".to_owned(),
        "\u{0}\u{1}\u{7f}\u{9f}\u{feff}\u{fffe}\u{ffff}".to_owned(),
        "\u{1f469}\u{200d}\u{1f4bb} \u{1f1e8}\u{1f1f3} \u{1f98a}".to_owned(),
        "\u{5e2}\u{5d1}\u{5e8}\u{5d9}\u{5ea} \u{202e}\u{627}\u{644}\u{639}\u{631}\u{628}\u{64a}\u{629}".to_owned(),
        "e\u{301}\u{200b}\u{200d}".repeat(50),
        "\u{200d}".repeat(1000),
        "word ".repeat(20_000),
        "字".repeat(34_000),
        "x".repeat(100_000),
        "\n".repeat(100_000),
    ];
    for prompt in prompts {
        for first_frame in [None, Some(FirstFrame::Placeholder(prompt.clone()))] {
            let mut clip = Clip::new(prompt.clone()).with_size(64, 64).with_seconds(0.1).with_fps(10);
            if let Some(first_frame) = first_frame {
                clip = clip.with_first_frame(first_frame);
            }
            let mp4 = rendered(&clip).expect("a clip within the limits");
            boxes::tree(&mp4).expect("sound boxes");
        }
    }
}

#[test]
fn pictures_of_every_shape_fill_the_frame() {
    let shapes = [(1, 1), (1, 10_000), (10_000, 1), (63, 65), (64, 64), (3, 2), (2, 3)];
    for (width, height) in shapes {
        for picture in [
            image::DynamicImage::new_rgba8(width, height),
            image::DynamicImage::new_luma16(width, height),
            image::DynamicImage::new_rgba16(width, height),
        ] {
            let clip = Clip::new("").with_size(64, 96).with_seconds(0.1).with_first_frame(png(&picture));
            boxes::tree(&rendered(&clip).expect("a sound picture")).expect("sound boxes");
        }
    }
}

#[test]
fn a_picture_of_too_many_pixels_is_refused_by_its_header() {
    // A header of 30000x30000 pixels, and nothing behind it but an end.
    let picture = image::DynamicImage::new_luma8(1, 1);
    let FirstFrame::Picture(bytes) = png(&picture) else { unreachable!("a picture") };
    let mut bytes = bytes.to_vec();
    bytes[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    let clip = Clip::new("").with_first_frame(FirstFrame::Picture(bytes.into()));
    let errors = [clip.validate().expect_err("too large"), rendered(&clip).expect_err("too large")];
    for error in errors {
        assert!(matches!(error, RenderError::PictureTooLarge { width: 30_000, height: 30_000, .. }), "{error:?}");
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[test]
fn every_refusal_is_one_line_that_says_what_to_send() {
    let clip = || Clip::new("fox");
    let text = FirstFrame::Picture("not a picture".into());
    let gif = FirstFrame::Picture(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec().into());
    let clips = [
        clip().with_size(32, 32),
        clip().with_size(4096, 4096),
        clip().with_fps(120),
        clip().with_seconds(600.0),
        clip().with_seconds(f64::NAN),
        clip().with_first_frame(text),
        clip().with_first_frame(gif),
        clip().with_first_frame(FirstFrame::Picture(bytes::Bytes::new())),
    ];
    let lines: Vec<String> = clips
        .iter()
        .map(|clip| {
            let error = rendered(clip).expect_err("outside the limits");
            let source = std::error::Error::source(&error).map_or_else(String::new, |source| format!(" <- {source}"));
            assert_eq!(error.to_string(), clip.validate().expect_err("the same").to_string());
            format!("{error}{source} (invalid clip: {})", error.is_invalid_clip())
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_small_clip_gives_sound_boxes(
        prompt in proptest::collection::vec(any::<char>(), 0..200),
        label in proptest::option::of(proptest::collection::vec(any::<char>(), 0..40)),
        width in 64_u32..140,
        height in 64_u32..140,
        frames in 1_u32..5,
        fps in 1_u32..=60,
        seed: u64,
    ) {
        let seconds = (f64::from(frames) / f64::from(fps)).max(0.1);
        let prompt: String = prompt.into_iter().collect();
        let mut clip = Clip::new(prompt).with_size(width, height).with_seconds(seconds).with_fps(fps).with_seed(seed);
        if let Some(label) = label {
            clip = clip.with_first_frame(FirstFrame::Placeholder(label.into_iter().collect()));
        }
        let mp4 = rendered(&clip).expect("a clip within the limits");
        boxes::tree(&mp4).expect("sound boxes");
    }

    #[test]
    fn any_picture_bytes_are_drawn_or_refused(
        kind in 0_usize..5,
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        cut in 0_usize..400,
        damage in proptest::collection::vec((0_usize..400, any::<u8>()), 0..6),
    ) {
        let picture = image::DynamicImage::new_rgba8(9, 7);
        let formats = [image::ImageFormat::Png, image::ImageFormat::Jpeg, image::ImageFormat::WebP];
        let mut file = match formats.get(kind) {
            Some(&format) => {
                let mut file = std::io::Cursor::new(Vec::new());
                let picture = if kind == 1 { picture.to_rgb8().into() } else { picture };
                picture.write_to(&mut file, format).expect("a picture in memory");
                file.into_inner()
            }
            None if kind == 3 => [b"\xff\xd8\xff\xe0".as_slice(), &bytes].concat(),
            None => bytes,
        };
        for (place, value) in damage {
            if let Some(byte) = file.get_mut(place) {
                *byte = value;
            }
        }
        file.truncate(file.len().saturating_sub(cut.saturating_sub(200)));
        let clip = Clip::new("").with_size(64, 64).with_seconds(0.1).with_first_frame(FirstFrame::Picture(file.into()));
        match rendered(&clip) {
            Ok(mp4) => {
                boxes::tree(&mp4).expect("sound boxes");
            }
            Err(error) => prop_assert!(error.is_invalid_clip(), "{:?}", error),
        }
    }
}
