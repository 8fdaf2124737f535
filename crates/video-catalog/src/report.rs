//! What will become of a request: every field's way, and everything worth knowing before it is sent.

mod images;
mod names;
mod pictures;
mod values;

use std::fmt;

use video_types::Generation;

use crate::evaluate;
use crate::finding::{Finding, Severity, Text};
use crate::lookup::{Found, find, provider_of};
use crate::sent::{Given, Lost, Sent};
use crate::{Confidence, Model, Provider, Reach, Target};

/// What becomes of a field on its way to the provider.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fate {
    /// It arrives as it is, as this parameter.
    Sends {
        /// The provider's name for it.
        param: String,
    },
    /// It arrives as something else.
    MapsTo {
        /// The provider's name for it.
        param: String,
        /// What arrives, for people.
        value: String,
    },
    /// Whether it arrives depends on the gateway's version.
    Depends {
        /// The provider's name for it.
        param: String,
    },
    /// It does not arrive: metadata says something for the same parameter, and wins.
    Overridden {
        /// Where it says so.
        by: String,
    },
    /// It does not arrive.
    Ignored,
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sends { param } => write!(f, "sends {param}"),
            Self::MapsTo { param, value } => write!(f, "maps to {param} = {value}"),
            Self::Depends { param } => write!(f, "sends {param}, in some versions of the gateway"),
            Self::Overridden { by } => write!(f, "overridden by {by}"),
            Self::Ignored => f.write_str("ignored"),
        }
    }
}

/// One field of the request and one parameter it reaches; a field that reaches two is there twice.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldReport {
    /// Where in the [`Generation`]: `prompt`, `size`, `metadata.seed`, …
    pub path: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What will become of a request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The model whose facts were used: the one that runs, if metadata names another.
    pub model: Option<Found>,
    /// Its provider; for a model nobody listed, the one whose models have names like it.
    pub provider: Option<&'static Provider>,
    /// The provider's endpoint the channel calls.
    pub endpoint: Option<&'static str>,
    /// Every field that is given; empty without a provider.
    pub fields: Vec<FieldReport>,
    /// Everything worth knowing, the heaviest first, then by place.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings weigh this much.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether anything is an error.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }
}

/// Holds a request against the facts about its model and the channel that would carry it.
///
/// Never fails: what is not known is not checked, and an unknown model is a notice. Without allocation that grows with
/// the catalogue.
pub fn report(generation: &Generation, target: Target) -> Report {
    report_as(generation.model.as_str(), generation, target)
}

/// The same for a request whose model the gateway lists under another name: the facts are those of `model`.
pub fn report_as(model: &str, generation: &Generation, target: Target) -> Report {
    let mut findings = Vec::new();
    let named = find(model);
    let Some(provider) = named.map(|found| found.provider).or_else(|| provider_of(model)) else {
        findings.extend(pictures::guessed(generation));
        findings.push(names::unknown_model(model, "model", None));
        return Report { model: None, provider: None, endpoint: None, fields: Vec::new(), findings };
    };
    let known_as = named.map_or(model, |found| found.model.id);
    let mut sent = Sent::new(provider, generation, (model, known_as), target);
    let found = names::running(&sent, model, named, &mut findings);
    if let Some(found) = &found {
        names::model(found, model, &mut findings);
    }
    let found_model = found.map(|found| found.model);
    if let Some(model) = found_model {
        sent.taken = model.takes;
    }
    sent.endpoint = provider.channel.endpoints.iter().find(|(_, when)| evaluate::holds(when, &sent)).map(|(id, _)| *id);
    let reachable = found_model.is_none_or(|model| names::is_reachable(provider, model));
    let checks = Checks { sent: &sent, model: found_model.filter(|_| reachable), provider };
    if let (false, Some(model)) = (reachable, found_model) {
        findings.push(names::other_api(provider, model));
    }
    if generation.prompt.trim().is_empty() {
        findings.push(names::no_prompt(provider));
    }
    checks.losses(&mut findings);
    checks.remarks(generation, &mut findings);
    if reachable {
        images::check(generation, target, &checks, &mut findings);
        pictures::check(generation, &checks, &mut findings);
        values::check(&checks, &mut findings);
        checks.rules(&mut findings);
    }
    findings.sort_by(|one, other| other.severity.cmp(&one.severity).then_with(|| one.path.cmp(&other.path)));
    Report { model: found, provider: Some(provider), endpoint: sent.endpoint, fields: fields(&sent), findings }
}

