//! Refusals of the content route and of the hosts links lead to.

use insta::assert_snapshot;
use video_protocol::{Dialect as _, NewApi};

use crate::fixture::{answer, named};
use crate::transcript::{asked, lines};

#[test]
fn the_content_route_says_why_there_is_no_video() {
    let names = named("content");
    assert_snapshot!(lines(&names, |name| NewApi.decode_content_error(&asked(), &answer(name))), @"
    content-artifact-gone  Undelivered, permanent, about a task → undelivered: the video could not be delivered: artifact gone (HTTP 410, artifact_gone)
    content-artifact-internal-error  Unavailable, temporary, about a task → running: the server is in trouble: artifact internal error (HTTP 500, artifact_internal_error)
    content-artifact-not-found  Undelivered, permanent, about a task → undelivered: the video could not be delivered: artifact not found (HTTP 404, artifact_not_found)
    content-artifact-not-ready  NotReady, temporary, about a task → running: the task has not ended yet: artifact not ready (HTTP 409, artifact_not_ready)
    content-artifact-plugin-error  Unavailable, temporary, about a task → running: the server is in trouble: artifact plugin error (HTTP 500, artifact_plugin_error)
    content-artifact-plugin-unavailable  Unavailable, temporary, about a task → running: the server is in trouble: artifact plugin unavailable (HTTP 503, artifact_plugin_unavailable)
    content-artifact-request-rejected  Unavailable, temporary, about a task → running: the server is in trouble: artifact request rejected (HTTP 502, artifact_request_rejected)
    content-artifact-upstream-auth-failed  Unavailable, temporary, about a task → running: the server is in trouble: artifact upstream auth failed (HTTP 502, artifact_upstream_auth_failed)
    content-artifact-upstream-busy  Unavailable, temporary, about a task → running, after 7s: the server is in trouble: artifact upstream busy (HTTP 503, artifact_upstream_busy)
    content-artifact-upstream-error  Unavailable, temporary, about a task → running: the server is in trouble: artifact upstream error (HTTP 502, artifact_upstream_error)
    content-artifact-upstream-timeout  Unavailable, temporary, about a task → running: the server is in trouble: artifact upstream timeout (HTTP 504, artifact_upstream_timeout)
    content-artifact-url-error  Unavailable, temporary, about a task → running: the server is in trouble: artifact url error (HTTP 500, artifact_url_error)
    content-blocked  Misconfigured, permanent, about a task → running: the gateway is not set up for this: request blocked: private address (HTTP 403)
    content-cdn-gone  Undelivered, permanent, about a task → undelivered: the video could not be delivered: The specified key does not exist. (HTTP 404)
    content-failed  TaskFailed, permanent, about a task → failed: the generation failed: Task is not completed yet, current status: FAILURE (HTTP 400)
    content-fetch-failed  Unavailable, temporary, about a task → running: the server is in trouble: Failed to fetch video content (HTTP 502)
    content-gemini-unresolved  Unavailable, temporary, about a task → running: the server is in trouble: Failed to resolve Gemini video URL (HTTP 502)
    content-id-missing  InvalidRequest, permanent, about a task → running: the request was refused: task_id is required (HTTP 400)
    content-no-key-stored  Unavailable, temporary, about a task → running: the server is in trouble: API key not stored for task (HTTP 500)
    content-not-found  NotFound, permanent, about a task → lost: the server does not know this task: Task not found (HTTP 404)
    content-not-ready  NotReady, temporary, about a task → running: the task has not ended yet: Task is not completed yet, current status: IN_PROGRESS (HTTP 400)
    content-query-failed  Unavailable, temporary, about a task → running: the server is in trouble: Failed to query task (HTTP 500)
    content-session  Unauthorized, permanent, about a task → refused: the key was refused: invalid session (HTTP 401, AUTH_INVALID_TOKEN)
    content-token  Unauthorized, permanent, about a task → refused: the key was refused: Invalid token (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    content-upstream-403  Unavailable, temporary, about a task → running: the server is in trouble: Upstream service returned status 403 (HTTP 502)
    ");
}
