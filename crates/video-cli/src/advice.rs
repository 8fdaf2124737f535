//! What an error means for the person, in English and Chinese: what happened, and what to do next.

use video_client::DownloadError;
use video_protocol::{Error, ErrorKind};

use crate::complaint::Complaint;
use crate::download_words::download_words;
use crate::language::Language;

/// What happened, in one clause.
pub(crate) fn clause(kind: ErrorKind, language: Language) -> &'static str {
    match language {
        Language::English => kind.as_str(),
        Language::Chinese => match kind {
            ErrorKind::InvalidRequest => "请求有误",
            ErrorKind::ModelUnavailable => "模型不可用",
            ErrorKind::Unauthorized => "密钥未通过",
            ErrorKind::QuotaExceeded => "额度已用尽",
            ErrorKind::ContentRejected => "未通过内容审核",
            ErrorKind::RateLimited => "请求过于频繁",
            ErrorKind::Unavailable => "服务器出现故障",
            ErrorKind::Misconfigured => "网关未支持此操作",
            ErrorKind::NotFound => "服务器不认识此任务",
            ErrorKind::NotReady => "任务尚未结束",
            ErrorKind::Decode => "无法理解服务器的答复",
            ErrorKind::NoAnswer => "没有收到答复",
            ErrorKind::OutcomeUnknown => "无法确认任务是否已创建",
            ErrorKind::TaskFailed => "生成失败",
            ErrorKind::TaskExpired => "任务已过期",
            ErrorKind::TaskCancelled => "任务已取消",
            ErrorKind::TaskLost => "服务器丢失了已受理的任务",
            ErrorKind::DeadlineExceeded => "到达期限时仍未受理",
            ErrorKind::Undelivered => "视频未能送达",
            ErrorKind::Local => "本机出现问题",
            _ => kind.as_str(),
        },
    }
}

/// What to do next, in one line; nothing where the error itself says it.
pub(crate) fn next_step(error: &Error, language: Language) -> Option<String> {
    let task = error.task().map(ToString::to_string);
    let (english, chinese) = match (error.kind(), &task) {
        // Our own words about arguments and files already say what to do.
        (ErrorKind::InvalidRequest, None) if error.status().is_none() => return None,
        (ErrorKind::InvalidRequest, None) => {
            ("nothing was spent: correct the request and send it again", "未产生费用：请修改请求后重试")
        }
        (ErrorKind::ModelUnavailable, None) => (
            "check the model's name with the gateway's list, or ask its operator",
            "请对照网关的模型列表检查模型名称，或联系网关运营方",
        ),
        (ErrorKind::Unauthorized, _) => (
            "check the key in VIDEO_API_KEY or the profile; `video config show` tells which one is used",
            "请检查 VIDEO_API_KEY 或配置中的密钥；`video config show` 显示正在使用哪一个",
        ),
        (ErrorKind::QuotaExceeded, _) => ("top up the account or use another key", "请充值或更换密钥"),
        (ErrorKind::ContentRejected, _) => ("rephrase the prompt or change the picture", "请修改提示词或图片"),
        (ErrorKind::RateLimited, None) => ("nothing was ordered: wait a little and try again", "未下单：请稍后再试"),
        (ErrorKind::Unavailable, None) if error.proves_no_task() => {
            ("nothing was ordered: try again later", "未下单：请稍后再试")
        }
        (ErrorKind::NoAnswer, None) if error.proves_no_task() => (
            "nothing was ordered: check the network and the base URL, then try again",
            "未下单：请检查网络和网关地址后重试",
        ),
        (ErrorKind::Misconfigured, _) => {
            ("check the base URL, or ask the gateway's operator", "请检查网关地址，或联系网关运营方")
        }
        (ErrorKind::OutcomeUnknown, _) => (
            "do not order again yet: look in the gateway's task log whether the task exists",
            "请先不要重新下单：到网关的任务日志中确认任务是否存在",
        ),
        (ErrorKind::DeadlineExceeded, None) => {
            ("nothing was ordered: try again, or raise --deadline", "未下单：请重试或延长 --deadline")
        }
        (ErrorKind::TaskLost | ErrorKind::NotFound, _) => (
            "show this task to the gateway's operator; the order may have been paid",
            "请把此任务编号交给网关运营方；订单可能已扣费",
        ),
        (ErrorKind::TaskFailed | ErrorKind::TaskExpired | ErrorKind::TaskCancelled, _) => (
            "most gateways refund such a task; order again when the reason is gone",
            "多数网关会退还费用；排除原因后可重新下单",
        ),
        (ErrorKind::Undelivered, Some(task)) => {
            return Some(match language {
                Language::English => format!("the video exists: try again with: video download {task}"),
                Language::Chinese => format!("视频已生成：请重试 video download {task}"),
            });
        }
        (ErrorKind::Local, Some(task)) => {
            return Some(match language {
                Language::English => format!("the task is not lost: afterwards run: video download {task}"),
                Language::Chinese => format!("任务没有丢失：处理后运行 video download {task}"),
            });
        }
        (ErrorKind::Local | ErrorKind::Undelivered, None) => return None,
        (_, Some(task)) => {
            return Some(match language {
                Language::English => format!("the task is not lost: go on with: video wait {task}"),
                Language::Chinese => format!("任务没有丢失：继续运行 video wait {task}"),
            });
        }
        (_, None) => ("try again later", "请稍后再试"),
    };
    Some(match language {
        Language::English => english.to_owned(),
        Language::Chinese => chinese.to_owned(),
    })
}

