//! What the name of the model says, and names nobody knows.

use crate::finding::{Finding, Severity, Text};
use crate::lookup::{Found, NameMatch, find, names};
use crate::near::nearest;
use crate::sent::Sent;
use crate::{Confidence, Model, Provider, Reach, Status, Taken};

/// A model that is in no list: the gateway may have renamed it.
pub(super) fn unknown_model(name: &str, path: &str, provider: Option<&'static Provider>) -> Finding {
    let message = match provider {
        Some(provider) => Text::new(
            format!("the catalogue does not have this model; the channel of {} is assumed", provider.name),
            format!("目录中没有该模型；按 {} 的渠道处理", provider.name_zh),
        ),
        None => Text::new(
            "the catalogue does not have this model, so nothing about it is checked",
            "目录中没有该模型，无法检查",
        ),
    };
    let hint =
        nearest(name, names()).map(|known| Text::new(format!("did you mean {known}?"), format!("是否想写 {known}？")));
    Finding {
        severity: Severity::Notice,
        path: path.to_owned(),
        code: "unknown-model".to_owned(),
        message,
        hint,
        confidence: Confidence::Derived,
        sources: &["derived"],
    }
}

/// The model that runs, if the catalogue has it: the one the request names, unless metadata names another.
pub(super) fn running(
    sent: &Sent<'_>,
    model: &str,
    named: Option<Found>,
    findings: &mut Vec<Finding>,
) -> Option<Found> {
    let provider = sent.provider;
    let over = sent.overridden.iter().find(|over| !over.same && sent.names_the_model(over.param));
    let runs = over.and_then(|over| Some((over, sent.given(over.param)?.value.text()?)));
    let Some((over, runs)) = runs else {
        if named.is_none() {
            findings.push(unknown_model(model, "model", Some(provider)));
        }
        return named;
    };
    let message = Text::new(
        format!("the provider runs {runs}; the gateway chooses the channel and bills by the model of the request"),
        format!("实际运行 {runs}；网关按请求中的 model 选择渠道并计费"),
    );
    findings.push(Finding {
        severity: Severity::Warning,
        path: over.by.clone(),
        code: "runs-as".to_owned(),
        message,
        hint: None,
        confidence: provider.channel.confidence,
        sources: provider.channel.sources,
    });
    let found = find(runs).filter(|found| found.provider.id == provider.id);
    if found.is_none() {
        findings.push(unknown_model(runs, &over.by, Some(provider)));
    }
    found
}

/// What the state of the model and its name are worth saying.
pub(super) fn model(found: &Found, name: &str, findings: &mut Vec<Finding>) {
    let Found { provider, model, matched } = found;
    let mut say = |severity, code: &str, message| {
        let sources = if code == "status" { model.sources } else { provider.channel.sources };
        let (path, code) = ("model".to_owned(), code.to_owned());
        findings.push(Finding { severity, path, code, message, hint: None, confidence: model.confidence, sources });
    };
    let over = matches!(model.status, Status::Offline | Status::Retired | Status::Historical);
    let since = |en: &str, zh: &str| {
        model.end.map_or((String::new(), String::new()), |end| (format!("{en}{end}"), format!("{zh}{end}")))
    };
    if model.status == Status::Shutdown {
        let (en, zh) = since(" for ", "：");
        let message = Text::new(
            format!("the shutdown of {} was announced{en}", model.id),
            format!("{} 已宣布停止服务{zh}", model.id),
        );
        say(Severity::Warning, "status", message);
    } else if over {
        let (en, zh) = since(" since ", "，自 ");
        let message =
            Text::new(format!("{} is {}{en}", model.id, model.status.as_str()), format!("{} 已下线{zh}", model.id));
        say(Severity::Warning, "status", message);
    } else if model.status == Status::Deprecated {
        let (en, zh) = since(", it ends on ", "，停用日期 ");
        let message = Text::new(format!("{} is deprecated{en}", model.id), format!("{} 已弃用{zh}", model.id));
        say(Severity::Warning, "status", message);
    } else if model.status == Status::Unconfirmed {
        let message = Text::new(format!("{} is not confirmed", model.id), format!("{} 未经证实", model.id));
        say(Severity::Notice, "status", message);
    } else if let Some(meaning) = model.resolves_to {
        let message =
            Text::new(format!("a gateway's name; stands for {meaning}"), format!("网关自定义的名称，对应 {meaning}"));
        say(Severity::Notice, "gateway-name", message);
    }
    if !model.listed && *matched == NameMatch::Exact && model.resolves_to.is_none() {
        let channel = provider.channel.name;
        let message = Text::new(
            format!("not in the built-in list of New API's {channel} channel: the operator has to add it"),
            format!("不在 New API {channel} 渠道的内置列表中，需由管理员添加"),
        );
        say(Severity::Notice, "not-listed", message);
    }
    if *matched != NameMatch::Exact && model.id != name {
        let message = Text::new(format!("checked as {}", model.id), format!("按 {} 检查", model.id));
        say(Severity::Notice, "known-as", message);
    }
}

/// Whether the channel speaks the API this model belongs to.
pub(super) fn is_reachable(provider: &'static Provider, model: &Model) -> bool {
    let prompt = provider.channel.members.iter().find(|member| member.name == "prompt");
    let reach = |taken: &Taken| taken.param(provider).map(|param| param.reach);
    let takes_prompt = prompt
        .is_none_or(|member| model.taken(provider, member.to).is_some_and(|taken| reach(taken) != Some(Reach::None)));
    takes_prompt || !model.takes.iter().any(|taken| reach(taken) == Some(Reach::None))
}

/// A model of an API the channel does not speak.
pub(super) fn other_api(provider: &'static Provider, model: &'static Model) -> Finding {
    let channel = provider.channel.name;
    Finding {
        severity: Severity::Warning,
        path: "model".to_owned(),
        code: "other-api".to_owned(),
        message: Text::new(
            format!(
                "{} belongs to an API of {} that New API's {channel} channel does not speak; its parameters are not checked",
                model.id, provider.name
            ),
            format!(
                "{} 属于 {} 的另一套接口，New API 的 {channel} 渠道不支持；不检查其参数",
                model.id, provider.name_zh
            ),
        ),
        hint: None,
        confidence: model.confidence,
        sources: model.sources,
    }
}

/// A prompt that says nothing.
pub(super) fn no_prompt(provider: &'static Provider) -> Finding {
    Finding {
        severity: Severity::Error,
        path: "prompt".to_owned(),
        code: "missing".to_owned(),
        message: Text::new("is empty; the gateway refuses that for every channel", "为空；网关对所有渠道都会拒绝"),
        hint: None,
        confidence: provider.channel.confidence,
        sources: provider.channel.sources,
    }
}

/// The key that was probably meant.
pub(super) fn near_key(provider: &'static Provider, key: &str) -> Option<Text> {
    let paths = provider.params.iter().filter_map(|param| param.metadata_path);
    let known = nearest(key, paths.map(|path| path.rsplit('.').next().unwrap_or(path)))?;
    let path = provider.param(known).and_then(|param| param.metadata_path).unwrap_or(known);
    Some(Text::new(format!("did you mean {path}?"), format!("是否想写 {path}？")))
}
