//! What was found about a gateway, in English and Chinese.

use video_protocol::{Caller, Feature, Question, Quirk, Reason, State, Survey};

use crate::language::Language;

type Both = (&'static str, &'static str);

fn pick((english, chinese): Both, language: Language) -> &'static str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

pub(super) fn key_used(question: Question, language: Language) -> String {
    let both = match question.caller() {
        Caller::Own => ("your key", "您的密钥"),
        Caller::Wrong => ("a wrong key", "错误密钥"),
        Caller::Nobody => ("no key", "无密钥"),
    };
    pick(both, language).to_owned()
}

pub(super) fn state(state: State, language: Language) -> &'static str {
    let both = match state {
        State::Yes => ("yes", "是"),
        State::No => ("no", "否"),
        State::Unknown => ("unknown", "未知"),
    };
    pick(both, language)
}

pub(super) fn feature(feature: Feature, language: Language) -> &'static str {
    let both = match feature {
        Feature::Key => ("lets the key in", "密钥有效"),
        Feature::NewApi => ("format new-api", "格式 new-api"),
        Feature::OpenAi => ("format openai", "格式 openai"),
        Feature::IsNewApi => ("is New API", "是 New API"),
        Feature::IsOwn => ("is `video serve`", "是 `video serve`"),
        Feature::Plugins => ("task plugins (/v1/tasks)", "任务插件（/v1/tasks）"),
        Feature::List => ("lists tasks", "可列出任务"),
        Feature::Models => ("lists models", "可列出模型"),
        Feature::Content => ("content route", "内容接口"),
        Feature::ContentKey => ("content route wants a key", "内容接口需要密钥"),
        Feature::ContentHead => ("content route answers HEAD", "内容接口支持 HEAD"),
        Feature::Ranges => ("downloads can go on (ranges)", "可断点续传（Range）"),
        Feature::RetryAfter => ("says when to come back", "给出重试时间（Retry-After）"),
        Feature::IdempotencyKeys => ("honours Idempotency-Key", "遵守 Idempotency-Key"),
        Feature::Cors => ("web pages may call (CORS)", "网页可调用（CORS）"),
        Feature::RequestId => ("names its requests", "给出请求编号"),
        Feature::ErrorShapes => ("errors can be read", "错误可解析"),
        other => (other.name(), other.name()),
    };
    pick(both, language)
}

pub(super) fn reason(reason: Reason, language: Language) -> &'static str {
    let both = match reason {
        Reason::NoAnswer => ("no answer came", "没有收到答复"),
        Reason::KeyRefused => ("the key was refused", "密钥未通过"),
        Reason::Forbidden => ("forbidden to this key", "此密钥无权访问"),
        Reason::Trouble => ("the server is in trouble", "服务器出现故障"),
        Reason::Redirects => ("sends elsewhere: correct the URL", "重定向到别处：请改正地址"),
        Reason::Strange => ("an answer that nobody knows", "无法识别的答复"),
        Reason::AnyKey => ("any key is let in", "接受任意密钥"),
        Reason::NeedsOrder => ("only an order would show it, and that costs money", "只有下单才能知道，而下单要付费"),
        Reason::NeedsVideo => ("only a finished video would show it", "只有完成的视频才能看出"),
        Reason::NeedsLoad => ("only a busy server would show it", "只有繁忙的服务器才能看出"),
        Reason::ByRelease => ("so in this release", "此版本如此"),
        Reason::SaysSo => ("it says so itself", "服务器自报"),
        _ => ("nothing speaks of it", "没有迹象"),
    };
    pick(both, language)
}

pub(super) fn quirk(quirk: Quirk, language: Language) -> String {
    let both = match quirk {
        Quirk::NoObjects => ("/v1/videos is not there or not usable in this release", "此版本没有可用的 /v1/videos"),
        Quirk::OpenContent => (
            "whoever knows the id of a task can fetch its video: keep ids to yourself",
            "知道任务编号的人都能取得视频：请勿公开任务编号",
        ),
        Quirk::LinkInFailReason => {
            ("the link of a video stands in fail_reason (video reads it)", "视频链接在 fail_reason 中（video 能读取）")
        }
        Quirk::NoTaskTimeout => (
            "a task that its provider lost stays open for ever: set --deadline",
            "供应商丢失的任务会一直处于未结束状态：请设置 --deadline",
        ),
        Quirk::LimitedKeysCannotPoll => (
            "a key limited to some models can order but not ask (403): use one without limits",
            "限定模型的密钥能下单但不能查询（403）：请使用不限模型的密钥",
        ),
        Quirk::SixtySecondContent => (
            "a download through the gateway is cut after 60 s and cannot be continued",
            "经网关下载限时 60 秒，且不能续传",
        ),
        Quirk::NoLinkInObjects => (
            "/v1/videos gives no link: the video is at its content route only",
            "/v1/videos 不给链接：视频只能从内容接口取得",
        ),
        other => (other.name(), other.name()),
    };
    pick(both, language).to_owned()
}

/// What follows for the settings of this client.
pub(super) fn consequences(survey: &Survey, language: Language) -> Vec<String> {
    let is = |feature, state| survey.state(feature) == state;
    let mut lines = Vec::new();
    match (survey.state(Feature::NewApi), survey.state(Feature::OpenAi)) {
        (State::Yes, State::Yes) => {
            lines.push(("use either --format; new-api is the default", "两种 --format 均可；默认为 new-api"));
        }
        (State::Yes, _) => lines.push(("use --format new-api, the default", "使用 --format new-api（默认）")),
        (_, State::Yes) => lines.push((
            "use --format openai, or set VIDEO_FORMAT=openai",
            "使用 --format openai，或设置 VIDEO_FORMAT=openai",
        )),
        _ => {}
    }
    if survey.is_usable() && is(Feature::List, State::No) {
        lines.push((
            "an order without an answer cannot be found by listing: look in the gateway's task log before you order again",
            "未收到答复的订单无法通过列表确认：重新下单前请查看网关的任务日志",
        ));
    }
    if survey.finding(Feature::IsOwn).is_some_and(|own| own.value.ends_with("docs")) {
        lines.push((
            "it serves clients of the resellers' pages: OpenAI's own clients wait for ever at /v1/videos here",
            "此网关服务于按转售商文档编写的客户端：OpenAI 官方客户端在 /v1/videos 会一直等待",
        ));
    }
    lines.into_iter().map(|both| pick(both, language).to_owned()).collect()
}
