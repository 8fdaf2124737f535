//! The facts under `spec/`, typed: a key nobody knows is an error that names file and key.

mod channel;
mod load;
mod model;
mod param;
mod tables;

use std::collections::BTreeMap;

use serde::Deserialize;

pub(super) use channel::{Carrier, Channel, Member, MetadataForm};
pub(super) use load::load;
pub(super) use model::Model;
pub(super) use param::{Field, Limits, Param, Reach};
pub(super) use tables::{Errors, Phase, Says, Statuses};

/// Everything under `spec/`.
pub(super) struct Spec {
    pub(super) sources: Vec<Source>,
    /// In the order of their file names.
    pub(super) providers: Vec<Provider>,
    pub(super) statuses: Statuses,
    pub(super) errors: Errors,
}

/// `spec/sources.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    pub(super) source: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) id: String,
    pub(super) kind: Confidence,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) date: String,
}

/// How well a fact is known; also the kind of a source.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Confidence {
    OfficialDoc,
    OfficialQuoted,
    SdkSource,
    ThirdParty,
    Derived,
    Unconfirmed,
}

/// `spec/providers/NAME.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) name_zh: String,
    pub(super) vendor: String,
    pub(super) vendor_zh: String,
    pub(super) status: Status,
    pub(super) shutdown_date: Option<String>,
    pub(super) status_note: Option<String>,
    /// Beginnings of model names, in lower case, by which a model nobody listed is taken for this provider's.
    pub(super) prefixes: Vec<String>,
    pub(super) base_urls: Vec<BaseUrl>,
    pub(super) path_prefix: Option<String>,
    pub(super) result_url_ttl_seconds: Option<u64>,
    pub(super) task_ttl_seconds: Option<u64>,
    pub(super) result_url_note: Option<String>,
    pub(super) confidence: Confidence,
    pub(super) sources: Vec<String>,
    pub(super) channel: Channel,
    pub(super) auth: Facts,
    pub(super) limits: Facts,
    pub(super) callback: Facts,
    pub(super) protocol: Protocol,
    #[serde(default)]
    pub(super) rule: Vec<Rule>,
    #[serde(default)]
    pub(super) disagreement: Vec<Disagreement>,
    pub(super) param: Vec<Param>,
    pub(super) model: Vec<Model>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    Active,
    Legacy,
    Deprecated,
    Preview,
    Offline,
    Retired,
    Historical,
    Shutdown,
    GatewayAlias,
    Unconfirmed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BaseUrl {
    pub(super) region: String,
    pub(super) url: String,
}

/// Facts that are read by people only, one a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    #[serde(default)]
    pub(super) schemes: Vec<String>,
    pub(super) supported: Option<bool>,
    pub(super) param: Option<String>,
    pub(super) confidence: Confidence,
    pub(super) sources: Vec<String>,
    #[serde(rename = "facts")]
    pub(super) list: Vec<Fact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) value: toml::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Protocol {
    pub(super) confidence: Confidence,
    pub(super) sources: Vec<String>,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) statuses: Vec<NativeStatus>,
    pub(super) errors: Vec<NativeError>,
    #[serde(default)]
    pub(super) prices: Vec<Price>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Endpoint {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) purpose: String,
    pub(super) generation: Option<String>,
    pub(super) gateway: bool,
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NativeStatus {
    pub(super) native: String,
    pub(super) normalized: String,
    pub(super) terminal: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NativeError {
    pub(super) code: String,
    /// 0 is not confirmed.
    pub(super) http: u16,
    pub(super) retry: Retry,
    pub(super) meaning: String,
    pub(super) disputed: Option<String>,
}

#[derive(Deserialize, Clone, Copy, Debug)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Retry {
    None,
    No,
    Backoff,
    #[serde(rename = "retry")]
    Again,
    ResignOnce,
    AfterFix,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Price {
    pub(super) model: String,
    pub(super) unit: String,
    pub(super) case: Option<String>,
    #[serde(rename = "price")]
    pub(super) amount: toml::Value,
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) models: Vec<String>,
    pub(super) when: BTreeMap<String, toml::Value>,
    pub(super) require: BTreeMap<String, toml::Value>,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) message_zh: String,
    pub(super) confidence: Confidence,
    pub(super) sources: Vec<String>,
    pub(super) notes: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Severity {
    Error,
    Warn,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Disagreement {
    pub(super) id: String,
    pub(super) models: Vec<String>,
    pub(super) field: String,
    pub(super) claims: Vec<Claim>,
    pub(super) advice: String,
    /// The parameter whose other values are let through with a warning.
    pub(super) param: Option<String>,
    #[serde(default)]
    pub(super) accepts: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    pub(super) value: String,
    pub(super) source: String,
}
