//! The ffmpeg of this machine, as a judge that is not ours.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// Runs `program` with `input` on its standard input; `None` (and a line that says so) where it is not installed.
///
/// With `CI=true` a missing program is a failure: there the judge must have been heard.
#[must_use]
pub(crate) fn run(program: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    // A pipe cannot be sought in; both programs read a fast-start file from one.
    let spawned = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{program} is missing: install ffmpeg");
        #[expect(clippy::print_stdout, reason = "a skipped test says so")]
        {
            println!("skipped: needs ffmpeg");
        }
        return None;
    };
    let mut stdin = child.stdin.take().expect("piped");
    let output = std::thread::scope(|scope| {
        // A program that has seen enough closes its end.
        scope.spawn(move || drop(stdin.write_all(input)));
        let mut output = Vec::new();
        child.stdout.take().expect("piped").read_to_end(&mut output).expect("output of ffmpeg");
        output
    });
    let mut complaints = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut complaints).expect("errors of ffmpeg");
    let status = child.wait().expect("an exit status");
    assert!(status.success() && complaints.is_empty(), "{program}: {status}\n{complaints}");
    Some(output)
}

/// The luma plane of frame `number`.
#[must_use]
pub(crate) fn luma(mp4: &[u8], number: u32, width: usize, height: usize) -> Option<Vec<u8>> {
    let select = format!("select=eq(n\\,{number})");
    let arguments = ["-v", "error", "-xerror", "-i", "-", "-vf", &select, "-frames:v", "1"];
    let raw = ["-pix_fmt", "yuv420p", "-f", "rawvideo", "-"];
    let mut planes = run("ffmpeg", &[&arguments[..], &raw].concat(), mp4)?;
    assert_eq!(planes.len(), width * height * 3 / 2);
    planes.truncate(width * height);
    Some(planes)
}
