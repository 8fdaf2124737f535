//! What the answers of plugin releases, of the oldest versions and of look-alikes say.

use insta::assert_snapshot;

use crate::transcript::told;

#[test]
fn a_submit_of_rc25_may_lack_task_id() {
    assert_snapshot!(told("rc25-video-submitted.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   queued (Pending)
    progress 0 %
    model    kling-v1-6
    created  1787000000
    ");
}

#[test]
fn a_submit_of_rc25_may_lack_the_object() {
    assert_snapshot!(told("rc25-generation-submitted.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   queued (Pending)
    model    kling-v1-6
    created  1787000000
    ");
}

#[test]
fn a_failed_video_of_rc25_has_words_and_code() {
    assert_snapshot!(told("rc25-video-failed.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   failed (Failed)
    progress 100 %
    failure  The video generation task failed. [video_generation_failed]
    model    sora-2
    created  1787000000
    finished 1787000100
    ");
}

#[test]
fn the_flat_task_of_rc25_has_no_link() {
    assert_snapshot!(told("rc25-task-flat.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    status   SUCCESS (Succeeded)
    progress 100 %
    created  1787000000
    finished 1787000100
    ");
}

#[test]
fn of_artifacts_only_the_videos_count() {
    assert_snapshot!(told("rc25-artifacts.json"), @"
    task     task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
    link     https://gw.example/v1/tasks/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/artifacts/video/content?access=v
    link     https://gw.example/v1/videos/task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U/content
    ");
}

#[test]
fn a_kling_body_with_a_task_id_on_top_names_that_task() {
    assert_snapshot!(told("native-kling-submitted.json"), @"
    task     7501234567
    status   submitted (Pending)
    created  1757900000
    ");
}

#[test]
fn an_unconverted_kling_failure_is_one_though_the_call_succeeded() {
    assert_snapshot!(told("native-kling-failed.json"), @"
    task     7501234567
    status   failed (Failed)
    failure  risk control [-]
    created  1757900000
    ");
}

#[test]
fn a_time_as_text_does_not_hurt() {
    assert_snapshot!(told("native-vidu-submitted.json"), @"
    task     812345
    status   created (Pending)
    model    viduq1
    ");
}

#[test]
fn an_unconverted_jimeng_success_is_one() {
    assert_snapshot!(told("native-jimeng-finished.json"), @"
    task     749123
    status   done (Succeeded)
    link     https://v3.jimengcdn.example/o.mp4
    ");
}

#[test]
fn an_ali_body_keeps_the_task_under_output() {
    assert_snapshot!(told("native-ali-running.json"), @"
    task     a-1
    status   RUNNING (Running)
    ");
}

#[test]
fn a_gateway_built_from_the_documentation_is_read() {
    assert_snapshot!(told("lookalike-docs.json"), @"
    task     abc-123
    status   succeeded (Succeeded)
    link     https://cdn.example/v.mp4
    ");
}

#[test]
fn an_empty_error_text_is_no_error() {
    assert_snapshot!(told("lookalike-nexaxis-pending.json"), @"
    task     nx-1
    status   pending (Pending)
    progress 0 %
    ");
}

#[test]
fn an_error_text_beside_a_status_is_the_reason_of_a_failure() {
    assert_snapshot!(told("lookalike-nexaxis-failed.json"), @"
    task     nx-1
    status   failed (Failed)
    progress 0 %
    failure  upstream busy [-]
    ");
}

#[test]
fn an_empty_error_object_is_no_error() {
    assert_snapshot!(told("lookalike-modelsell.json"), @"
    task     vid_1
    status   succeeded (Succeeded)
    link     https://cdn.example/a.mp4
    link     https://api.example/v1/videos/vid_1/content
    link     https://cdn.example/b.mp4
    model    sora-2
    created  1772150400
    ");
}

#[test]
fn initializing_is_pending() {
    assert_snapshot!(told("lookalike-qnaigc.json"), @"
    task     qn-1
    status   initializing (Pending)
    model    kling-v2-1
    created  1772150400
    ");
}

#[test]
fn a_link_may_stand_under_task_result() {
    assert_snapshot!(told("lookalike-qnaigc-finished.json"), @"
    task     qn-1
    status   completed (Succeeded)
    link     https://cdn.example/q.mp4
    model    kling-v2-1
    created  1772150400
    ");
}

#[test]
fn a_number_is_an_id_and_a_fraction_is_progress() {
    assert_snapshot!(told("lookalike-number-id.json"), @"
    task     1234567
    status   in-progress (Running)
    progress 25 %
    ");
}

#[test]
fn a_status_of_the_call_is_not_the_status_of_the_task() {
    assert_snapshot!(told("lookalike-status-of-the-call.json"), @"
    task     lk-1
    status   processing (Running)
    ");
}

#[test]
fn data_may_be_the_id_itself() {
    assert_snapshot!(told("lookalike-id-as-data.json"), @"task     lk-2");
}

#[test]
fn a_refusal_under_http_200_is_a_problem() {
    assert_snapshot!(told("refusal-b-ali-in-200.json"), @r#"problem Some("ali_api_error") InvalidParameter: size is not supported"#);
}

#[test]
fn a_refusal_around_an_empty_object_is_a_problem() {
    assert_snapshot!(told("refusal-b-empty-data.json"), @r#"problem Some("1001") too many tasks"#);
}

#[test]
fn a_page_is_not_json() {
    assert_snapshot!(told("refusal-h-page.html"), @"not JSON: expected value at line 1 column 1");
}