/// What all checks look at.
pub(crate) struct Checks<'a> {
    pub(crate) sent: &'a Sent<'a>,
    pub(crate) model: Option<&'static Model>,
    pub(crate) provider: &'static Provider,
}

impl Checks<'_> {
    /// Whether a rule for this model says better what is wrong with giving this parameter.
    pub(crate) fn is_covered(&self, param: &str) -> bool {
        let model = self.model.map_or("", |model| model.id);
        self.provider.rules.iter().any(|rule| rule.is_about(model) && rule.covers(param))
    }

    /// A finding the channel is the source of.
    pub(crate) fn of_channel(
        &self,
        severity: Severity,
        code: &str,
        path: &str,
        message: Text,
        hint: Option<Text>,
    ) -> Finding {
        Finding {
            severity,
            path: path.to_owned(),
            code: code.to_owned(),
            message,
            hint,
            confidence: self.provider.channel.confidence,
            sources: self.provider.channel.sources,
        }
    }

    fn losses(&self, findings: &mut Vec<Finding>) {
        for lost in &self.sent.lost {
            // Of pictures that are read but not sent, their form says why.
            let said = lost.is_read && lost.path == "images";
            if said || (lost.in_metadata && self.is_covered(lost.name)) {
                continue;
            }
            findings.push(self.loss(lost));
        }
        for over in &self.sent.overridden {
            if self.sent.names_the_model(over.param) {
                continue;
            }
            let severity = if over.same { Severity::Notice } else { Severity::Warning };
            let message = Text::new(
                format!("{} is given too, and metadata wins", over.by),
                format!("同时给出了 {}，以 metadata 为准", over.by),
            );
            findings.push(self.of_channel(severity, "overridden", &over.path, message, None));
        }
    }

    fn loss(&self, lost: &Lost<'_>) -> Finding {
        let channel = self.provider.channel.name;
        let message = if lost.in_metadata {
            Text::new(
                format!("New API's {channel} channel does not know this key and drops it"),
                format!("New API 的 {channel} 渠道不认识该字段，会直接丢弃"),
            )
        } else {
            Text::new(
                format!("New API's {channel} channel does not read it here"),
                format!("New API 的 {channel} 渠道在此不读取该字段"),
            )
        };
        let hint = match (lost.remark, self.instead(lost)) {
            (Some((en, zh)), _) => Some(Text::new(en, zh)),
            (None, Some(key)) => Some(Text::new(format!("give metadata.{key}"), format!("请用 metadata.{key}"))),
            (None, None) if lost.in_metadata => names::near_key(self.provider, lost.name),
            (None, None) => None,
        };
        self.of_channel(Severity::Warning, "ignored", &lost.path, message, hint)
    }

    /// The metadata key that does what was meant.
    fn instead(&self, lost: &Lost<'_>) -> Option<&'static str> {
        if lost.name == "images" && !lost.in_metadata {
            return match self.provider.channel.images.carrier {
                crate::Carrier::MetadataKey(key) => Some(key),
                _ => None,
            };
        }
        let same = if lost.name == "seconds" { self.provider.param("duration").or(lost.param) } else { lost.param };
        let arrives = same.filter(|param| matches!(param.reach, Reach::TopLevel | Reach::Metadata))?;
        let taken = self.model.is_none_or(|model| model.taken(self.provider, arrives.name).is_some());
        arrives.metadata_path.filter(|_| taken)
    }

    fn remarks(&self, generation: &Generation, findings: &mut Vec<Finding>) {
        for (path, en, zh) in &self.sent.remarks {
            if self.sent.overridden.iter().any(|over| over.path == *path) {
                continue;
            }
            findings.push(self.of_channel(Severity::Notice, "remark", path, Text::new(*en, *zh), None));
        }
        for (path, value, param, becomes) in &self.sent.untabled {
            if self.sent.overridden.iter().any(|over| over.path == *path) {
                continue;
            }
            let channel = self.provider.channel.name;
            let message = Text::new(
                format!("New API's {channel} channel has no {param} for `{value}` and sends {becomes}"),
                format!("New API 的 {channel} 渠道没有与 `{value}` 对应的 {param}，会发送 {becomes}"),
            );
            findings.push(self.of_channel(Severity::Warning, "becomes", path, message, None));
        }
        for member in self.provider.channel.members {
            let Some((en, zh, unless)) = member.absent else { continue };
            let given = match member.name {
                "size" => generation.size.is_some(),
                "seconds" | "duration" => generation.seconds.is_some(),
                "mode" => generation.mode.is_some(),
                _ => true,
            };
            if !given && unless.iter().all(|name| self.sent.given(name).is_none()) {
                let message = Text::new(en, zh);
                // What nobody asked for is what will be paid for.
                findings.push(self.of_channel(Severity::Warning, "remark", member.name, message, None));
            }
        }
        for given in &self.sent.given {
            findings.extend(self.reach(given));
        }
    }

    /// What the channel does to a metadata key it was given.
    fn reach(&self, given: &Given<'_>) -> Option<Finding> {
        let param = given.param.filter(|_| given.in_metadata)?;
        let channel = self.provider.channel.name;
        let message = match param.reach {
            Reach::Dropped | Reach::None => Text::new(
                format!("New API's {channel} channel drops it without an error"),
                format!("New API 的 {channel} 渠道会直接丢弃，不报错"),
            ),
            Reach::VersionDependent => Text::new(
                format!("some versions of New API's {channel} channel drop it without an error"),
                format!("部分版本的 New API {channel} 渠道会直接丢弃，不报错"),
            ),
            _ if self.provider.channel.drops_zero.contains(&param.name) && given.value.number() == Some(0.0) => {
                Text::new(
                    format!("New API's {channel} channel cannot send 0: the default is taken"),
                    format!("New API 的 {channel} 渠道无法发送 0，会使用默认值"),
                )
            }
            _ => return None,
        };
        Some(self.of_channel(Severity::Warning, "dropped", &given.path, message, None))
    }

    fn rules(&self, findings: &mut Vec<Finding>) {
        // Of a model nobody listed nothing is certain; what holds for every model of the provider is worth a warning.
        let (name, heaviest) = self.model.map_or(("", Severity::Warning), |model| (model.id, Severity::Error));
        for rule in self.provider.rules.iter().filter(|rule| rule.is_about(name)) {
            let Some(path) = evaluate::broken(rule, self.sent) else { continue };
            findings.push(Finding {
                // What nobody sourced is never an error, whatever the rule says.
                severity: rule.severity.min(if rule.confidence == Confidence::Unconfirmed {
                    Severity::Warning
                } else {
                    heaviest
                }),
                path,
                code: format!("{}/{}", self.provider.id, rule.id),
                message: Text::new(rule.message, rule.message_zh),
                hint: None,
                confidence: rule.confidence,
                sources: rule.sources,
            });
        }
    }
}

