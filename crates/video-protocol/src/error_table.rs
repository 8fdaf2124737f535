//! Every refusal met in the field: what it means, whether repeating helps, and whether it proves that no
//! task exists.
//!
//! The first row that matches wins. Sources: New API v0.8.6 to v1.0.0-rc.24 and the plugin releases
//! after it, and the providers' own codes that it passes on (collected 2026-11).

use crate::ErrorKind::{
    self, ContentRejected, InvalidRequest, Misconfigured, ModelUnavailable, NotFound, NotReady, OutcomeUnknown,
    QuotaExceeded, RateLimited, TaskCancelled, TaskExpired, TaskFailed, Unauthorized, Unavailable, Undelivered,
};

/// What a refusal says about the task it was to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Certain: nothing was created.
    NoTask,
    /// Uncertain: a task may exist and be billed.
    Open,
    /// Certain only with a JSON body or a Retry-After: otherwise a proxy speaks, which knows nothing.
    NoTaskIfTheGatewaySpeaks,
}
use Proof::{NoTask, NoTaskIfTheGatewaySpeaks, Open};

/// One row.
pub(crate) struct Row {
    /// First and last HTTP status.
    pub(crate) status: (u16, u16),
    pub(crate) says: Says,
    pub(crate) kind: ErrorKind,
    pub(crate) temporary: bool,
    pub(crate) proof: Proof,
}

/// What the body must say for a row to match.
#[derive(Clone, Copy)]
pub(crate) enum Says {
    /// One of these codes, the gateway's or the provider's inside it.
    Code(&'static [&'static str]),
    /// A code that is a number from this to that, both included.
    Number(u32, u32),
    /// A code that contains one of these.
    CodeHas(&'static [&'static str]),
    /// A class of error (`error.type`).
    Class(&'static str),
    /// Words that contain one of these, in any letter case.
    Words(&'static [&'static str]),
    /// Something that is no JSON: a proxy or the host of a link speaks.
    Page,
    /// Anything.
    Anything,
}
use Says::{Anything, Class, Code, CodeHas, Number, Page, Words};

const fn row(status: (u16, u16), says: Says, kind: ErrorKind, temporary: bool, proof: Proof) -> Row {
    Row { status, says, kind, temporary, proof }
}

const ANY: (u16, u16) = (0, 599);
const REFUSAL: (u16, u16) = (400, 499);
const BROKEN: (u16, u16) = (500, 599);

