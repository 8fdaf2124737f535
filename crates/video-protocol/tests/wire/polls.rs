//! Answers to a poll: every shape of a task, and what goes wrong on the way.

use insta::assert_snapshot;

use crate::fixture::named;
use crate::transcript::{blocks, polled};

#[test]
fn the_wrapper_up_to_0_10() {
    assert_snapshot!(blocks(&named("poll-0-10"), polled), @"
    poll-0-10-sora-success
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   SUCCESS (Succeeded)
        progress 100 %
        asset    Content(video_68e7f1)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        created  1760100000
        finished 1760100140
    poll-0-10-success
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   SUCCESS (Succeeded)
        progress 100 %
        asset    Link(https://v1.klingcdn.example/out.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        created  1757900000
        finished 1757900140
    ");
}

#[test]
fn the_wrapper_from_0_11_on_once_it_has_ended() {
    let names = ["chained", "failure", "success"].map(|kind| named(&format!("poll-0-11-{kind}")));
    assert_snapshot!(blocks(&names.concat(), polled), @"
    poll-0-11-chained
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   SUCCESS (Succeeded)
        progress 100 %
        asset    Link(https://v1.klingcdn.example/inner.mp4)
        asset    Link(https://v1.klingcdn.example/out.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        model    kling-v1-6
        created  1772150400
        finished 1772150540
        billing  175000
    poll-0-11-failure
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   FAILURE (Failed)
        progress 100 %
        failure  insufficient balance of the account [-]
        model    kling-v1-6
        created  1772150400
        finished 1772150540
        billing  175000
    poll-0-11-failure-moderated
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   FAILURE (Failed)
        progress 100 %
        failure  CreationPolicyViolation [CreationPolicyViolation]
        model    kling-v1-6
        created  1772150400
        finished 1772150540
        billing  175000
    poll-0-11-success
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   SUCCESS (Succeeded)
        progress 100 %
        asset    Link(https://v1.klingcdn.example/out.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        model    kling-v1-6
        created  1772150400
        finished 1772150540
        billing  175000
    ");
}

#[test]
fn the_wrapper_from_0_11_on_while_the_task_runs() {
    let names = ["not", "submitted", "queued", "in", "unknown"].map(|kind| named(&format!("poll-0-11-{kind}")));
    assert_snapshot!(blocks(&names.concat(), polled), @"
    poll-0-11-not-start
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   NOT_START (Pending)
        progress 0 %
        model    kling-v1-6
        created  1772150400
        billing  175000
    poll-0-11-submitted
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   SUBMITTED (Pending)
        progress 10 %
        model    kling-v1-6
        created  1772150400
        billing  175000
    poll-0-11-queued
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   QUEUED (Pending)
        progress 20 %
        model    kling-v1-6
        created  1772150400
        billing  175000
    poll-0-11-in-progress
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   IN_PROGRESS (Running)
        progress 30 %
        model    kling-v1-6
        created  1772150400
        billing  175000
    poll-0-11-unknown
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   UNKNOWN (Unknown)
        model    kling-v1-6
        created  1772150400
        billing  175000
    ");
}

#[test]
fn a_status_nobody_knows_and_an_answer_with_nothing_in_it() {
    assert_snapshot!(blocks(&[named("poll-un"), named("poll-empty")].concat(), polled), @"
    poll-unheard-of-status
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   HATCHING (Unknown)
        progress 42 %
        model    kling-v1-6
        created  1772150400
        billing  175000
    poll-empty
        Decode, temporary, about a task → running: the answer cannot be understood: the answer is empty so far (HTTP 200)
    ");
}

#[test]
fn the_live_shape_of_google_channels() {
    assert_snapshot!(blocks(&named("poll-live"), polled), @"
    poll-live-data-uri
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   succeeded (Succeeded)
        asset    DataUri(video/mp4, 24 bytes)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
    poll-live-failed
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   failed (Failed)
        failure  The prompt could not be submitted. [-]
    poll-live-processing
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   processing (Running)
    poll-live-queued
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   queued (Pending)
    poll-live-succeeded
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   succeeded (Succeeded)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
    ");
}

#[test]
fn the_video_object() {
    assert_snapshot!(blocks(&named("poll-video"), polled), @"
    poll-video-google-failed
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   failed (Failed)
        progress 100 %
        failure   [-]
        model    veo-3.0-generate-001
        created  1772150400
    poll-video-kling
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   completed (Succeeded)
        progress 100 %
        asset    Link(https://v1.klingcdn.example/out.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        created  1772150400
        finished 1772150540
    poll-video-meta-data
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   completed (Succeeded)
        progress 100 %
        asset    Link(https://v1.klingcdn.example/out.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        created  1760500000
        finished 1760500140
    poll-video-running-with-completed-at
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   in_progress (Running)
        progress 30 %
        created  1772150400
    poll-video-sora-cancelled
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   cancelled (Cancelled)
        progress 17 %
        failure   [-]
        model    sora-2
        created  1772150400
    poll-video-unknown
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   unknown (Unknown)
        progress 0 %
        created  1772150400
    poll-video-vidu-failed
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   failed (Failed)
        progress 100 %
        failure  CreditInsufficient [CreditInsufficient]
        created  1772150400
        finished 1772150500
    poll-video-without-link
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   completed (Succeeded)
        progress 100 %
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        model    veo-3.0-generate-001
        created  1772150400
    ");
}

#[test]
fn providers_answers_passed_on_unconverted() {
    assert_snapshot!(blocks(&named("poll-native"), polled), @"
    poll-native-jimeng-0-9-6
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   done (Succeeded)
        asset    Link(https://v3.jimengcdn.example/o.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
    poll-native-kling-0-9-6
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   succeed (Succeeded)
        asset    Link(https://v1.klingcdn.example/out.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
    ");
}

#[test]
fn the_shapes_of_plugin_releases() {
    assert_snapshot!(blocks(&named("poll-rc25"), polled), @"
    poll-rc25-artifacts
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   queued (Pending)
    poll-rc25-task-flat
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   IN_PROGRESS (Running)
        progress 30 %
        created  1787000000
    poll-rc25-video
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   completed (Succeeded)
        progress 100 %
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        model    kling-v1-6
        created  1787000000
        finished 1787000100
    poll-rc25-video-failed
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   failed (Failed)
        progress 100 %
        failure  The video generation task failed. [video_generation_failed]
        model    sora-2
        created  1787000000
        finished 1787000100
    ");
}

#[test]
fn the_shapes_of_look_alikes() {
    assert_snapshot!(blocks(&named("poll-lookalike"), polled), @"
    poll-lookalike-docs
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   succeeded (Succeeded)
        asset    Link(https://cdn.example/v.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
    poll-lookalike-modelsell
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   succeeded (Succeeded)
        asset    Link(https://cdn.example/a.mp4)
        asset    Link(https://cdn.example/b.mp4)
        asset    Content(vid_1)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        model    sora-2
        created  1772150400
    poll-lookalike-nexaxis-failed
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   failed (Failed)
        progress 0 %
        failure  upstream busy [-]
    poll-lookalike-qnaigc
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   initializing (Pending)
        model    kling-v2-1
        created  1772150400
    poll-lookalike-qnaigc-finished
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   completed (Succeeded)
        asset    Link(https://cdn.example/q.mp4)
        asset    Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)
        model    kling-v2-1
        created  1772150400
    poll-lookalike-status-of-the-call
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U@gw.example
        status   processing (Running)
    ");
}

#[test]
fn the_failure_texts_the_gateway_makes_itself() {
    let failures = named("poll-failed").into_iter().map(|name| {
        let failure = polled(&name).expect("a task").failure.expect("a failure");
        format!("{name}  {:?} {:?}", failure.message, failure.code)
    });
    assert_snapshot!(failures.collect::<Vec<_>>().join("\n"), @r#"
    poll-failed-ali  "task failed, code: InvalidURL , message: The image could not be downloaded." None
    poll-failed-channel-gone  "Failed to get channel info, channel ID: 7" None
    poll-failed-channel-gone-zh  "获取渠道信息失败，请联系管理员，渠道ID：7" None
    poll-failed-empty  "" None
    poll-failed-no-reason  "task failed" None
    poll-failed-timed-out-legacy-zh  "任务超时（旧系统遗留任务，不进行退款，请联系管理员）" None
    poll-failed-timed-out-zh  "任务超时（1440分钟）" None
    poll-failed-upstream-empty-status  "upstream returned empty status" None
    poll-failed-upstream-error  "upstream returned error" None
    poll-failed-upstream-unrecognized  "upstream returned unrecognized message" None
    "#);
}

#[test]
fn what_goes_wrong_with_a_poll_names_the_task_and_leaves_it_running() {
    let kinds = ["task", "no-route", "garbled", "convert", "not-implemented", "invalid", "get"];
    let names = kinds.map(|kind| named(&format!("poll-{kind}")));
    assert_snapshot!(blocks(&names.concat(), polled), @r#"
    poll-task-not-exist
        NotFound, permanent, about a task → lost: the server does not know this task: task_not_exist (HTTP 400, task_not_exist)
    poll-no-route
        Misconfigured, permanent, about a task → running: the gateway is not set up for this: Invalid URL (GET /v1/video/generation/task_1) (HTTP 404)
    poll-garbled
        Decode, temporary, about a task → running: the answer cannot be understood: not JSON: {"code":"success","message":"","data":{"task_id":"task_8J (HTTP 200)
    poll-convert-failed
        Unavailable, permanent, about a task → running: the server is in trouble: convert to openai video failed: json: cannot unmarshal string into Go struct field (HTTP 500, convert_to_openai_video_failed)
    poll-not-implemented
        Misconfigured, permanent, about a task → running: the gateway is not set up for this: not_implemented:54 (HTTP 501, not_implemented:54)
    poll-invalid-channel
        InvalidRequest, permanent, about a task → running: the request was refused: invalid_channel_id (HTTP 400, invalid_channel_id)
    poll-get-task-failed
        Unavailable, temporary, about a task → running: the server is in trouble: get task failed (HTTP 500, get_task_failed)
    "#);
}
