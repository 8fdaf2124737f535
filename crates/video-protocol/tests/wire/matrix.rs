//! The 22 rows of the test matrix in the wire facts (§10.5). Row 21 concerns the download of bytes.

use insta::assert_snapshot;
use video_protocol::{Asset, Dialect as _, ErrorKind, NewApi};
use video_types::Phase;

use crate::fixture::answer;
use crate::transcript::{asked, error_line, polled, submitted, told};

fn id(name: &str) -> String {
    submitted(name).expect("accepted").reference.id.as_str().to_owned()
}

fn first_asset(name: &str) -> String {
    format!("{:?}", polled(name).expect("a task").assets.first().expect("an asset"))
}

#[test]
fn row_01_a_submit_may_answer_with_nothing_but_the_id() {
    assert_eq!(id("submit-0-8-jimeng"), "7491234567890123456");
}

#[test]
fn row_02_of_a_kling_body_the_id_is_task_id() {
    assert_eq!(id("submit-0-9-kling-body"), "7501234567");
}

#[test]
fn row_03_a_time_as_text_is_no_error() {
    assert_eq!(id("submit-0-9-vidu-body"), "812345");
    assert_eq!(submitted("submit-0-9-vidu-body").expect("accepted").created_at, None);
}

#[test]
fn row_04_of_a_video_object_the_id_is_id() {
    assert_eq!(id("submit-0-11-kling"), "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U");
}

#[test]
fn row_05_a_refusal_under_http_200_is_a_refusal() {
    assert_snapshot!(told(&submitted("refusal-b-ali-in-200")), @"InvalidRequest, permanent, no task → invalid: the request was refused: InvalidParameter: size is not supported (HTTP 200, ali_api_error)");
}

#[test]
fn row_06_up_to_0_10_fail_reason_of_a_success_is_the_link() {
    let task = polled("poll-0-10-success").expect("a task");
    assert_eq!((task.phase(), task.failure), (Phase::Succeeded, None));
    assert_eq!(task.assets[0], Asset::Link("https://v1.klingcdn.example/out.mp4".to_owned()));
}

#[test]
fn row_07_from_0_11_on_result_url_is_the_link() {
    let task = polled("poll-0-11-success").expect("a task");
    assert_eq!((task.phase(), task.failure), (Phase::Succeeded, None));
    assert_eq!(task.assets[0], Asset::Link("https://v1.klingcdn.example/out.mp4".to_owned()));
}

#[test]
fn row_08_a_result_url_that_holds_the_reason_is_no_link() {
    let task = polled("poll-0-11-failure").expect("a task");
    assert_eq!((task.phase(), task.assets), (Phase::Failed, Vec::new()));
    assert_eq!(task.failure.expect("a failure").message, "insufficient balance of the account");
}

#[test]
fn row_09_the_google_shape_runs_succeeds_and_may_hold_the_video_itself() {
    assert_eq!(polled("poll-live-processing").expect("a task").phase(), Phase::Running);
    assert_eq!(polled("poll-live-succeeded").expect("a task").phase(), Phase::Succeeded);
    assert_snapshot!(first_asset("poll-live-data-uri"), @"DataUri(video/mp4, 24 bytes)");
}

#[test]
fn row_10_an_empty_wrapper_means_ask_again() {
    assert_snapshot!(told(&polled("poll-empty")), @"Decode, temporary, about a task → running: the answer cannot be understood: the answer is empty so far (HTTP 200)");
}

#[test]
fn row_11_a_link_is_metadata_url_meta_data_url_or_else_the_content_route() {
    assert_snapshot!(first_asset("poll-video-kling"), @"Link(https://v1.klingcdn.example/out.mp4)");
    assert_snapshot!(first_asset("poll-video-meta-data"), @"Link(https://v1.klingcdn.example/out.mp4)");
    assert_snapshot!(first_asset("poll-video-without-link"), @"Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U)");
}

#[test]
fn row_12_unknown_right_after_the_order_is_no_end() {
    for name in ["poll-video-unknown", "poll-0-11-unknown", "poll-0-11-not-start"] {
        assert!(!polled(name).expect("a task").phase().is_terminal(), "{name}");
    }
}

#[test]
fn row_13_milliseconds_become_seconds() {
    let task = polled("poll-video-kling").expect("a task");
    assert_eq!((task.created_at, task.finished_at), (Some(1_772_150_400), Some(1_772_150_540)));
}