/// All rows, the most telling first.
pub(crate) const ROWS: &[Row] = &[
    // A gateway says itself that nobody knows (ours does).
    row(ANY, Code(&["outcome_unknown"]), OutcomeUnknown, false, Open),
    // The provider was asked, and what came of it is open. `get_channel_failed` too: the first channel has been
    // asked by then.
    row(BROKEN, Code(&["do_request_failed", "get_channel_failed", "insert_task_failed"]), Unavailable, true, Open),
    row(
        BROKEN,
        Code(&[
            "read_response_body_failed",
            "unmarshal_response_failed",
            "unmarshal_response_body_failed",
            "invalid_response",
        ]),
        Unavailable,
        true,
        Open,
    ),
    // Moderation, wherever it comes from.
    row(
        ANY,
        Code(&["moderation_blocked", "content_policy_violation", "DataInspectionFailed", "IPInfringementSuspect"]),
        ContentRejected,
        false,
        NoTask,
    ),
    row(
        ANY,
        Code(&["TaskPromptPolicyViolation", "AuditSubmitIllegal", "CreationPolicyViolation"]),
        ContentRejected,
        false,
        NoTask,
    ),
    row(ANY, CodeHas(&["SensitiveContentDetected"]), ContentRejected, false, NoTask),
    row((400, 499), Code(&["1300"]), ContentRejected, false, NoTask),
    row(
        ANY,
        Code(&["50411", "50412", "50413", "50511", "50512", "50513", "50514", "50516", "50517", "50518", "50519"]),
        ContentRejected,
        false,
        NoTask,
    ),
    row(ANY, Code(&["1026", "1027", "1301"]), ContentRejected, false, NoTask),
    // Load, with the provider's own number inside another status.
    row(
        ANY,
        Code(&["50429", "50430", "1302", "1303", "QuotaExceeded", "TooManyRequests", "SystemThrottling"]),
        RateLimited,
        true,
        NoTask,
    ),
    row((400, 400), Code(&["1002", "1039", "1041"]), RateLimited, true, NoTask),
    row((500, 500), Code(&["50500", "50501", "50520", "50521", "50522"]), Unavailable, true, NoTask),
    // The provider account behind the gateway: nothing the caller can mend.
    row((429, 429), Code(&["1100", "1101", "1102", "1304"]), Misconfigured, false, NoTask),
    row(ANY, Code(&["Throttling.AllocationQuota", "AccountOverdueError", "Arrearage"]), Misconfigured, false, NoTask),
    row((200, 299), Code(&["InvalidApiKey", "AccessDenied"]), Misconfigured, false, NoTask),
    row(ANY, CodeHas(&["Throttling"]), RateLimited, true, NoTask),
    row((400, 400), Code(&["1004", "1008", "2049", "2056", "CreditInsufficient"]), Misconfigured, false, NoTask),
    // The model.
    row(
        ANY,
        Code(&["model_not_found", "invalid_api_platform", "ModelUnavailable", "ModelNotOpen"]),
        ModelUnavailable,
        false,
        NoTask,
    ),
    row((404, 404), Code(&["1203"]), ModelUnavailable, false, NoTask),
    // Up to about 0.10 without the code.
    row((503, 503), Words(&["No available channel", "无可用渠道"]), ModelUnavailable, false, NoTask),
    // Money.
    row(
        ANY,
        Code(&[
            "quota_not_enough",
            "insufficient_user_quota",
            "pre_consume_token_quota_failed",
            "insufficient_quota",
            "billing_hard_limit_reached",
        ]),
        QuotaExceeded,
        false,
        NoTask,
    ),
    row(
        (401, 403),
        Words(&["TokenStatusExhausted", "quota is exhausted", "额度已用尽", "额度不足", "quota is not enough"]),
        QuotaExceeded,
        false,
        NoTask,
    ),
    // A new token is checked before anything is sent on, so a database error there proves something.
    row((500, 500), Words(&["Database error, please contact", "数据库错误"]), Unavailable, true, NoTask),
    // The provider failed by its own account; whether it had begun is open.
    row(ANY, Code(&["InternalError", "InternalServiceError", "InternalServiceFailure"]), Unavailable, true, Open),
    // The input.
    row(
        ANY,
        Code(&[
            "invalid_request",
            "invalid_json",
            "missing_model",
            "missing_prompt",
            "invalid_size",
            "invalid_seconds",
        ]),
        InvalidRequest,
        false,
        NoTask,
    ),
    row(
        ANY,
        Code(&["invalid_multipart_form", "build_request_failed", "read_request_body_failed", "plugin_request_invalid"]),
        InvalidRequest,
        false,
        NoTask,
    ),
    row(ANY, Code(&["plugin_usage_invalid", "ali_api_error", "2013", "1042"]), InvalidRequest, false, NoTask),
    // Tasks and videos.
    row(ANY, Code(&["task_not_exist", "task_not_found", "TaskNotFound"]), NotFound, false, NoTask),
    row(REFUSAL, Code(&["video_generation_failed"]), TaskFailed, false, NoTask),
    row(REFUSAL, Code(&["task_expired"]), TaskExpired, false, NoTask),
    row(REFUSAL, Code(&["task_cancelled"]), TaskCancelled, false, NoTask),
    row((400, 400), Words(&["Task is not completed yet, current status: FAILURE"]), TaskFailed, false, NoTask),
    row((400, 400), Words(&["Task is not completed yet"]), NotReady, true, NoTask),
    // OpenAI's own content route, and gateways after it.
    row((404, 404), Words(&["is not ready yet"]), NotReady, true, NoTask),
    row(ANY, Code(&["artifact_not_ready", "task_not_completed"]), NotReady, true, NoTask),
    row(ANY, Code(&["artifact_gone", "artifact_not_found"]), Undelivered, false, NoTask),
    // The gateway's own setup.
    row(
        ANY,
        Code(&["model_mapping_failed", "model_price_error", "not_implemented", "api_not_implemented"]),
        Misconfigured,
        false,
        NoTask,
    ),
    row((404, 405), Words(&["Invalid URL ("]), Misconfigured, false, NoTask),
    row((501, 501), Anything, Misconfigured, false, NoTask),
    // The gateway failed before it asked a provider.
    row(BROKEN, Code(&["gen_relay_info_failed"]), Unavailable, true, NoTask),
    // The OpenAI route cannot show this task; the other route can.
    row(BROKEN, Code(&["convert_to_openai_video_failed"]), Unavailable, false, Open),
    row(BROKEN, Class("new_api_panic"), Unavailable, false, Open),
    // The provider answered a key of the operator with a refusal.
    row((401, 403), Code(&["fail_to_fetch_task"]), Misconfigured, false, NoTask),
    // The content route of a gateway whose guard does not let it fetch the video.
    row((403, 403), Class("server_error"), Misconfigured, false, NoTask),
    // Words of providers whose codes New API replaces by `task_failed`.
    row(
        REFUSAL,
        Words(&["parallel task over", "concurrent", "too frequent", "负载已饱和", "并发"]),
        RateLimited,
        true,
        NoTask,
    ),
    row(
        REFUSAL,
        Words(&["sensitive", "risk control", "content policy", "moderation", "inappropriate", "敏感", "违规", "审核"]),
        ContentRejected,
        false,
        NoTask,
    ),
    // Any other number of Jimeng's: it answered, and its answer was no task. Numbers of other lengths prove
    // nothing: look-alikes repeat the HTTP status as a code.
    row((500, 500), Number(50_200, 50_599), InvalidRequest, false, NoTask),
    // By status alone. 408 is no proof: the request may have been passed on before it timed out.
    row((401, 401), Anything, Unauthorized, false, NoTask),
    row((402, 402), Anything, QuotaExceeded, false, NoTask),
    // A firewall's page says nothing of the key.
    row((403, 403), Page, Misconfigured, false, NoTask),
    row((403, 403), Anything, Unauthorized, false, NoTask),
    row((404, 404), Anything, NotFound, false, NoTask),
    row((408, 408), Anything, Unavailable, true, Open),
    row((410, 410), Anything, NotFound, false, NoTask),
    row((425, 425), Anything, RateLimited, true, NoTask),
    row((429, 429), Anything, RateLimited, true, NoTask),
    row(REFUSAL, Anything, InvalidRequest, false, NoTask),
    row((503, 503), Anything, Unavailable, true, NoTaskIfTheGatewaySpeaks),
    row(BROKEN, Anything, Unavailable, true, Open),
];
