//! Files as a real encoder writes them.

use std::path::Path;
use std::process::{Command, Stdio};

use video_download::{Download, Target, inspect};

use crate::sources::{Script, reply};

/// Renders one second, or says why it cannot.
fn render(path: &Path, options: &[&str]) -> bool {
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x96:rate=10:duration=1"])
        .args(options)
        .arg(path)
        .stdin(Stdio::null())
        .status();
    match made {
        Ok(status) => {
            assert!(status.success(), "ffmpeg {options:?}");
            if path.ends_with("64-bit frames.mp4") {
                make_long(path);
            }
            true
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "needs ffmpeg");
            skipped();
            false
        }
        Err(error) => panic!("ffmpeg: {error}"),
    }
}

/// Makes the size of the frames one of 64 bits, as an encoder does when they are more than 4 GiB: it uses the empty box
/// that it has left before them.
fn make_long(path: &Path) {
    let mut file = std::fs::read(path).expect("a file");
    let at = file.windows(8).position(|head| head == b"\0\0\0\x08free").expect("an empty box before the frames");
    let size = u32::from_be_bytes(*file[at + 8..].first_chunk().expect("a size"));
    assert_eq!(&file[at + 12..at + 16], b"mdat");
    let head = [&1_u32.to_be_bytes()[..], b"mdat", &(u64::from(size) + 8).to_be_bytes()].concat();
    file[at..at + 16].copy_from_slice(&head);
    std::fs::write(path, file).expect("a file");
}

#[expect(clippy::print_stderr, reason = "a test that cannot run says so")]
fn skipped() {
    eprintln!("skipped: needs ffmpeg");
}

const H264: [&str; 4] = ["-c:v", "libx264", "-pix_fmt", "yuv420p"];

/// Name, options.
fn flavours() -> Vec<(&'static str, Vec<&'static str>)> {
    let audio = ["-f", "lavfi", "-i", "sine=duration=1"];
    let h264 = |more: &[&'static str]| [&H264[..], more].concat();
    vec![
        ("index last.mp4", h264(&[])),
        ("index first.mp4", h264(&["-movflags", "+faststart"])),
        ("fragmented.mp4", h264(&["-g", "2", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"])),
        ("segmented.mp4", h264(&["-g", "2", "-movflags", "+dash"])),
        (
            "fragments with sound.mp4",
            [&audio[..], &H264, &["-c:a", "aac", "-shortest", "-g", "2", "-movflags", "+frag_keyframe"]].concat(),
        ),
        ("64-bit frames.mp4", h264(&[])),
        ("with sound.mp4", [&audio[..], &H264, &["-c:a", "aac", "-shortest"]].concat()),
        ("quicktime.mov", h264(&[])),
        ("film.webm", vec!["-c:v", "libvpx", "-b:v", "200k"]),
        ("picture.gif", vec![]),
    ]
}

#[test]
fn every_flavour_of_an_encoder_is_whole_and_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = Vec::new();
    for (name, options) in flavours() {
        let path = folder.path().join(name);
        if !render(&path, &options) {
            return;
        }
        let container = inspect(&path).expect(name);
        table.push(format!(
            "{name:24} | {} {} | {:?} ms | {} | {:?}",
            container.format,
            container.brand.as_deref().unwrap_or("-"),
            container.duration_ms,
            if container.fragmented { "fragmented" } else { "in one" },
            container.proof
        ));
    }
    insta::assert_snapshot!(table.join("\n"));
}

/// Where a top-level box ends, but for the last.
fn box_ends(file: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut rest = file;
    while let Some((size, _)) = rest.split_first_chunk::<4>() {
        let size = usize::try_from(u32::from_be_bytes(*size)).unwrap_or(usize::MAX);
        let Some(next) = rest.get(size..).filter(|next| size > 0 && !next.is_empty()) else { break };
        ends.push(file.len() - next.len());
        rest = next;
    }
    ends
}

#[tokio::test]
async fn every_flavour_cut_anywhere_is_found_without_a_length() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, options) in flavours() {
        let path = folder.path().join(name);
        if !render(&path, &options) {
            return;
        }
        let whole = std::fs::read(&path).expect("a file");
        let anywhere = (0..whole.len()).step_by(whole.len() / 20 + 1);
        for cut in anywhere.chain(box_ends(&whole)) {
            let target = Target::file(folder.path().join("cut"));
            let download = Download::new(target).with_attempts(1);
            let result = download.run(&mut Script::once(reply(200, whole.clone()).cut_after(cut)), &|_| ()).await;
            assert!(result.is_err(), "{name} cut after {cut} of {}", whole.len());
            assert!(!folder.path().join("cut").exists());
        }
    }
}
