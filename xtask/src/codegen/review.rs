//! What the types of the facts cannot say: names that lead nowhere, errors without a source, defaults outside their list.

use std::collections::BTreeSet;

use super::catalog::is_firm;
use super::spec::{Channel, Confidence, MetadataForm, Model, Phase, Provider, Severity, Spec};
use crate::finding::Finding;

pub(super) fn look(spec: &Spec) -> Vec<Finding> {
    let sources: BTreeSet<&str> = spec.sources.iter().map(|source| source.id.as_str()).collect();
    let mut findings = Vec::new();
    let mut models = BTreeSet::new();
    for provider in &spec.providers {
        let mut review =
            Review { path: format!("spec/providers/{}.toml", provider.id), sources: &sources, findings: &mut findings };
        review.provider(provider);
        for name in provider.model.iter().flat_map(|model| model.aliases.iter().chain([&model.id])) {
            if !models.insert(name) {
                review.wrong(&format!("model `{name}`"), "is named twice");
            }
        }
        for status in &provider.protocol.statuses {
            let word = status.native.to_lowercase().replace(['-', ' '], "_");
            let phase = spec.statuses.status.iter().find(|known| known.word == word).map(|known| known.phase);
            if phase.is_some_and(|phase| !agrees(&status.normalized, phase)) {
                review.wrong(&format!("status `{}`", status.native), "means something else in spec/statuses.toml");
            }
        }
    }
    let mut review = Review { path: "spec/statuses.toml".to_owned(), sources: &sources, findings: &mut findings };
    for status in &spec.statuses.status {
        review.sourced(&format!("status `{}`", status.word), &status.sources);
    }
    let mut review = Review { path: "spec/errors.toml".to_owned(), sources: &sources, findings: &mut findings };
    for (index, row) in spec.errors.error.iter().enumerate() {
        review.sourced(&format!("error {}", index + 1), &row.sources);
    }
    findings
}

fn agrees(normalized: &str, phase: Phase) -> bool {
    match normalized {
        "queued" => phase == Phase::Pending,
        "in_progress" => phase == Phase::Running,
        "completed" => phase == Phase::Succeeded,
        "failed" => matches!(phase, Phase::Failed | Phase::Cancelled | Phase::Expired),
        _ => false,
    }
}

struct Review<'a> {
    path: String,
    sources: &'a BTreeSet<&'a str>,
    findings: &'a mut Vec<Finding>,
}

