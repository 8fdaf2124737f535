//! Refusals: every shape, every code and every text of a token, as answers to a submit.

use insta::assert_snapshot;
use video_protocol::{Dialect as _, NewApi};
use video_types::Generation;

use crate::fixture::named;
use crate::transcript::{error_line, lines, submitted};

fn refused(prefixes: &[&str]) -> String {
    let names: Vec<String> = prefixes.iter().flat_map(|prefix| named(prefix)).collect();
    lines(&names, |name| submitted(name).expect_err("a refusal"))
}

#[test]
fn the_gateways_own_shapes() {
    let shapes = ["refusal-a", "refusal-b", "refusal-c", "refusal-d", "refusal-e", "refusal-f", "refusal-g"];
    assert_snapshot!(refused(&shapes), @"
    refusal-a-old  Unauthorized, permanent, no task → refused: the key was refused: 无效的令牌 (HTTP 401)
    refusal-a-token  Unauthorized, permanent, no task → refused: the key was refused: Invalid token (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    refusal-b-ali-in-200  InvalidRequest, permanent, no task → invalid: the request was refused: InvalidParameter: size is not supported (HTTP 200, ali_api_error)
    refusal-b-ali-internal-in-200  Unavailable, temporary, open → unknown: the server is in trouble: InternalError: An internal error has occured (HTTP 200, ali_api_error)
    refusal-b-ali-key-in-200  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: InvalidApiKey: Invalid API-key provided. (HTTP 200, ali_api_error)
    refusal-b-ali-moderated-in-200  ContentRejected, permanent, no task → filtered: refused by moderation: DataInspectionFailed: Input data may contain inappropriate content. (HTTP 200, ali_api_error)
    refusal-b-ali-plan-in-200  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Throttling.AllocationQuota: Allocated quota exceeded (HTTP 200, ali_api_error)
    refusal-b-ali-throttled-in-200  RateLimited, temporary, no task → unsent: too many requests: Throttling.RateQuota: Requests rate limit exceeded (HTTP 200, ali_api_error)
    refusal-b-task  InvalidRequest, permanent, no task → invalid: the request was refused: prompt is required (HTTP 400, invalid_request, request 20260226103015123456789Ab3dEf9h)
    refusal-c-content  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Task not found (HTTP 404)
    refusal-d-panic  Unavailable, permanent, open → unknown: the server is in trouble: Panic detected, error: runtime error: invalid memory address or nil pointer dereference. Please submit a issue here: https://github.com/Calcium-Ion/new-api (HTTP 500)
    refusal-e-session  Unauthorized, permanent, no task → refused: the key was refused: session expired (HTTP 401, AUTH_SESSION_EXPIRED)
    refusal-e-session-in-200  Decode, temporary, open → unknown: the answer cannot be understood: 无权进行此操作 (HTTP 200)
    refusal-f-flat  InvalidRequest, permanent, no task → invalid: the request was refused: invalid size (HTTP 400)
    refusal-g-no-route  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Invalid URL (POST /v1/video/generation) (HTTP 404)
    refusal-g-not-implemented  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: API not implemented (HTTP 501, api_not_implemented)
    ");
}

#[test]
fn what_proxies_answer() {
    assert_snapshot!(refused(&["refusal-h"]), @"
    refusal-h-400-empty  InvalidRequest, permanent, no task → invalid: the request was refused: bad request with an empty answer (HTTP 400)
    refusal-h-403-page  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Attention Required! | Cloudflare (HTTP 403)
    refusal-h-404-page  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: 404 Not Found (HTTP 404)
    refusal-h-408-page  Unavailable, temporary, open → unknown: the server is in trouble: 408 Request Time-out (HTTP 408)
    refusal-h-413-page  InvalidRequest, permanent, no task → invalid: the request was refused: 413 Request Entity Too Large (HTTP 413)
    refusal-h-429-empty  RateLimited, temporary, no task → unsent: too many requests: too many requests with an empty answer (HTTP 429)
    refusal-h-500-empty  Unavailable, temporary, open → unknown: the server is in trouble: internal server error with an empty answer (HTTP 500)
    refusal-h-502-page  Unavailable, temporary, open → unknown: the server is in trouble: 502 Bad Gateway (HTTP 502)
    refusal-h-503-page  Unavailable, temporary, open → unknown: the server is in trouble: 503 Service Temporarily Unavailable (HTTP 503)
    refusal-h-503-page-retry-after  Unavailable, temporary, no task → unsent, after 5s: the server is in trouble: 503 Service Temporarily Unavailable (HTTP 503)
    refusal-h-504-page  Unavailable, temporary, open → unknown: the server is in trouble: 504 Gateway Time-out (HTTP 504)
    refusal-h-520-page  Unavailable, temporary, open → unknown: the server is in trouble: 520: Web server is returning an unknown error (HTTP 520)
    refusal-h-524-page  Unavailable, temporary, open → unknown: the server is in trouble: 524: A timeout occurred (HTTP 524)
    ");
}

#[test]
fn native_shapes_of_plugin_releases() {
    assert_snapshot!(refused(&["refusal-i"]), @"
    refusal-i-ali  RateLimited, temporary, no task → unsent: too many requests: Requests rate limit exceeded, please try again later. (HTTP 429, Throttling.RateQuota, request r-5)
    refusal-i-doubao  ContentRejected, permanent, no task → filtered: refused by moderation: The request failed because the input text may contain sensitive information. (HTTP 400, InputTextSensitiveContentDetected)
    refusal-i-jimeng  Unavailable, temporary, open → unknown: the server is in trouble: Internal Error (HTTP 500, 500)
    refusal-i-kling  InvalidRequest, permanent, no task → invalid: the request was refused: duration value 3 is invalid (HTTP 400, 1201, request r-3)
    refusal-i-kling-account  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Account balance not enough (HTTP 429, 1102, request r-4)
    refusal-i-kling-no-model  ModelUnavailable, permanent, no task → invalid: the model is not available: resource does not exist (HTTP 404, 1203, request r-7)
    refusal-i-kling-policy  ContentRejected, permanent, no task → filtered: refused by moderation: stopped by the policy of the platform (HTTP 400, 1300, request r-6)
    ");
}

#[test]
fn codes_of_the_plugin_host() {
    assert_snapshot!(refused(&["refusal-j"]), @"
    refusal-j-plugin-request-invalid  InvalidRequest, permanent, no task → invalid: the request was refused: unknown field (HTTP 400, plugin_request_invalid)
    refusal-j-plugin-submit-response-failed  Unavailable, temporary, open → unknown: the server is in trouble: plugin failed (HTTP 502, plugin_submit_response_failed)
    refusal-j-plugin-submit-response-invalid  Unavailable, temporary, open → unknown: the server is in trouble: plugin returned no task id (HTTP 502, plugin_submit_response_invalid)
    refusal-j-plugin-usage-invalid  InvalidRequest, permanent, no task → invalid: the request was refused: seconds must be between 1 and 3600 (HTTP 400, plugin_usage_invalid)
    refusal-j-request-cancelled  Unavailable, temporary, open → unknown: the server is in trouble: request cancelled (HTTP 408, request_cancelled)
    refusal-j-request-limit  RateLimited, temporary, no task → unsent: too many requests: 您已达到请求数限制：1分钟内最多请求60次 (HTTP 429, request 20260226103015123456789Ab3dEf9h)
    refusal-j-system-cpu-overloaded  Unavailable, temporary, no task → unsent: the server is in trouble: system cpu overloaded (HTTP 503, system_cpu_overloaded)
    refusal-j-system-disk-overloaded  Unavailable, temporary, no task → unsent: the server is in trouble: system disk overloaded (HTTP 503, system_disk_overloaded)
    refusal-j-system-memory-overloaded  Unavailable, temporary, no task → unsent: the server is in trouble: system memory overloaded (HTTP 503, system_memory_overloaded)
    refusal-j-task-billing-settlement-failed  Unavailable, temporary, open → unknown: the server is in trouble: settlement failed (HTTP 500, task_billing_settlement_failed)
    refusal-j-task-insert-failed  Unavailable, temporary, open → unknown: the server is in trouble: insert failed (HTTP 500, task_insert_failed)
    refusal-j-task-protocol-error  Unavailable, temporary, open → unknown: the server is in trouble: protocol error (HTTP 500, task_protocol_error)
    refusal-j-task-submit-failed  Unavailable, temporary, open → unknown: the server is in trouble: submit failed (HTTP 500, task_submit_failed)
    ");
}

#[test]
fn look_alikes() {
    assert_snapshot!(refused(&["refusal-lookalike"]), @"
    refusal-lookalike-500-code  Unavailable, temporary, open → unknown: the server is in trouble: internal server error (HTTP 500, 500)
    refusal-lookalike-input-in-500  InvalidRequest, permanent, no task → invalid: the request was refused: size is not supported (HTTP 500, invalid_request)
    refusal-lookalike-modelsell  InvalidRequest, permanent, no task → invalid: the request was refused: seconds is not supported (HTTP 400, invalid_parameter, request ms-1)
    refusal-lookalike-number-in-200  Decode, temporary, open → unknown: the answer cannot be understood: too many tasks (HTTP 200, 1001)
    refusal-lookalike-quota-in-429  QuotaExceeded, permanent, no task → refused: the credit is used up: You exceeded your current quota (HTTP 429, insufficient_quota)
    ");
}

#[test]
fn texts_of_the_distributor() {
    assert_snapshot!(refused(&["code-distributor"]), @"
    code-distributor-channel-bad  InvalidRequest, permanent, no task → invalid: the request was refused: Invalid channel ID (HTTP 400, request 20260226103015123456789Ab3dEf9h)
    code-distributor-channel-disabled  Unauthorized, permanent, no task → refused: the key was refused: This channel has been disabled (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    code-distributor-channel-not-chosen  ModelUnavailable, permanent, no task → invalid: the model is not available: Failed to get available channel for model kling-v9 under group default (distributor): context deadline exceeded (HTTP 503, model_not_found, request 20260226103015123456789Ab3dEf9h)
    code-distributor-model-not-allowed  Unauthorized, permanent, no task → refused: the key was refused: This token has no access to model kling-v9 (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    code-distributor-model-not-allowed-zh  Unauthorized, permanent, no task → refused: the key was refused: 该令牌无权访问模型 kling-v9 (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    code-distributor-model-not-text  InvalidRequest, permanent, no task → invalid: the request was refused: Invalid request: Invalid request: field model must be a string (HTTP 400, request 20260226103015123456789Ab3dEf9h)
    code-distributor-no-channel  ModelUnavailable, permanent, no task → invalid: the model is not available: No available channel for model kling-v9 under group default (distributor) (HTTP 503, model_not_found, request 20260226103015123456789Ab3dEf9h)
    code-distributor-no-channel-old  ModelUnavailable, permanent, no task → invalid: the model is not available: 当前分组 default 下对于模型 kling-v9 无可用渠道 (HTTP 503)
    code-distributor-no-channel-zh  ModelUnavailable, permanent, no task → invalid: the model is not available: 分组 default 下模型 kling-v9 无可用渠道（distributor） (HTTP 503, model_not_found, request 20260226103015123456789Ab3dEf9h)
    code-distributor-no-model  InvalidRequest, permanent, no task → invalid: the request was refused: Model name not specified, model name cannot be empty (HTTP 400, request 20260226103015123456789Ab3dEf9h)
    code-distributor-no-model-zh  InvalidRequest, permanent, no task → invalid: the request was refused: 未指定模型名称，模型名称不能为空 (HTTP 400, request 20260226103015123456789Ab3dEf9h)
    code-distributor-no-models  Unauthorized, permanent, no task → refused: the key was refused: This token has no access to any models (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    code-distributor-no-models-zh  Unauthorized, permanent, no task → refused: the key was refused: 该令牌无权访问任何模型 (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    code-distributor-not-json  InvalidRequest, permanent, no task → invalid: the request was refused: Invalid request: Invalid request: invalid JSON request body (HTTP 400, request 20260226103015123456789Ab3dEf9h)
    ");
}

#[test]
fn codes_of_the_validation() {
    let codes = ["code-invalid-j", "code-invalid-m", "code-invalid-s", "code-missing"];
    assert_snapshot!(refused(&codes), @"
    code-invalid-json  InvalidRequest, permanent, no task → invalid: the request was refused: json: cannot unmarshal number into Go struct field .Alias.seconds of type string (HTTP 400, invalid_json)
    code-invalid-multipart-form  InvalidRequest, permanent, no task → invalid: the request was refused: multipart: NextPart: EOF (HTTP 400, invalid_multipart_form)
    code-invalid-seconds  InvalidRequest, permanent, no task → invalid: the request was refused: seconds must be between 1 and 3600 (HTTP 400, invalid_seconds)
    code-invalid-size  InvalidRequest, permanent, no task → invalid: the request was refused: sora-2 size is invalid (HTTP 400, invalid_size)
    code-missing-model  InvalidRequest, permanent, no task → invalid: the request was refused: model field is required (HTTP 400, missing_model)
    code-missing-prompt  InvalidRequest, permanent, no task → invalid: the request was refused: prompt field is required (HTTP 400, missing_prompt)
    ");
}

#[test]
fn codes_of_the_relay() {
    let codes = [
        "code-gen",
        "code-get",
        "code-read-request",
        "code-invalid-api",
        "code-model",
        "code-quota",
        "code-insufficient",
        "code-pre",
        "code-build",
        "code-do",
        "code-read-response",
        "code-unmarshal",
        "code-invalid-response",
        "code-insert",
    ];
    assert_snapshot!(refused(&codes), @r#"
    code-gen-relay-info-failed  Unavailable, temporary, no task → unsent: the server is in trouble: gen relay info failed (HTTP 500, gen_relay_info_failed)
    code-get-channel-failed  Unavailable, temporary, open → unknown: the server is in trouble: 获取分组 default 下模型 kling-v1 的可用渠道失败（retry） (HTTP 500, get_channel_failed)
    code-read-request-body-failed  InvalidRequest, permanent, no task → invalid: the request was refused: request body too large (HTTP 413, read_request_body_failed)
    code-read-request-body-failed-400  InvalidRequest, permanent, no task → invalid: the request was refused: unexpected EOF (HTTP 400, read_request_body_failed)
    code-invalid-api-platform  ModelUnavailable, permanent, no task → invalid: the model is not available: invalid api platform: 14 (HTTP 400, invalid_api_platform)
    code-model-mapping-failed  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: model mapping failed (HTTP 400, model_mapping_failed)
    code-model-price-error  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: 模型 kling-v9 倍率或价格未配置，请联系管理员设置或开始自用模式；Model kling-v9 ratio or price not set (HTTP 400, model_price_error)
    code-quota-not-enough  QuotaExceeded, permanent, no task → refused: the credit is used up: user quota is not enough (HTTP 403, quota_not_enough)
    code-insufficient-user-quota  QuotaExceeded, permanent, no task → refused: the credit is used up: 用户额度不足, 剩余额度: ¥0.01 (HTTP 403, insufficient_user_quota)
    code-pre-consume-token-quota-failed  QuotaExceeded, permanent, no task → refused: the credit is used up: token quota is not enough, token remain quota: ¥0.01, need quota: ¥1.00 (HTTP 403, pre_consume_token_quota_failed)
    code-build-request-failed  InvalidRequest, permanent, no task → invalid: the request was refused: unmarshal metadata failed: json: cannot unmarshal number into Go struct field (HTTP 500, build_request_failed)
    code-do-request-failed  Unavailable, temporary, open → unknown: the server is in trouble: do request failed: Post "https://***.com/***": dial tcp ***: i/o timeout (HTTP 500, do_request_failed)
    code-read-response-body-failed  Unavailable, temporary, open → unknown: the server is in trouble: invalid character '<' looking for beginning of value (HTTP 500, read_response_body_failed)
    code-unmarshal-response-body-failed  Unavailable, temporary, open → unknown: the server is in trouble: invalid character '<' looking for beginning of value (HTTP 500, unmarshal_response_body_failed)
    code-unmarshal-response-failed  Unavailable, temporary, open → unknown: the server is in trouble: invalid character '<' looking for beginning of value (HTTP 500, unmarshal_response_failed)
    code-invalid-response  Unavailable, temporary, open → unknown: the server is in trouble: invalid character '<' looking for beginning of value (HTTP 500, invalid_response)
    code-invalid-response-with-code  Unavailable, temporary, open → unknown: the server is in trouble: busy (HTTP 500, invalid_response)
    code-insert-task-failed  Unavailable, temporary, open → unknown: the server is in trouble: Error 1205: Lock wait timeout exceeded (HTTP 500, insert_task_failed)
    code-insert-task-failed-zh  Unavailable, temporary, open → unknown: the server is in trouble: 数据库错误，请联系管理员 (HTTP 500, insert_task_failed)
    "#);
}

#[test]
fn codes_of_the_providers() {
    assert_snapshot!(refused(&["code-fail", "code-task", "code-jimeng", "code-hailuo"]), @"
    code-fail-to-fetch-task-400  InvalidRequest, permanent, no task → invalid: the request was refused: Unknown parameter: 'metadata'. (HTTP 400, fail_to_fetch_task)
    code-fail-to-fetch-task-400-moderated  ContentRejected, permanent, no task → filtered: refused by moderation: refused (HTTP 400, fail_to_fetch_task)
    code-fail-to-fetch-task-400-policy  ContentRejected, permanent, no task → filtered: refused by moderation: prompt refused (HTTP 400, fail_to_fetch_task)
    code-fail-to-fetch-task-401  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: Authorization is invalid (HTTP 401, fail_to_fetch_task)
    code-fail-to-fetch-task-404  ModelUnavailable, permanent, no task → invalid: the model is not available: Your account has not activated the model (HTTP 404, fail_to_fetch_task)
    code-fail-to-fetch-task-429  RateLimited, temporary, no task → unsent: too many requests: 当前分组上游负载已饱和，请稍后再试 (HTTP 429, fail_to_fetch_task)
    code-fail-to-fetch-task-500  Unavailable, temporary, open → unknown: the server is in trouble: The service encountered an unexpected internal error. (HTTP 500, fail_to_fetch_task)
    code-fail-to-fetch-task-502  Unavailable, temporary, open → unknown: the server is in trouble: 502 Bad Gateway (HTTP 502, fail_to_fetch_task)
    code-task-failed  InvalidRequest, permanent, no task → invalid: the request was refused: image format is not supported (HTTP 400, task_failed)
    code-task-failed-busy  RateLimited, temporary, no task → unsent: too many requests: parallel task over resource pack limit (HTTP 400, task_failed)
    code-task-failed-moderated  ContentRejected, permanent, no task → filtered: refused by moderation: Failure to pass the risk control system (HTTP 400, task_failed)
    code-jimeng-50215  InvalidRequest, permanent, no task → invalid: the request was refused: Input invalid for this service (HTTP 500, 50215)
    code-jimeng-50411  ContentRejected, permanent, no task → filtered: refused by moderation: Pre Img Risk Not Pass (HTTP 500, 50411)
    code-jimeng-50430  RateLimited, temporary, no task → unsent: too many requests: Request Has Reached API Concurrent Limit, Please Try Later (HTTP 500, 50430)
    code-jimeng-50500  Unavailable, temporary, no task → unsent: the server is in trouble: Internal Error (HTTP 500, 50500)
    code-hailuo-1002  RateLimited, temporary, no task → unsent: too many requests: hailuo api error: rate limit (HTTP 400, 1002)
    code-hailuo-1008  Misconfigured, permanent, no task → unsent: the gateway is not set up for this: hailuo api error: insufficient balance (HTTP 400, 1008)
    code-hailuo-1026  ContentRejected, permanent, no task → filtered: refused by moderation: hailuo api error: input text is not allowed (HTTP 400, 1026)
    code-hailuo-2013  InvalidRequest, permanent, no task → invalid: the request was refused: hailuo api error: invalid params (HTTP 400, 2013)
    ");
}

#[test]
fn a_status_alone() {
    let statuses = [400, 401, 402, 403, 404, 408, 409, 410, 413, 422, 425, 429, 451, 499, 500, 501, 502, 503, 504, 524];
    let rows = statuses.map(|status| {
        let response = http::Response::builder().status(status).body("{}".into()).expect("an answer");
        error_line(&NewApi.decode_submit(&Generation::new("m", "p"), &response).expect_err("a refusal"))
    });
    assert_snapshot!(rows.join("\n"), @"
    InvalidRequest, permanent, no task → invalid: the request was refused: bad request with an empty answer (HTTP 400)
    Unauthorized, permanent, no task → refused: the key was refused: unauthorized with an empty answer (HTTP 401)
    QuotaExceeded, permanent, no task → refused: the credit is used up: payment required with an empty answer (HTTP 402)
    Unauthorized, permanent, no task → refused: the key was refused: forbidden with an empty answer (HTTP 403)
    Misconfigured, permanent, no task → unsent: the gateway is not set up for this: not found with an empty answer (HTTP 404)
    Unavailable, temporary, open → unknown: the server is in trouble: request timeout with an empty answer (HTTP 408)
    InvalidRequest, permanent, no task → invalid: the request was refused: conflict with an empty answer (HTTP 409)
    Misconfigured, permanent, no task → unsent: the gateway is not set up for this: gone with an empty answer (HTTP 410)
    InvalidRequest, permanent, no task → invalid: the request was refused: payload too large with an empty answer (HTTP 413)
    InvalidRequest, permanent, no task → invalid: the request was refused: unprocessable entity with an empty answer (HTTP 422)
    RateLimited, temporary, no task → unsent: too many requests: too early with an empty answer (HTTP 425)
    RateLimited, temporary, no task → unsent: too many requests: too many requests with an empty answer (HTTP 429)
    InvalidRequest, permanent, no task → invalid: the request was refused: unavailable for legal reasons with an empty answer (HTTP 451)
    InvalidRequest, permanent, no task → invalid: the request was refused: no reason with an empty answer (HTTP 499)
    Unavailable, temporary, open → unknown: the server is in trouble: internal server error with an empty answer (HTTP 500)
    Misconfigured, permanent, no task → unsent: the gateway is not set up for this: not implemented with an empty answer (HTTP 501)
    Unavailable, temporary, open → unknown: the server is in trouble: bad gateway with an empty answer (HTTP 502)
    Unavailable, temporary, no task → unsent: the server is in trouble: service unavailable with an empty answer (HTTP 503)
    Unavailable, temporary, open → unknown: the server is in trouble: gateway timeout with an empty answer (HTTP 504)
    Unavailable, temporary, open → unknown: the server is in trouble: no reason with an empty answer (HTTP 524)
    ");
}

#[test]
fn texts_of_tokens_in_both_languages() {
    assert_snapshot!(refused(&["token"]), @"
    token-channel-pinned-zh  Unauthorized, permanent, no task → refused: the key was refused: 普通用户不支持指定渠道 (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    token-database  Unavailable, temporary, no task → unsent: the server is in trouble: Database error, please contact the administrator (HTTP 500, request 20260226103015123456789Ab3dEf9h)
    token-database-zh  Unavailable, temporary, no task → unsent: the server is in trouble: 数据库错误，请联系管理员 (HTTP 500, request 20260226103015123456789Ab3dEf9h)
    token-exhausted  QuotaExceeded, permanent, no task → refused: the credit is used up: This token quota is exhausted TokenStatusExhausted[sk-xxxx] (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-exhausted-zh  QuotaExceeded, permanent, no task → refused: the credit is used up: 该令牌额度已用尽 TokenStatusExhausted[sk-xxxx] (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-expired  Unauthorized, permanent, no task → refused: the key was refused: This token has expired (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-expired-zh  Unauthorized, permanent, no task → refused: the key was refused: 该令牌已过期 (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-group-gone-zh  Unauthorized, permanent, no task → refused: the key was refused: 分组 vip 已被弃用 (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    token-group-not-allowed-zh  Unauthorized, permanent, no task → refused: the key was refused: 无权访问 vip 分组 (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    token-invalid  Unauthorized, permanent, no task → refused: the key was refused: Invalid token (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-invalid-zh  Unauthorized, permanent, no task → refused: the key was refused: 无效的令牌 (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-ip-not-allowed-zh  Unauthorized, permanent, no task → refused: the key was refused: 您的 IP 不在令牌允许访问的列表中 (HTTP 403, access_denied, request 20260226103015123456789Ab3dEf9h)
    token-ip-unreadable-zh  Unauthorized, permanent, no task → refused: the key was refused: 无法解析客户端 IP 地址 (HTTP 403, access_denied, request 20260226103015123456789Ab3dEf9h)
    token-missing  Unauthorized, permanent, no task → refused: the key was refused: Token not provided (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-missing-zh  Unauthorized, permanent, no task → refused: the key was refused: 未提供令牌 (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-model-limited-zh  Unauthorized, permanent, no task → refused: the key was refused: 该令牌无权访问模型 (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    token-unavailable  Unauthorized, permanent, no task → refused: the key was refused: This token status is unavailable (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-unavailable-zh  Unauthorized, permanent, no task → refused: the key was refused: 该令牌状态不可用 (HTTP 401, request 20260226103015123456789Ab3dEf9h)
    token-user-banned  Unauthorized, permanent, no task → refused: the key was refused: User has been banned (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    token-user-banned-zh  Unauthorized, permanent, no task → refused: the key was refused: 用户已被封禁 (HTTP 403, request 20260226103015123456789Ab3dEf9h)
    ");
}
