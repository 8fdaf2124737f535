//! What will become of a request, in words and as JSON.

use serde_json::{Value, json};
use video_catalog::{Fate, FieldReport, Finding, Report, Severity, Target};

use crate::language::Language;
use crate::table;

/// The whole report: who runs it, every field's way, every finding.
pub(crate) fn lines(report: &Report, language: Language) -> Vec<String> {
    let mut lines = vec![head(report, language)];
    let rows: Vec<_> =
        report.fields.iter().map(|field| vec![field.path.clone(), fate(field, report, language)]).collect();
    let findings = report.findings.iter().map(|finding| self::finding(finding, language));
    lines.extend(table::lines(&rows).into_iter().chain(findings).map(|line| format!("  {line}")));
    lines
}

/// Which facts were used, and what they weigh.
fn head(report: &Report, language: Language) -> String {
    let model = report.model.map_or("", |found| found.model.id);
    let endpoint = report.endpoint.unwrap_or_default();
    let counts = counts(report, language);
    match (language, report.provider) {
        (Language::English, None) => "nothing is known of this model".to_owned(),
        (Language::Chinese, None) => "没有该模型的资料".to_owned(),
        (Language::English, Some(provider)) => {
            let model = if model.is_empty() { "a model nobody listed" } else { model };
            format!("{model} by {}, endpoint {endpoint}: {counts}", provider.name)
        }
        (Language::Chinese, Some(provider)) => {
            let model = if model.is_empty() { "目录外的模型" } else { model };
            format!("{model}，{}，接口 {endpoint}：{counts}", provider.name_zh)
        }
    }
}

fn counts(report: &Report, language: Language) -> String {
    let word = |severity, one: &str, many: &str, chinese: &str| match (report.count(severity), language) {
        (0, _) => None,
        (1, Language::English) => Some(format!("1 {one}")),
        (count, Language::English) => Some(format!("{count} {many}")),
        (count, Language::Chinese) => Some(format!("{count} 个{chinese}")),
    };
    let counts = [
        word(Severity::Error, "error", "errors", "错误"),
        word(Severity::Warning, "warning", "warnings", "警告"),
        word(Severity::Notice, "notice", "notices", "提示"),
    ];
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    match language {
        Language::English if counts.is_empty() => "nothing against it".to_owned(),
        Language::Chinese if counts.is_empty() => "没有问题".to_owned(),
        Language::English => counts.join(", "),
        Language::Chinese => counts.join("，"),
    }
}

fn fate(field: &FieldReport, report: &Report, language: Language) -> String {
    let channel = report.provider.map_or("", |provider| provider.channel.name);
    let own = field.path.rsplit('.').next().unwrap_or_default();
    match (language, &field.fate) {
        (Language::English, Fate::Sends { param }) if param == own => "sent".to_owned(),
        (Language::Chinese, Fate::Sends { param }) if param == own => "发送".to_owned(),
        // A number that becomes text under the same name is nothing to think about.
        (Language::English, Fate::MapsTo { param, .. }) if param == "seconds" && own == param => "sent".to_owned(),
        (Language::Chinese, Fate::MapsTo { param, .. }) if param == "seconds" && own == param => "发送".to_owned(),
        (Language::English, Fate::Sends { param }) => format!("sent as {param}"),
        (Language::Chinese, Fate::Sends { param }) => format!("作为 {param} 发送"),
        (Language::English, Fate::MapsTo { param, value }) => format!("mapped to {param} = {value}"),
        (Language::Chinese, Fate::MapsTo { param, value }) => {
            let value = value.replace("a link", "链接").replace("a data URI", "data URI");
            format!("映射为 {param} = {value}")
        }
        (Language::English, Fate::Depends { param }) => {
            format!("sent as {param} by some versions of New API's {channel} channel, ignored by others")
        }
        (Language::Chinese, Fate::Depends { param }) => {
            format!("部分版本的 New API {channel} 渠道会作为 {param} 发送，其余会忽略")
        }
        (Language::English, Fate::Overridden { by }) => format!("overridden by {by}"),
        (Language::Chinese, Fate::Overridden { by }) => format!("被 {by} 覆盖"),
        (Language::English, Fate::Ignored) => format!("ignored by New API's {channel} channel"),
        (Language::Chinese, Fate::Ignored) => format!("被 New API 的 {channel} 渠道忽略"),
        (_, other) => other.to_string(),
    }
}

/// One finding as one line.
pub(crate) fn finding(finding: &Finding, language: Language) -> String {
    match language {
        Language::English => finding.to_string(),
        Language::Chinese => {
            let severity = match finding.severity {
                Severity::Error => "错误",
                Severity::Warning => "警告",
                Severity::Notice => "提示",
            };
            let line = finding.line(video_catalog::Language::Chinese);
            format!("{severity}：{line} [{}]", finding.sources.join(", "))
        }
    }
}

/// The report as an object: `video.check/1`.
pub(crate) fn object(report: &Report, target: Target) -> Value {
    let fields = report.fields.iter().map(|field| {
        let (fate, param, value, by) = match &field.fate {
            Fate::Sends { param } => ("sent", Some(param), None, None),
            Fate::MapsTo { param, value } => ("mapped", Some(param), Some(value), None),
            Fate::Depends { param } => ("depends", Some(param), None, None),
            Fate::Overridden { by } => ("overridden", None, None, Some(by)),
            _ => ("ignored", None, None, None),
        };
        json!({"path": field.path, "fate": fate, "param": param, "value": value, "by": by})
    });
    json!({
        "schema": "video.check/1",
        "target": if target == Target::Videos { "openai" } else { "new-api" },
        "model": report.model.map(|found| found.model.id),
        "provider": report.provider.map(|provider| provider.id),
        "endpoint": report.endpoint,
        "outcome": if report.has_errors() { "invalid" } else { "valid" },
        "fields": fields.collect::<Vec<_>>(),
        "findings": report.findings.iter().map(Finding::to_json).collect::<Vec<_>>(),
    })
}