#[test]
fn row_14_a_content_route_on_any_host_is_the_gateways_own() {
    assert_snapshot!(first_asset("poll-0-10-sora-success"), @"Content(video_68e7f1)");
}

#[test]
fn row_15_between_chained_gateways_the_providers_link_comes_first() {
    let task = polled("poll-0-11-chained").expect("a task");
    assert_snapshot!(format!("{:#?}", task.assets), @"
    [
        Link(https://v1.klingcdn.example/inner.mp4),
        Link(https://v1.klingcdn.example/out.mp4),
        Content(task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U),
    ]
    ");
}

#[test]
fn row_16_every_shape_of_a_refusal_is_a_typed_error() {
    let names = [
        "refusal-a-token",
        "refusal-b-task",
        "refusal-c-content",
        "refusal-d-panic",
        "refusal-e-session",
        "refusal-f-flat",
        "refusal-h-502-page",
        "refusal-h-400-empty",
    ];
    let rows = names.map(|name| format!("{name}  {}", told(&submitted(name))));
    assert_snapshot!(rows.join("\n"), @"
    refusal-a-token  Unauthorized, permanent, no task → refused: the key was refused: Invalid token (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    refusal-b-task  InvalidRequest, permanent, no task → invalid: the request was refused: prompt is required (HTTP 400, invalid_request, request 20260226103015123456789Ab3dEf9h)
    refusal-c-content  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Task not found (HTTP 404)
    refusal-d-panic  Unavailable, permanent, open → unknown: the server is in trouble: Panic detected, error: runtime error: invalid memory address or nil pointer dereference. Please submit a issue here: https://github.com/Calcium-Ion/new-api (HTTP 500)
    refusal-e-session  Unauthorized, permanent, no task → refused: the key was refused: session expired (HTTP 401, AUTH_SESSION_EXPIRED)
    refusal-f-flat  InvalidRequest, permanent, no task → invalid: the request was refused: invalid size (HTTP 400)
    refusal-h-502-page  Unavailable, temporary, open → unknown: the server is in trouble: 502 Bad Gateway (HTTP 502)
    refusal-h-400-empty  InvalidRequest, permanent, no task → invalid: the request was refused: bad request with an empty answer (HTTP 400)
    ");
}

#[test]
fn row_17_a_model_without_a_channel_is_no_load_that_passes() {
    assert_snapshot!(told(&submitted("code-distributor-no-channel")), @"ModelUnavailable, permanent, no task → invalid: the model is not available: No available channel for model kling-v9 under group default (distributor) (HTTP 503, model_not_found, request 20260226103015123456789Ab3dEf9h)");
    assert_snapshot!(told(&submitted("code-distributor-no-channel-old")), @"ModelUnavailable, permanent, no task → invalid: the model is not available: 当前分组 default 下对于模型 kling-v9 无可用渠道 (HTTP 503)");
}

#[test]
fn row_18_an_exhausted_key_is_a_matter_of_credit_though_it_says_401() {
    assert_snapshot!(told(&submitted("token-exhausted")), @"QuotaExceeded, permanent, no task → refused: the credit is used up: This token quota is exhausted TokenStatusExhausted[sk-xxxx] (HTTP 401, request 20260226103015123456789Ab3dEf9h)");
}

#[test]
fn row_19_a_task_one_route_cannot_show_is_a_permanent_refusal_with_its_code() {
    let error = polled("poll-convert-failed").expect_err("no task");
    assert_eq!(error.code(), Some("convert_to_openai_video_failed"));
    assert_snapshot!(error_line(&error), @"Unavailable, permanent, about a task → running: the server is in trouble: convert to openai video failed: json: cannot unmarshal string into Go struct field (HTTP 500, convert_to_openai_video_failed)");
}

#[test]
fn row_20_a_flat_answer_with_an_error_as_text_is_done() {
    let task = polled("poll-lookalike-docs").expect("a task");
    assert_eq!((task.phase(), task.failure.is_none()), (Phase::Succeeded, true));
}

#[test]
fn row_22_a_content_that_will_never_be_there_says_that_the_task_failed() {
    let never = NewApi.decode_content_error(&asked(), &answer("content-failed"));
    let not_yet = NewApi.decode_content_error(&asked(), &answer("content-not-ready"));
    assert_eq!((never.kind(), not_yet.kind()), (ErrorKind::TaskFailed, ErrorKind::NotReady));
}
