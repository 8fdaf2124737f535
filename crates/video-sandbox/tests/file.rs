//! What is in the file: boxes, bytes that repeat, facts another program reads out of it.

#[path = "tools/boxes.rs"]
mod boxes;
#[path = "tools/ffmpeg.rs"]
mod ffmpeg;

use std::cell::RefCell;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use video_sandbox::{Clip, FirstFrame, RenderError, render};

fn small() -> Clip {
    Clip::new("A red fox 一只狐狸").with_size(96, 64).with_seconds(2.5).with_fps(12).with_seed(3)
}

fn rendered(clip: &Clip, threads: usize) -> Vec<u8> {
    let threads = NonZeroUsize::new(threads).expect("at least one thread");
    render(clip, threads, &|_| ControlFlow::Continue(())).expect("a clip within the limits")
}

fn a_picture(width: u32, height: u32) -> FirstFrame {
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let ring = (f64::from(x * x + y * y * 2).sqrt() * 0.3).sin() * 60.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept within a byte")]
        image::Rgb([(x * 200 / width) as u8, (120.0 + ring) as u8, (y * 200 / height) as u8])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).expect("a png in memory");
    FirstFrame::Picture(png.into_inner().into())
}

#[test]
fn the_index_stands_before_the_data_and_tells_of_every_frame() {
    insta::assert_snapshot!(boxes::tree(&rendered(&small(), 2)).expect("sound boxes"));
}

#[test]
fn the_same_clip_gives_the_same_bytes_on_any_number_of_threads() {
    let picture = small().with_first_frame(a_picture(120, 100));
    let placeholder = small().with_first_frame(FirstFrame::Placeholder("example.com".into()));
    for clip in [small(), picture, placeholder] {
        let one = rendered(&clip, 1);
        assert!(one == rendered(&clip, 2), "two threads: {clip:?}");
        assert!(one == rendered(&clip, 3), "three threads: {clip:?}");
    }
}

#[test]
fn every_part_of_a_clip_changes_its_bytes() {
    let clips = [
        small(),
        small().with_seed(4),
        small().with_size(98, 64),
        small().with_seconds(2.0),
        small().with_fps(13),
        small().with_first_frame(a_picture(96, 64)),
        small().with_first_frame(a_picture(96, 64)).with_seed(4),
        small().with_first_frame(FirstFrame::Placeholder("example.com".into())),
        small().with_first_frame(FirstFrame::Placeholder("example.org".into())),
    ];
    let mut files = clips.map(|clip| rendered(&clip, 2)).to_vec();
    files.sort();
    files.dedup();
    assert_eq!(files.len(), 9);
}

#[test]
fn progress_counts_every_frame_once_and_ends_at_the_total() {
    let seen = RefCell::new(Vec::new());
    let threads = NonZeroUsize::new(3).expect("three");
    render(&small(), threads, &|progress| {
        seen.borrow_mut().push((progress.frames_done, progress.frames_total));
        ControlFlow::Continue(())
    })
    .expect("a clip within the limits");
    assert_eq!(seen.into_inner(), (1..=30).map(|done| (done, 30)).collect::<Vec<_>>());
}

#[test]
fn progress_that_breaks_stops_the_work() {
    let calls = RefCell::new(0);
    let outcome = render(&small().with_seconds(60.0), NonZeroUsize::MIN, &|_| {
        *calls.borrow_mut() += 1;
        ControlFlow::Break(())
    });
    assert!(matches!(outcome, Err(RenderError::Cancelled)), "{outcome:?}");
    assert_eq!(calls.into_inner(), 1);
}

