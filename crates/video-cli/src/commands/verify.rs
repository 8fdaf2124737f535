//! `video verify`: a file on the disk, proved again.

mod saved_as;

use std::process::ExitCode;

use serde_json::json;
use video_client::{Proof, Sha256, Verified};
use video_protocol::{Error, Verdict};

use crate::arguments::Verify;
use crate::complaint::What;
use crate::exit;
use crate::line::Line;
use crate::screen::Screen;
use saved_as::SavedAs;

pub(super) async fn verify(arguments: Verify, screen: &Screen) -> Result<ExitCode, Error> {
    let given = arguments.sha256.map(|text| text.trim().parse::<Sha256>());
    let given = given.transpose().map_err(|_| What::BadHash.into_error())?;
    let saved = match (&given, &arguments.job) {
        (Some(_), _) => None,
        (None, Some(job)) => Some(saved_as::for_job(job).await?),
        // a journal in trouble keeps nobody from looking at a file
        (None, None) => saved_as::under(&arguments.file).await.unwrap_or_else(|error| {
            screen.say(&Line::JournalNotAsked { why: error.message() });
            None
        }),
    };
    let path = arguments.file.display().to_string();
    let unreadable = |cause| What::NotReadable { path: path.clone() }.because(cause);
    let reading = tokio::task::spawn_blocking(move || video_client::verify(arguments.file));
    let found = reading.await.map_err(std::io::Error::other).and_then(|found| found).map_err(unreadable)?;
    let expected = given.or(saved.as_ref().map(|saved| saved.sha256));
    let trouble = trouble(&path, &found, expected.as_ref(), saved.as_ref());
    let verdict = if trouble.is_none() { Verdict::Saved } else { Verdict::Undelivered };
    describe(&path, &found, expected, saved.as_ref(), verdict, screen);
    match trouble {
        None => {
            match (&saved, expected) {
                (Some(saved), _) => screen.say(&Line::AsSaved { job: &saved.job, at: &saved.at }),
                (None, None) => screen.say(&Line::OnlyBoxes),
                (None, Some(_)) => {}
            }
            Ok(exit::of(verdict))
        }
        Some(what) => {
            screen.trouble(&what.into_error());
            Ok(exit::of(verdict))
        }
    }
}

/// What keeps the file from being proved. A hash that fits proves a file of which nothing else says where it ends, and
/// none makes a video of what is none.
fn trouble(path: &str, found: &Verified, expected: Option<&Sha256>, saved: Option<&SavedAs>) -> Option<What> {
    let path = path.to_owned();
    let container = match &found.container {
        Err(flaw) => return Some(What::NotProved { path, why: flaw.to_string() }),
        Ok(container) => container,
    };
    match expected {
        Some(expected) if *expected != found.sha256 => {
            let (expected, found) = (expected.to_string(), found.sha256.to_string());
            Some(match saved {
                Some(SavedAs { job, at, .. }) => {
                    What::NotAsSaved { path, job: job.clone(), at: at.clone(), expected, found }
                }
                None => What::OtherHash { path, expected, found },
            })
        }
        None if container.proof == Proof::Start => {
            Some(What::NotProvable { path, format: container.format.to_string() })
        }
        _ => None,
    }
}

fn describe(
    path: &str,
    found: &Verified,
    expected: Option<Sha256>,
    saved: Option<&SavedAs>,
    verdict: Verdict,
    screen: &Screen,
) {
    let container = found.container.as_ref().ok();
    screen.object(&json!({
        "schema": "video.verify/1",
        "outcome": verdict.as_str(),
        "path": path,
        "bytes": found.bytes,
        "sha256": found.sha256.to_string(),
        "expected_sha256": expected.map(|expected| expected.to_string()),
        "job": saved.map(|saved| &saved.job),
        "saved_at": saved.map(|saved| &saved.at),
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