impl Review<'_> {
    fn wrong(&mut self, place: &str, what: &str) {
        self.findings.push(Finding::error(&self.path, 1, format!("{place} {what}"), ""));
    }

    fn sourced(&mut self, place: &str, sources: &[String]) {
        if sources.is_empty() {
            self.wrong(place, "has no source");
        }
        for source in sources {
            if !self.sources.contains(source.as_str()) {
                self.wrong(place, &format!("names the source `{source}`, which spec/sources.toml does not have"));
            }
        }
    }

    fn provider(&mut self, provider: &Provider) {
        self.sourced("the provider", &provider.sources);
        for (name, facts) in [("auth", &provider.auth), ("limits", &provider.limits), ("callback", &provider.callback)]
        {
            self.sourced(name, &facts.sources);
        }
        self.sourced("protocol", &provider.protocol.sources);
        self.channel(provider, &provider.channel);
        let models: BTreeSet<&str> = provider.model.iter().map(|model| model.id.as_str()).collect();
        let endpoints: BTreeSet<&str> =
            provider.protocol.endpoints.iter().map(|endpoint| endpoint.id.as_str()).collect();
        for rule in &provider.rule {
            let place = format!("rule `{}`", rule.id);
            self.sourced(&place, &rule.sources);
            self.models(&place, &rule.models, &models);
            if rule.severity == Severity::Error && !is_firm(rule.confidence, &rule.sources) {
                self.wrong(&place, "is an error without a source: make it a `warn`");
            }
        }
        for dispute in &provider.disagreement {
            let place = format!("disagreement `{}`", dispute.id);
            let claimed: Vec<_> = dispute.claims.iter().map(|claim| claim.source.clone()).collect();
            self.sourced(&place, &claimed);
            self.models(&place, &dispute.models, &models);
            self.known(provider, &place, dispute.param.as_ref());
        }
        for param in &provider.param {
            let place = format!("param `{}`", param.name);
            self.sourced(&place, &param.sources);
            self.default(&place, &param.values, param.default.as_ref());
            self.known(provider, &place, &param.exclusive_with);
            for endpoint in &param.endpoints {
                if !endpoints.contains(endpoint.as_str()) {
                    self.wrong(&place, &format!("names the endpoint `{endpoint}`, which the protocol does not have"));
                }
            }
            for field in &param.fields {
                self.default(&format!("{place}, field `{}`", field.name), &field.values, field.default.as_ref());
            }
        }
        for model in &provider.model {
            self.model(provider, model);
        }
    }

    fn channel(&mut self, provider: &Provider, channel: &Channel) {
        self.sourced("channel", &channel.sources);
        self.sourced("channel.images", &channel.images.sources);
        for model in channel.models.iter().chain(&channel.models_unverified).chain(&channel.models_priced) {
            if !provider.model.iter().any(|known| known.id == *model) {
                self.wrong("channel", &format!("lists the model `{model}`, which is not described"));
            }
        }
        // A body that is passed on as it is may have members the provider does not know.
        if channel.metadata != MetadataForm::Member {
            let targets = channel.member.iter().map(|member| &member.to).filter(|to| *to != "model");
            self.known(provider, "channel.member", targets);
        }
        self.known(provider, "channel.defaults", channel.defaults.iter().map(|default| &default.param));
        self.known(provider, "channel.drops_zero", &channel.drops_zero);
        let models: BTreeSet<&str> = provider.model.iter().map(|model| model.id.as_str()).collect();
        for member in &channel.member {
            self.models("channel.member", &member.models, &models);
            self.models("channel.member", &member.except, &models);
            let paired = member.remark.is_some() == member.remark_zh.is_some()
                && member.absent.is_some() == member.absent_zh.is_some();
            if !paired {
                self.wrong(&format!("channel.member `{}`", member.name), "says something in one language only");
            }
        }
    }

    fn model(&mut self, provider: &Provider, model: &Model) {
        let place = format!("model `{}`", model.id);
        self.sourced(&place, &model.sources);
        self.known(provider, &place, &model.params);
        for limits in &model.limits {
            let place = format!("{place}, limits of `{}`", limits.name);
            if !model.params.contains(&limits.name) {
                self.wrong(&place, "are of a parameter that is not in its `params`");
            }
            self.default(&place, &limits.values, limits.default.as_ref());
        }
        if model.confidence == Confidence::Unconfirmed && model.gateway_passthrough {
            self.wrong(&place, "is unconfirmed, yet said to pass through the gateway");
        }
    }

    fn models(&mut self, place: &str, named: &[String], known: &BTreeSet<&str>) {
        for model in named.iter().filter(|model| *model != "*" && !known.contains(model.as_str())) {
            self.wrong(place, &format!("names the model `{model}`, which is not described"));
        }
    }

    fn known<'n>(&mut self, provider: &Provider, place: &str, names: impl IntoIterator<Item = &'n String>) {
        for name in names {
            if !provider.param.iter().any(|param| param.name == *name) {
                self.wrong(place, &format!("names the parameter `{name}`, which is not described"));
            }
        }
    }

    fn default(&mut self, place: &str, values: &[toml::Value], default: Option<&toml::Value>) {
        if let Some(default) = default.filter(|default| !values.is_empty() && !values.contains(default)) {
            self.wrong(place, &format!("has the default {default}, which is not in its list"));
        }
    }
}