#[test]
fn ffprobe_reads_what_was_asked_for() {
    let hd = Clip::new("facts").with_size(854, 480).with_seconds(1.0).with_fps(30);
    let one_frame = Clip::new("one frame").with_size(64, 64).with_seconds(0.1).with_fps(1);
    let slow = Clip::new("slow").with_size(65, 127).with_seconds(3.5).with_fps(2);
    let entries = "stream=codec_name,profile,level,pix_fmt,width,height,color_range,color_space,color_transfer,\
        color_primaries,has_b_frames,r_frame_rate,duration,nb_read_frames:format_tags=title";
    let mut table = String::new();
    for clip in [small(), hd, one_frame, slow, small().with_first_frame(a_picture(10, 200))] {
        let arguments = ["-v", "error", "-count_frames", "-show_entries", entries, "-of", "default=nw=1", "-i", "-"];
        let Some(facts) = ffmpeg::run("ffprobe", &arguments, &rendered(&clip, 2)) else { return };
        writeln!(table, "{}", String::from_utf8_lossy(&facts)).expect("a string takes all");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn the_first_frame_is_the_picture_but_for_the_word_sandbox() {
    let (width, height) = (320, 240);
    let clip = Clip::new("a prompt that must not be drawn on the first frame")
        .with_size(width, height)
        .with_seconds(1.0)
        .with_first_frame(a_picture(width, height));
    let other = clip.clone().with_first_frame(FirstFrame::Placeholder(String::new()));
    let (width, height) = (width as usize, height as usize);
    let Some(shown) = ffmpeg::luma(&rendered(&clip, 2), 0, width, height) else { return };
    let FirstFrame::Picture(png) = a_picture(320, 240) else { unreachable!("a picture") };
    let raw = ["-v", "error", "-i", "-", "-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p"];
    let Some(picture) = ffmpeg::run("ffmpeg", &[&raw[..], &["-f", "rawvideo", "-"]].concat(), &png) else { return };
    let outside_badge = |place: &usize| place / width > 40 || place % width > 100;
    let distance = |frame: &[u8], places: &dyn Fn(&usize) -> bool| {
        let places: Vec<usize> = (0..width * height).filter(places).collect();
        let sum: u32 = places.iter().map(|&place| u32::from(frame[place].abs_diff(picture[place]))).sum();
        f64::from(sum) / f64::from(u32::try_from(places.len()).expect("a small frame"))
    };
    let (same, badge) = (distance(&shown, &outside_badge), distance(&shown, &|place| !outside_badge(place)));
    assert!(same < 2.0, "mean distance of luma outside the badge: {same}");
    assert!(badge > 5.0, "mean distance of luma around the badge: {badge}");
    let shown = ffmpeg::luma(&rendered(&other, 2), 0, width, height).expect("ffmpeg was there before");
    assert!(distance(&shown, &outside_badge) > 20.0, "another picture is another frame");
}

#[test]
fn sandbox_is_on_every_frame() {
    let (width, height) = (320, 180);
    let clip = Clip::new("").with_size(320, 180).with_seconds(0.5).with_fps(12);
    let over_picture = clip.clone().with_first_frame(a_picture(320, 180));
    let mut pictures = String::new();
    for (clip, light_letters, columns) in [(clip, false, 14..68), (over_picture, true, 12..58)] {
        let mp4 = rendered(&clip, 1);
        let mut badge = Vec::new();
        for number in 0..6 {
            let Some(frame) = ffmpeg::luma(&mp4, number, width, height) else { return };
            let row = |row: usize| frame[row * width..][columns.clone()].iter();
            let ink = |&luma: &u8| if (luma > 125) == light_letters { '#' } else { ' ' };
            let cells: Vec<String> = (12..20).map(|number| row(number).map(ink).collect()).collect();
            if number == 0 {
                badge.clone_from(&cells);
            }
            let changed =
                badge.concat().chars().zip(cells.concat().chars()).filter(|(before, now)| before != now).count();
            assert!(changed < 10, "{changed} pixels of the badge change in frame {number}:\n{}", cells.join("\n"));
        }
        for row in badge {
            writeln!(pictures, "{}", row.trim_end()).expect("a string takes all");
        }
    }
    insta::assert_snapshot!(pictures);
}

#[test]
fn five_seconds_stay_below_three_megabytes() {
    let full = Clip::new("size").with_size(1280, 720);
    // Noise is the hardest thing there is to encode.
    let mut state = 1_u32;
    let noise = image::RgbImage::from_fn(640, 360, |_, _| {
        image::Rgb([0; 3].map(|_: u8| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        }))
    });
    let mut png = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut png, image::ImageFormat::Png).expect("a png in memory");
    let hard = full.clone().with_first_frame(FirstFrame::Picture(png.into_inner().into()));
    let sizes = [full, hard].map(|clip| rendered(&clip, 2).len());
    assert!(sizes.iter().all(|&size| size < 3_000_000), "{sizes:?}");
}