fn fields(sent: &Sent<'_>) -> Vec<FieldReport> {
    let given = sent.given.iter().filter(|given| given.value.is_given()).filter_map(|given| {
        let param = given.name.to_owned();
        let fate = match given.param.map(|param| param.reach) {
            _ if !given.in_metadata => as_member(sent, given),
            None => return None,
            Some(Reach::Dropped | Reach::None) => Fate::Ignored,
            Some(Reach::VersionDependent) => Fate::Depends { param },
            Some(_) => Fate::Sends { param },
        };
        Some(FieldReport { path: given.path.clone().into_owned(), fate })
    });
    let mut fields: Vec<FieldReport> = given.collect();
    let lost = sent.lost.iter().map(|lost| FieldReport { path: lost.path.clone().into_owned(), fate: Fate::Ignored });
    fields.extend(lost);
    let over = sent.overridden.iter();
    fields.extend(over.map(|over| FieldReport {
        path: over.path.clone().into_owned(),
        fate: Fate::Overridden { by: over.by.clone() },
    }));
    fields.sort_by_key(|field| field.path.starts_with("metadata."));
    fields
}

fn as_member(sent: &Sent<'_>, given: &Given<'_>) -> Fate {
    let param = given.name.to_owned();
    let renamed = sent.has_form(given.name, |form| !matches!(form, crate::Form::Same)) && given.name != "prompt";
    if renamed { Fate::MapsTo { param, value: given.value.shown() } } else { Fate::Sends { param } }
}
