//! Answers to a submit that name a task, by version, and those with status 2xx or 3xx that do not.

use insta::assert_snapshot;

use crate::fixture::named;
use crate::transcript::{blocks, submitted};

#[test]
fn from_0_11_on_the_answer_is_a_video_object() {
    assert_snapshot!(blocks(&named("submit-0-11"), submitted), @r#"
    submit-0-11-ali-failed-at-once
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   failed (Failed)
        progress 100 %
        failure  quota of the day is used up [-]
        model    wan2.5-t2v
        created  1772150400
    submit-0-11-kling
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   queued (Pending)
        progress 0 %
        model    kling-v1-6
        created  1772150400
        billing  {"seconds":5,"size":1}
    submit-0-11-sora
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   queued (Pending)
        progress 0 %
        model    sora-2
        created  1772150400
        billing  {}
    "#);
}

#[test]
fn in_0_10_the_id_is_the_providers_own() {
    assert_snapshot!(blocks(&named("submit-0-10"), submitted), @"
    submit-0-10-ali
        task     new-api:a1b2c3d4-0000-4444-8888-121212121212
        status   queued (Pending)
        progress 0 %
        model    wan2.5-t2v-preview
        created  1772150400
    submit-0-10-gemini
        task     new-api:bW9kZWxzL3Zlby0zLjAtZ2VuZXJhdGUtMDAxL29wZXJhdGlvbnMvYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo
        status   queued (Pending)
        progress 0 %
        model    veo-3.0-generate-001
        created  1772150400
    submit-0-10-kling
        task     new-api:7501234567
        status   queued (Pending)
        progress 0 %
        model    kling-v1-6
        created  1772150400
    submit-0-10-task-id-alone
        task     new-api:cgt-20251002-abcde
        status   queued (Pending)
    ");
}

#[test]
fn before_0_9_7_the_answer_is_the_providers_or_only_an_id() {
    assert_snapshot!(blocks(&[named("submit-0-8"), named("submit-0-9")].concat(), submitted), @"
    submit-0-8-jimeng
        task     new-api:7491234567890123456
        status   queued (Pending)
    submit-0-9-5-sora
        task     new-api:video_68e7f1
        status   queued (Pending)
    submit-0-9-6-sora
        task     new-api:video_68e7f1
        status   queued (Pending)
        progress 0 %
        model    sora-2
        created  1760100000
    submit-0-9-kling-body
        task     new-api:7501234567
        status   submitted (Pending)
        created  1757900000
    submit-0-9-vidu-body
        task     new-api:812345
        status   created (Pending)
        model    viduq1
    ");
}

#[test]
fn plugin_releases_name_the_task_in_every_native_shape() {
    assert_snapshot!(blocks(&named("submit-rc25"), submitted), @"
    submit-rc25-generations
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   queued (Pending)
        model    kling-v1-6
        created  1787000000
    submit-rc25-native-ali
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   PENDING (Pending)
    submit-rc25-native-doubao
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   queued (Pending)
    submit-rc25-native-jimeng
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   queued (Pending)
    submit-rc25-native-kling
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   submitted (Pending)
        created  1787000000
    submit-rc25-videos
        task     new-api:task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U
        status   queued (Pending)
        progress 0 %
        model    kling-v1-6
        created  1772150400
    ");
}

#[test]
fn look_alikes_name_it_their_own_way() {
    assert_snapshot!(blocks(&named("submit-lookalike"), submitted), @"
    submit-lookalike-201
        task     new-api:abc-123
        status   queued (Pending)
    submit-lookalike-id-as-data
        task     new-api:lk-2
        status   queued (Pending)
    submit-lookalike-number-id
        task     new-api:1234567
        status   pending (Pending)
    submit-lookalike-success-of-the-call
        task     new-api:lk-1
        status   queued (Pending)
    ");
}

#[test]
fn a_success_without_a_usable_id_proves_nothing() {
    let names = ["empty", "page", "without-id", "id-", "wrapper", "error"].map(|kind| named(&format!("submit-{kind}")));
    assert_snapshot!(blocks(&names.concat(), submitted), @"
    submit-empty
        Decode, temporary, open → unknown: the answer cannot be understood: the body is empty (HTTP 200)
    submit-page-in-200
        Decode, temporary, open → unknown: the answer cannot be understood: not JSON: Welcome to nginx! (HTTP 200)
    submit-without-id
        Decode, temporary, open → unknown: the answer cannot be understood: the answer names no task (HTTP 200)
    submit-id-blank
        Decode, temporary, open → unknown: the answer cannot be understood: the answer names no task (HTTP 200)
    submit-id-climbs
        task     new-api:%2F..%2Fv1%2Fmodels
        status   queued (Pending)
    submit-id-null
        Decode, temporary, open → unknown: the answer cannot be understood: the answer names no task (HTTP 200)
    submit-id-too-long
        Decode, temporary, open → unknown: the answer cannot be understood: the answer names no task (HTTP 200)
    submit-id-with-newline
        Decode, temporary, open → unknown: the answer cannot be understood: the answer names no task (HTTP 200)
    submit-wrapper-empty
        Decode, temporary, open → unknown: the answer cannot be understood: the answer names no task (HTTP 200)
    submit-error-beside-status
        Decode, temporary, open → unknown: the answer cannot be understood: the answer names no task: internal failure (HTTP 200)
    ");
}

#[test]
fn a_redirect_that_keeps_the_method_proves_that_nothing_was_ordered() {
    assert_snapshot!(blocks(&named("submit-redirect"), submitted), @"
    submit-redirect-301
        Misconfigured, permanent, no task → unsent: the gateway is not set up for this: the server redirects to https://www.gw.example/v1/video/generations: correct the base URL (HTTP 301)
    submit-redirect-302
        Misconfigured, permanent, open → unknown: the gateway is not set up for this: the server redirects to /login: correct the base URL (HTTP 302)
    submit-redirect-307
        Misconfigured, permanent, no task → unsent: the gateway is not set up for this: the server redirects to /v1/video/generations/: correct the base URL (HTTP 307)
    submit-redirect-308-nowhere
        Misconfigured, permanent, open → unknown: the gateway is not set up for this: the server redirects to nowhere (HTTP 308)
    ");
}