/// An error as one line: what happened, the words for it, the details, and the system's own words.
pub(crate) fn describe(error: &Error, language: Language) -> String {
    let own = own_words(error, language);
    // Our own words say it all; a server's want to be introduced.
    let whole = own.is_some() && (error.kind() != ErrorKind::Undelivered || is_complaint(error));
    let mut line = if whole { String::new() } else { clause(error.kind(), language).to_owned() };
    let words = own.unwrap_or_else(|| error.message().to_owned());
    if !words.is_empty() {
        line.push_str(match language {
            _ if whole => "",
            Language::English => ": ",
            Language::Chinese => "：",
        });
        line.push_str(&one_line(&words));
    }
    let mut details = Vec::new();
    details.extend(error.status().map(|status| format!("HTTP {}", status.as_u16())));
    details.extend(error.code().map(str::to_owned));
    details.extend(error.problem().and_then(|problem| problem.request_id.as_ref()).map(|id| format!("request {id}")));
    if !details.is_empty() {
        line.push_str(&format!(" ({})", details.join(", ")));
    }
    if let Some(cause) = deepest_cause(error).filter(|cause| !line.contains(cause.as_str())) {
        line.push_str(&format!(" [{cause}]"));
    }
    line
}

/// The words of this program or of the download, which know both languages.
fn own_words(error: &Error, language: Language) -> Option<String> {
    let source = std::error::Error::source(error)?;
    let complaint = source.downcast_ref::<Complaint>().map(|complaint| complaint.text(language));
    complaint.or_else(|| source.downcast_ref::<DownloadError>().map(|download| download_words(download, language)))
}

fn is_complaint(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<Complaint>)
}

/// What the system itself said. The causes in between repeat us, and a cause of our own type says nothing new.
fn deepest_cause(error: &Error) -> Option<String> {
    let mut deepest = std::error::Error::source(error)?;
    while let Some(cause) = deepest.source() {
        deepest = cause;
    }
    let ours = deepest.is::<Error>() || deepest.is::<Complaint>() || deepest.is::<DownloadError>();
    Some(one_line(&deepest.to_string())).filter(|_| !ours)
}

/// Control characters of a server must not move the cursor of a person.
pub(crate) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use video_protocol::TaskRef;

    use super::*;

    const KINDS: &[ErrorKind] = &[
        ErrorKind::InvalidRequest,
        ErrorKind::ModelUnavailable,
        ErrorKind::Unauthorized,
        ErrorKind::QuotaExceeded,
        ErrorKind::ContentRejected,
        ErrorKind::RateLimited,
        ErrorKind::Unavailable,
        ErrorKind::Misconfigured,
        ErrorKind::NotFound,
        ErrorKind::NotReady,
        ErrorKind::Decode,
        ErrorKind::NoAnswer,
        ErrorKind::OutcomeUnknown,
        ErrorKind::TaskFailed,
        ErrorKind::TaskExpired,
        ErrorKind::TaskCancelled,
        ErrorKind::TaskLost,
        ErrorKind::DeadlineExceeded,
        ErrorKind::Undelivered,
        ErrorKind::Local,
    ];

    #[test]
    fn every_kind_has_a_next_step_in_both_languages() {
        let mut table = String::new();
        for kind in KINDS {
            let status = http_400();
            let before = Error::new(*kind).with_status(status).with_proof_of_no_task();
            let after = Error::new(*kind)
                .with_status(status)
                .with_task(TaskRef::new("new-api", "task_1").with_origin("88api.ai"));
            for language in [Language::English, Language::Chinese] {
                table.push_str(&format!("{kind:?}: {}\n", clause(*kind, language)));
                for (when, error) in [("before", &before), ("after", &after)] {
                    let step = next_step(error, language).unwrap_or_else(|| "-".to_owned());
                    table.push_str(&format!("  {when}: {} -> {step}\n", error.verdict()));
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    fn http_400() -> http::StatusCode {
        http::StatusCode::BAD_REQUEST
    }
}
