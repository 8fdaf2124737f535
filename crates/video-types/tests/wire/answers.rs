//! What the answers of New API say, by version.

use insta::assert_snapshot;
use video_types::Answer;

use crate::transcript::{answer_text, told};

#[test]
fn up_to_0_10_the_link_of_a_success_stands_in_fail_reason() {
    assert_snapshot!(told("wrapper-0-10-kling-success.json"), @"
    task     7501234567
    status   SUCCESS (Succeeded)
    progress 100 %
    link     https://v1.klingcdn.example/out.mp4
    created  1757900000
    finished 1757900140
    ");
}

#[test]
fn up_to_0_10_that_may_be_the_only_link() {
    assert_snapshot!(told("wrapper-0-10-sora-success.json"), @"
    task     video_68e7f1
    status   SUCCESS (Succeeded)
    progress 100 %
    link     http://localhost:3000/v1/videos/video_68e7f1/content
    created  1760100000
    finished 1760100140
    ");
}

#[test]
fn length_and_size_stand_in_the_copy_of_an_answer_in_the_openai_format() {
    let body = br#"{"code":"success","message":"","data":{"task_id":"task_1","status":"IN_PROGRESS","progress":"30%",
        "data":{"id":"video_68e7f1","object":"video","status":"in_progress","seconds":"4","size":"720x1280"}}}"#;
    assert_snapshot!(answer_text(&Answer::parse(body).unwrap()), @"
    task     task_1
    status   IN_PROGRESS (Running)
    progress 30 %
    seconds  4
    size     720x1280
    ");
}

#[test]
fn from_0_11_the_link_of_a_success_is_result_url() {
    assert_snapshot!(told("wrapper-0-11-kling-success.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   SUCCESS (Succeeded)
    progress 100 %
    link     https://v1.klingcdn.example/out.mp4
    model    kling-v1-6
    created  1772150400
    finished 1772150540
    quota    175000
    ");
}

#[test]
fn a_failure_has_its_reason_and_no_link_though_result_url_repeats_it() {
    assert_snapshot!(told("wrapper-0-11-kling-failure.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   FAILURE (Failed)
    progress 100 %
    failure  Failure to pass the risk control system [-]
    model    kling-v1-6
    created  1772150400
    finished 1772150540
    quota    175000
    ");
}

#[test]
fn a_task_just_written_is_pending() {
    assert_snapshot!(told("wrapper-0-11-not-start.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   NOT_START (Pending)
    progress 0 %
    model    kling-v1-6
    created  1772150400
    quota    175000
    ");
}

#[test]
fn a_task_the_gateway_timed_out_has_failed() {
    assert_snapshot!(told("wrapper-0-11-timed-out.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   FAILURE (Failed)
    progress 100 %
    failure  任务超时（1440分钟） [-]
    model    kling-v1-6
    created  1772150400
    finished 1772150540
    quota    175000
    ");
}

#[test]
fn a_reason_that_is_the_providers_code_is_also_the_code() {
    assert_snapshot!(told("wrapper-0-11-vidu-moderated.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   FAILURE (Failed)
    progress 100 %
    failure  CreationPolicyViolation [CreationPolicyViolation]
    model    kling-v1-6
    created  1772150400
    finished 1772150540
    quota    175000
    ");
}

#[test]
fn the_providers_code_is_found_in_the_raw_copy_of_ali() {
    assert_snapshot!(told("wrapper-0-11-ali-moderated.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   FAILURE (Failed)
    progress 100 %
    failure  task failed, code: DataInspectionFailed , message: Output data may contain inappropriate content. [DataInspectionFailed]
    model    kling-v1-6
    created  1772150400
    finished 1772150540
    quota    175000
    ");
}

#[test]
fn the_providers_code_is_found_in_the_raw_copy_of_jimeng() {
    assert_snapshot!(told("wrapper-0-11-jimeng-refused.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   FAILURE (Failed)
    progress 100 %
    failure  Post Img Risk Not Pass [50511]
    model    kling-v1-6
    created  1772150400
    finished 1772150540
    quota    175000
    ");
}

#[test]
fn a_failure_without_words_still_has_the_providers_code() {
    assert_snapshot!(told("wrapper-0-11-hailuo-without-reason.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   FAILURE (Failed)
    progress 100 %
    failure  output new_sensitive [1027]
    model    kling-v1-6
    created  1772150400
    finished 1772150540
    quota    175000
    ");
}

#[test]
fn a_wrapper_with_nothing_in_it_is_empty() {
    assert_snapshot!(told("wrapper-empty.json"), @"empty");
}

#[test]
fn a_chained_gateway_gives_all_the_links_the_outer_one_first() {
    assert_snapshot!(told("wrapper-0-11-chained.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   SUCCESS (Succeeded)
    progress 100 %
    link     http://localhost:3000/v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/content
    link     https://v1.klingcdn.example/inner.mp4
    link     https://v1.klingcdn.example/out.mp4
    model    kling-v1-6
    created  1772150400
    finished 1772150540
    quota    175000
    ");
}

#[test]
fn members_no_version_has_do_not_matter() {
    assert_snapshot!(told("wrapper-unknown-members.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   IN_PROGRESS (Running)
    progress 30 %
    model    kling-v1-6
    created  1772150400
    quota    175000
    ");
}

#[test]
fn a_live_task_that_runs_has_no_link() {
    assert_snapshot!(told("live-processing.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   processing (Running)
    ");
}

#[test]
fn a_live_task_that_succeeded_links_to_the_content_route() {
    assert_snapshot!(told("live-succeeded-content-route.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   succeeded (Succeeded)
    link     https://gw.example/v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/content
    ");
}

#[test]
fn a_live_task_of_old_versions_is_its_own_video() {
    assert_snapshot!(told("live-succeeded-data-uri.json"), @"
    task     bW9kZWxzL3Zlby0zLjA
    status   succeeded (Succeeded)
    link     data:video/mp4;base64,AAAAGGZ0eXBtcDQyAAAAAGlzb21tcDQy
    ");
}

#[test]
fn a_live_failure_has_its_reason_where_the_link_would_be() {
    assert_snapshot!(told("live-failed-words-in-url.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   failed (Failed)
    failure  The prompt could not be submitted. [-]
    ");
}

#[test]
fn a_submit_of_0_11_names_the_task_twice() {
    assert_snapshot!(told("video-0-11-submitted.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   queued (Pending)
    progress 0 %
    model    kling-v1-6
    created  1772150400
    ");
}

#[test]
fn a_submit_of_a_sora_channel_has_length_and_size() {
    assert_snapshot!(told("video-0-11-sora-submitted.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   queued (Pending)
    progress 0 %
    model    sora-2
    created  1772150400
    seconds  4
    size     720x1280
    ");
}

#[test]
fn milliseconds_become_seconds() {
    assert_snapshot!(told("video-kling-finished.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   completed (Succeeded)
    progress 100 %
    link     https://v1.klingcdn.example/out.mp4
    created  1772150400
    finished 1772150540
    seconds  5.1
    ");
}

#[test]
fn meta_data_reads_as_metadata() {
    assert_snapshot!(told("video-0-9-meta-data.json"), @"
    task     7501234567
    status   completed (Succeeded)
    progress 100 %
    link     https://v1.klingcdn.example/out.mp4
    created  1760500000
    finished 1760500140
    ");
}

#[test]
fn a_finished_video_may_have_no_link() {
    assert_snapshot!(told("video-without-link.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   completed (Succeeded)
    progress 100 %
    model    veo-3.0-generate-001
    created  1772150400
    finished 1772150540
    ");
}

#[test]
fn a_failed_video_has_words_and_code() {
    assert_snapshot!(told("video-vidu-failed.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   failed (Failed)
    progress 100 %
    failure  CreditInsufficient [CreditInsufficient]
    created  1772150400
    finished 1772150500
    ");
}

#[test]
fn a_code_may_be_a_number() {
    assert_snapshot!(told("video-kling-failed-with-number.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   failed (Failed)
    progress 100 %
    failure  risk control [1301]
    created  1772150400
    ");
}

#[test]
fn words_under_metadata_url_are_the_reason_and_no_link() {
    assert_snapshot!(told("video-hailuo-words-as-link.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   failed (Failed)
    progress 100 %
    failure  task failed [-]
    model    MiniMax-Hailuo-02
    created  1772150400
    ");
}

#[test]
fn a_stored_answer_passed_on_is_read_whatever_its_types() {
    assert_snapshot!(told("video-sora-passed-on.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   processing (Running)
    progress 42 %
    model    sora-2
    created  1772150400
    seconds  4
    size     720x1280
    ");
}
