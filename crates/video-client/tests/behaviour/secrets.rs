//! A key, and the signature of a link, appear in nothing that is printed.

use std::error::Error as StdError;
use std::fmt::Debug;

use video_client::{Client, Outcome};
use video_transport::{Answer, TransportError, TransportErrorKind};

use crate::answers::{accepted, cut_video, page, redirect, running, succeeded, task};
use crate::stage::{BASE, KEY, Stage};

const SIGNED: &str = "https://cdn.example/v.mp4?X-Amz-Signature=planted-signature&token=planted-token";

#[track_caller]
fn silent(shown: &str) {
    assert!(!shown.contains("planted"), "{shown}");
}

#[track_caller]
fn debug_is_silent(value: &impl Debug) {
    silent(&format!("{value:?} {value:#?}"));
}

#[track_caller]
fn error_is_silent(error: &impl StdError) {
    debug_is_silent(error);
    silent(&error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        silent(&format!("{error} {error:?} {error:#?}"));
        cause = error.source();
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_its_builder_and_its_jobs_print_no_secret() {
    debug_is_silent(&Client::builder(BASE).key(KEY));
    let stage = Stage::new([accepted(), running(1), succeeded(SIGNED)]);
    debug_is_silent(&stage.client);
    let mut job = stage.accepted().await;
    debug_is_silent(&job);
    while let Some(task) = job.update().await {
        debug_is_silent(&task);
        debug_is_silent(&job);
    }
    let outcome = job.finish().await;
    debug_is_silent(&outcome);
    let Outcome::Succeeded(task) = outcome else { panic!("a video") };
    assert!(format!("{task:?}").contains("https://cdn.example/v.mp4?…"), "{task:?}");
    debug_is_silent(&stage.client.preview(&crate::stage::generation()).expect("a request"));
}

#[tokio::test(start_paused = true)]
async fn errors_of_every_kind_print_no_secret() {
    let broken = || Answer::error(TransportError::new(TransportErrorKind::Interrupted, "connection reset by peer"));
    for answer in
        [broken(), page(502, "Bad Gateway"), redirect(301, SIGNED), redirect(302, SIGNED), Answer::json(200, "{")]
    {
        let stage = Stage::new([answer]);
        error_is_silent(&stage.submit().await.expect_err("not accepted"));
    }
    for answers in [
        vec![page(403, "AccessDenied"), succeeded(SIGNED), redirect(302, SIGNED), page(403, "AccessDenied")],
        (0..2).map(|_| broken()).chain([broken()]).chain((0..3).map(|_| broken())).collect(),
        (0..2).map(|_| cut_video()).chain([succeeded(SIGNED)]).chain((0..3).map(|_| cut_video())).collect(),
        (0..6)
            .map(|_| redirect(302, SIGNED))
            .chain([succeeded(SIGNED)])
            .chain((0..6).map(|_| redirect(302, SIGNED)))
            .collect(),
    ] {
        let stage = Stage::new(answers);
        let error = stage.client.download(&task(&[SIGNED]), stage.target(), &|_| ()).await.expect_err("no video");
        error_is_silent(&error);
        assert_eq!(stage.script.remaining(), 0, "{}", stage.record.text());
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_no_address_is_not_repeated_in_the_error() {
    let stage = Stage::new([succeeded(""), Answer::status(404)]);
    let task = task(&["https://not a host/v.mp4?sig=planted"]);
    error_is_silent(&stage.client.download(&task, stage.target(), &|_| ()).await.expect_err("no video"));
}
