//! Row 19 of the test matrix: a task that `/v1/videos` cannot show is asked for on New API's own route.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use video_protocol::{Dialect as _, Error, ErrorKind, Flow, NewApi, OpenAi, Sent, TaskRef};
use video_types::Generation;

use crate::driver::{Reply, play, play_on};

fn submit() -> Flow {
    Flow::submit(Arc::new(OpenAi::default()), Generation::new("sora-2", "a cat"), "key-1").with_origin("gw.example")
}

fn resume(handle: &str) -> Flow {
    Flow::resume(Arc::new(OpenAi::default()), handle.parse().expect("a handle"))
}

#[test]
fn a_flow_asks_the_other_route_at_once_and_stays_there() {
    let replies = [
        Reply::accepted(),
        Reply::fixture("poll-convert-failed"),
        Reply::task("IN_PROGRESS"),
        Reply::fixture("poll-0-11-success"),
    ];
    let (log, flow) = play_on(submit(), replies);
    assert_snapshot!(log, @"
     0.000 POST /v1/videos [key-1] ← 200
     0.000 wait 5.000
     5.000 GET /v1/videos/task_1 ← 500
     5.000 GET /v1/video/generations/task_1 ← 200
     5.000 wait 10.000
    15.000 GET /v1/video/generations/task_1 ← 200
    15.000 succeeded openai:task_1#generations@gw.example [Link(https://v1.klingcdn.example/out.mp4), Content(task_1)]
    ");
    assert_eq!(flow.observations(), 3);
}

#[test]
fn a_handle_keeps_the_route_and_needs_no_detour_again() {
    let (_, flow) =
        play_on(submit(), [Reply::accepted(), Reply::fixture("poll-not-implemented"), Reply::task("QUEUED")]);
    let handle = flow.task().expect("a task").reference.to_string();
    assert_snapshot!(handle, @"openai:task_1#generations@gw.example");
    assert_snapshot!(play(resume(&handle), [Reply::task("SUCCESS")]), @"
    0.000 GET /v1/video/generations/task_1 ← 200
    0.000 succeeded openai:task_1#generations@gw.example [Content(task_1)]
    ");
}

#[test]
fn a_route_that_cannot_show_it_either_is_no_way_round_in_a_circle() {
    let convert = || Reply::fixture("poll-convert-failed");
    let replies = [convert(), convert(), convert(), convert(), convert(), convert()];
    assert_snapshot!(play(resume("openai:task_1@gw.example"), replies), @"
     0.000 GET /v1/videos/task_1 ← 500
     0.000 GET /v1/video/generations/task_1 ← 500
     0.000 wait 0.912
     0.912 GET /v1/video/generations/task_1 ← 500
     0.912 wait 1.147
     2.060 GET /v1/video/generations/task_1 ← 500
     2.060 wait 1.079
     3.139 GET /v1/video/generations/task_1 ← 500
     3.139 wait 7.825
    10.964 GET /v1/video/generations/task_1 ← 500
    10.964 running (openai:task_1#generations@gw.example): the server is in trouble: convert to openai video failed: json: cannot unmarshal string into Go struct field (HTTP 500, convert_to_openai_video_failed)
    ");
}

#[test]
fn trouble_on_the_other_route_is_waited_out_there() {
    let replies = [
        Reply::fixture("poll-convert-failed"),
        Reply::Lost(Sent::Maybe),
        Reply::status(502, "<html>"),
        Reply::task("SUCCESS"),
    ];
    assert_snapshot!(play(resume("openai:task_1@gw.example"), replies), @"
    0.000 GET /v1/videos/task_1 ← 500
    0.000 GET /v1/video/generations/task_1 ← lost, maybe sent
    0.000 wait 0.912
    0.912 GET /v1/video/generations/task_1 ← 502
    0.912 wait 1.147
    2.060 GET /v1/video/generations/task_1 ← 200
    2.060 succeeded openai:task_1#generations@gw.example [Content(task_1)]
    ");
}

#[test]
fn at_the_deadline_the_last_look_may_take_the_detour_too() {
    let flow = resume("openai:task_1@gw.example").with_deadline(Some(Duration::ZERO));
    assert_snapshot!(play(flow, [Reply::fixture("poll-convert-failed"), Reply::task("QUEUED")]), @"
    0.000 GET /v1/videos/task_1 ← 500
    0.000 GET /v1/video/generations/task_1 ← 200
    0.000 running openai:task_1#generations@gw.example
    ");
}

#[test]
fn a_detour_leads_from_a_bare_handle_to_the_same_task_and_only_once() {
    let bare: TaskRef = "openai:task_1@gw.example".parse().expect("a handle");
    let there = bare.clone().with_route("generations");
    let detour =
        |from: &TaskRef, to: &TaskRef| from.detour(&Error::new(ErrorKind::Unavailable).with_detour(to.clone()));
    assert_eq!(detour(&bare, &there), Some(there.clone()));
    assert_eq!(detour(&there, &there), None);
    assert_eq!(detour(&there, &bare.clone().with_route("elsewhere")), None);
    assert_eq!(detour(&bare, &bare), None);
    assert_eq!(detour(&bare, &there.clone().with_origin("other.example")), None);
    assert_eq!(
        detour(&bare, &TaskRef::new("openai", "task_2").with_origin("gw.example").with_route("generations")),
        None
    );
    assert_eq!(bare.detour(&Error::new(ErrorKind::Unavailable)), None);
}

#[test]
fn new_apis_own_route_names_no_other() {
    for name in ["poll-convert-failed", "poll-not-implemented"] {
        let task = TaskRef::new("new-api", "task_1");
        let error = NewApi.decode_poll(&task, &crate::fixture::answer(name)).expect_err("a refusal");
        assert_eq!(error.detour(), None, "{name}");
    }
}
