//! Values: whether the model takes the parameter, whether the value may be that, and what is missing.

use super::Checks;
use crate::finding::{Confidence, Finding, Severity, Text};
use crate::limits::{self, Behind};
use crate::seen::Seen;
use crate::sent::Given;
use crate::{Form, Model, Param, Reach, Taken, ValueType};

pub(super) fn check(checks: &Checks<'_>, findings: &mut Vec<Finding>) {
    for given in checks.sent.given.iter().filter(|given| given.value.is_given()) {
        match given.param {
            Some(param) => known(checks, given, param, findings),
            None => findings.extend(passed_on(checks, given)),
        }
    }
    let Some(model) = checks.model else { return };
    for taken in model.takes {
        let Some(param) = taken.param(checks.provider) else { continue };
        let required = taken.limits.unwrap_or(&param.limits).required;
        if required && checks.sent.given(param.name).is_none() && !is_ruled(checks, param.name) {
            let message = Text::new(format!("{} is required", param.name), format!("缺少必填参数 {}", param.name));
            let path = checks.sent.path(param.name);
            findings.push(behind_of(model, taken, param, false).say("missing", &path, message));
        }
    }
}

/// Whether a rule for this model says that the parameter must be given.
fn is_ruled(checks: &Checks<'_>, param: &str) -> bool {
    let model = checks.model.map_or("", |model| model.id);
    let present =
        |require: &crate::Requirement| matches!(require, crate::Requirement::Present(names) if names.contains(&param));
    checks
        .provider
        .rules
        .iter()
        .any(|rule| rule.is_about(model) && rule.when.is_empty() && rule.require.iter().any(present))
}

fn known(checks: &Checks<'_>, given: &Given<'_>, param: &'static Param, findings: &mut Vec<Finding>) {
    let taken = checks.model.and_then(|model| model.taken(checks.provider, param.name));
    if let (Some(model), None) = (checks.model, taken) {
        findings.extend(not_taken(checks, given, param, model));
        return;
    }
    let limits = taken.and_then(|taken| taken.limits).unwrap_or(&param.limits);
    let lenient = checks.provider.channel.lenient;
    let behind = match (checks.model, taken) {
        (Some(model), Some(taken)) => behind_of(model, taken, param, lenient),
        _ => Behind { severity: Severity::Warning, confidence: param.confidence, sources: param.sources, lenient },
    };
    if !limits::has_type(&given.value, limits.value_type, lenient) {
        // The gateway decodes these keys into its own types; the others it does not look at.
        let decoded = matches!(param.reach, Reach::TopLevel | Reach::Metadata);
        let severity = if decoded { Severity::Error } else { Severity::Warning };
        findings.push(checks.of_channel(
            severity,
            "wrong-type",
            &given.path,
            limits::wrong_type(limits.value_type),
            None,
        ));
        return;
    }
    if let Some(dispute) = disputed(checks, given, param) {
        findings.push(dispute);
    } else if !matches!(given.value, Seen::Content) {
        limits::check(&given.value, limits, &given.path, behind, findings);
    }
    if let (Seen::Json(json), false) = (&given.value, param.fields.is_empty()) {
        limits::check_members(json, param.fields, &given.path, behind, findings);
    }
    findings.extend(elsewhere(checks, given, param));
}

fn behind_of(model: &Model, taken: &Taken, param: &Param, lenient: bool) -> Behind {
    let (confidence, sources) =
        if taken.limits.is_some() { (model.confidence, model.sources) } else { (param.confidence, param.sources) };
    let severity = if taken.firm { Severity::Error } else { Severity::Warning };
    Behind { severity, confidence, sources, lenient }
}

impl Behind {
    fn say(self, code: &str, path: &str, message: Text) -> Finding {
        let Self { severity, confidence, sources, .. } = self;
        Finding { severity, path: path.to_owned(), code: code.to_owned(), message, hint: None, confidence, sources }
    }
}

