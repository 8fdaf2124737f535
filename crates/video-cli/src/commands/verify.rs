//! `video verify`: a file on the disk, proved again.

use std::process::ExitCode;

use serde_json::json;
use video_client::{Proof, Sha256, Verified};
use video_protocol::{Error, Verdict};

use crate::arguments::Verify;
use crate::complaint::What;
use crate::exit;
use crate::line::Line;
use crate::screen::Screen;

pub(super) async fn verify(arguments: Verify, screen: &Screen) -> Result<ExitCode, Error> {
    let expected = arguments.sha256.map(|text| text.trim().parse::<Sha256>());
    let expected = expected.transpose().map_err(|_| What::BadHash.into_error())?;
    let path = arguments.file.display().to_string();
    let unreadable = |cause| What::NotReadable { path: path.clone() }.because(cause);
    let reading = tokio::task::spawn_blocking(move || video_client::verify(arguments.file));
    let found = reading.await.map_err(std::io::Error::other).and_then(|found| found).map_err(unreadable)?;
    let trouble = trouble(&path, &found, expected.as_ref());
    let verdict = if trouble.is_none() { Verdict::Saved } else { Verdict::Undelivered };
    describe(&path, &found, expected, verdict, screen);
    match trouble {
        None => Ok(exit::of(verdict)),
        Some(what) => {
            screen.trouble(&what.into_error());
            Ok(exit::of(verdict))
        }
    }
}

/// What keeps the file from being proved. A hash that fits proves a file of which nothing else says where it ends, and
/// none makes a video of what is none.
fn trouble(path: &str, found: &Verified, expected: Option<&Sha256>) -> Option<What> {
    let path = path.to_owned();
    let container = match &found.container {
        Err(flaw) => return Some(What::NotProved { path, why: flaw.to_string() }),
        Ok(container) => container,
    };
    match expected {
        Some(expected) if *expected != found.sha256 => {
            Some(What::OtherHash { path, expected: expected.to_string(), found: found.sha256.to_string() })
        }
        None if container.proof == Proof::Start => {
            Some(What::NotProvable { path, format: container.format.to_string() })
        }
        _ => None,
    }
}

fn describe(path: &str, found: &Verified, expected: Option<Sha256>, verdict: Verdict, screen: &Screen) {
    let container = found.container.as_ref().ok();
    screen.object(&json!({
        "schema": "video.verify/1",
        "outcome": verdict.as_str(),
        "path": path,
        "bytes": found.bytes,
        "sha256": found.sha256.to_string(),
        "expected_sha256": expected.map(|expected| expected.to_string()),
        "format": container.map(|container| container.format.to_string()),
        "brand": container.and_then(|container| container.brand.clone()),
        "duration_ms": container.and_then(|container| container.duration_ms),
        "fragmented": container.map(|container| container.fragmented),
        "flaw": found.container.as_ref().err().map(ToString::to_string),
    }));
    if let (Verdict::Saved, Some(container)) = (verdict, container) {
        let (format, sha256) = (container.format.to_string(), found.sha256.to_string());
        screen.say(&Line::Verified { path, format: &format, bytes: found.bytes, sha256: &sha256 });
        screen.data(&sha256);
    }
}
