//! Every refusal met in the field: what it means, whether repeating helps, and whether it proves that no
//! task exists.
//!
//! The first row that matches wins. Sources: New API v0.8.6 to v1.0.0-rc.24 and the plugin releases
//! after it, and the providers' own codes that it passes on (collected 2026-11).

use crate::ErrorKind::{
    self, ContentRejected, InvalidRequest, Misconfigured, ModelUnavailable, NotFound, NotReady, QuotaExceeded,
    RateLimited, TaskFailed, Unauthorized, Unavailable,
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
    /// A code of decimal digits, which is a provider's.
    AnyNumber,
    /// A code that contains one of these.
    CodeHas(&'static [&'static str]),
    /// A class of error (`error.type`).
    Class(&'static str),
    /// Words that contain one of these, in any letter case.
    Words(&'static [&'static str]),
    /// Anything.
    Anything,
}
use Says::{AnyNumber, Anything, Class, Code, CodeHas, Words};

const fn row(status: (u16, u16), says: Says, kind: ErrorKind, temporary: bool, proof: Proof) -> Row {
    Row { status, says, kind, temporary, proof }
}

const ANY: (u16, u16) = (0, 599);
const REFUSAL: (u16, u16) = (400, 499);
const BROKEN: (u16, u16) = (500, 599);

/// All rows, the most telling first.
pub(crate) const ROWS: &[Row] = &[
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
        Code(&["50429", "50430", "1302", "1303", "QuotaExceeded", "TooManyRequests", "SystemThrottling", "Throttling"]),
        RateLimited,
        true,
        NoTask,
    ),
    row((400, 400), Code(&["1002", "1039", "1041"]), RateLimited, true, NoTask),
    row((500, 500), Code(&["50500", "50501", "50520", "50521", "50522"]), Unavailable, true, NoTask),
    // The provider account behind the gateway: nothing the caller can mend.
    row(
        (400, 400),
        Code(&["1004", "1008", "2049", "2056", "CreditInsufficient", "Arrearage"]),
        Misconfigured,
        false,
        NoTask,
    ),
    // Hosts that are full (plugin releases).
    row(
        ANY,
        Code(&[
            "system_cpu_overloaded",
            "system_memory_overloaded",
            "system_disk_overloaded",
            "artifact_upstream_busy",
        ]),
        Unavailable,
        true,
        NoTask,
    ),
    // The model.
    row(
        ANY,
        Code(&["model_not_found", "invalid_api_platform", "ModelUnavailable", "ModelNotOpen"]),
        ModelUnavailable,
        false,
        NoTask,
    ),
    // Money.
    row(
        ANY,
        Code(&["quota_not_enough", "insufficient_user_quota", "pre_consume_token_quota_failed", "insufficient_quota"]),
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
    row((400, 400), Words(&["Task is not completed yet, current status: FAILURE"]), TaskFailed, false, NoTask),
    row((400, 400), Words(&["Task is not completed yet"]), NotReady, true, NoTask),
    row(ANY, Code(&["artifact_not_ready", "task_not_completed"]), NotReady, true, NoTask),
    row(ANY, Code(&["artifact_gone", "artifact_not_found"]), NotFound, false, NoTask),
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
    row(BROKEN, Code(&["gen_relay_info_failed", "get_channel_failed"]), Unavailable, true, NoTask),
    // The OpenAI route cannot show this task; the other route can.
    row(BROKEN, Code(&["convert_to_openai_video_failed"]), Unavailable, false, Open),
    row(BROKEN, Class("new_api_panic"), Unavailable, false, Open),
    // The provider answered a key of the operator with a refusal.
    row((401, 403), Code(&["fail_to_fetch_task"]), Misconfigured, false, NoTask),
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
        Words(&["sensitive", "risk control", "content policy", "moderation", "敏感", "违规", "审核"]),
        ContentRejected,
        false,
        NoTask,
    ),
    // Any other number of a provider: it answered, and its answer was no task.
    row(BROKEN, AnyNumber, InvalidRequest, false, NoTask),
    // By status alone. 408 is no proof: the request may have been passed on before it timed out.
    row((401, 401), Anything, Unauthorized, false, NoTask),
    row((402, 402), Anything, QuotaExceeded, false, NoTask),
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