/// A value that is not in the list, but some source has.
fn disputed(checks: &Checks<'_>, given: &Given<'_>, param: &Param) -> Option<Finding> {
    let model = checks.model?;
    let dispute = checks.provider.disputes.iter().find(|dispute| {
        let about = dispute.models.iter().any(|name| *name == "*" || *name == model.id);
        about && dispute.param == param.name && dispute.accepts.iter().any(|word| given.value.says(word))
    })?;
    let shown = given.value.shown();
    Some(Finding {
        severity: Severity::Warning,
        path: given.path.clone().into_owned(),
        code: format!("{}/{}", checks.provider.id, dispute.id),
        message: Text::new(
            format!("sources disagree whether {} takes `{shown}`", model.id),
            format!("{} 是否接受 `{shown}`，各来源说法不一", model.id),
        ),
        hint: None,
        confidence: Confidence::ThirdParty,
        sources: dispute.sources,
    })
}

/// A parameter of the provider that this model does not take.
fn not_taken(checks: &Checks<'_>, given: &Given<'_>, param: &'static Param, model: &'static Model) -> Option<Finding> {
    let named = checks.sent.names_the_model(param.name);
    let unknown = model.confidence == Confidence::Unconfirmed;
    if named || unknown || checks.is_covered(param.name) || !checks.sent.is_asked_for(given) {
        return None;
    }
    let sure = matches!(model.confidence, Confidence::OfficialDoc | Confidence::OfficialQuoted | Confidence::SdkSource);
    let picture = matches!(given.value, Seen::Picture(_) | Seen::Pictures(_));
    // How a release sends pictures of a model it does not list is not known.
    let sent =
        matches!(param.reach, Reach::TopLevel | Reach::Metadata) && (given.in_metadata || (picture && model.listed));
    let holds_pictures = |param: &&Param| {
        let media = param.fields.iter().any(|field| field.name.contains("image") || field.name == "url");
        media && param.limits.value_type == ValueType::Objects && param.reach == Reach::Metadata
    };
    let other = || model.takes.iter().filter_map(|taken| taken.param(checks.provider)).find(holds_pictures);
    let hint = other().filter(|_| picture).and_then(|param| param.metadata_path);
    let hint = hint.map(|key| Text::new(format!("give metadata.{key}"), format!("请用 metadata.{key}")));
    let message =
        Text::new(format!("{} does not take {}", model.id, param.name), format!("{} 不支持 {}", model.id, param.name));
    Some(Finding {
        severity: if sure && sent { Severity::Error } else { Severity::Warning },
        path: given.path.clone().into_owned(),
        code: "not-taken".to_owned(),
        message,
        hint,
        confidence: model.confidence,
        sources: model.sources,
    })
}

/// A parameter the model takes, but at another endpoint than the one this request goes to.
fn elsewhere(checks: &Checks<'_>, given: &Given<'_>, param: &'static Param) -> Option<Finding> {
    let endpoint = checks.sent.endpoint?;
    if param.endpoints.is_empty() || param.endpoints.contains(&endpoint) || checks.is_covered(param.name) {
        return None;
    }
    let message = Text::new(
        format!(
            "{} is for {}; this request goes to {endpoint}, where it has no effect",
            param.name,
            param.endpoints.join(", ")
        ),
        format!("{} 用于 {}；该请求发往 {endpoint}，不起作用", param.name, param.endpoints.join("、")),
    );
    let severity = if given.in_metadata { Severity::Warning } else { Severity::Notice };
    Some(Finding {
        severity,
        path: given.path.clone().into_owned(),
        code: "elsewhere".to_owned(),
        message,
        hint: None,
        confidence: param.confidence,
        sources: param.sources,
    })
}

/// A member the body has and the provider does not know, where the body is passed on as it is.
fn passed_on(checks: &Checks<'_>, given: &Given<'_>) -> Option<Finding> {
    if given.in_metadata || given.name == "model" || checks.is_covered(given.name) {
        return None;
    }
    let message = Text::new(
        format!("is passed on as {}, which {} does not know and may refuse", given.name, checks.provider.name),
        format!("会以 {} 转发，{} 不认识该字段，可能拒绝", given.name, checks.provider.name_zh),
    );
    Some(checks.of_channel(Severity::Warning, "unknown-member", &given.path, message, None))
}

impl crate::sent::Sent<'_> {
    /// Whether it was asked for, and is not what the channel sends anyway.
    fn is_asked_for(&self, given: &Given<'_>) -> bool {
        let tabled = self.has_form(given.name, |form| matches!(form, Form::Table(..)));
        let always =
            self.provider.channel.defaults.iter().any(|(name, word)| *name == given.name && given.value.says(word));
        given.in_metadata || !(tabled && always)
    }
}
