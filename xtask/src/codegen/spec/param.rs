//! Parameters as facts, and what their values may be.

use serde::Deserialize;

use super::Confidence;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Param {
    pub(in crate::codegen) name: String,
    #[serde(rename = "type")]
    pub(in crate::codegen) kind: String,
    #[serde(default, rename = "enum")]
    pub(in crate::codegen) values: Vec<toml::Value>,
    pub(in crate::codegen) min: Option<f64>,
    pub(in crate::codegen) max: Option<f64>,
    pub(in crate::codegen) min_chars: Option<u32>,
    pub(in crate::codegen) max_chars: Option<u32>,
    pub(in crate::codegen) min_items: Option<u32>,
    pub(in crate::codegen) max_items: Option<u32>,
    pub(in crate::codegen) default: Option<toml::Value>,
    pub(in crate::codegen) unit: Option<String>,
    #[serde(default)]
    pub(in crate::codegen) required: bool,
    pub(in crate::codegen) zero_value: Option<String>,
    #[serde(default)]
    pub(in crate::codegen) examples: Vec<toml::Value>,
    pub(in crate::codegen) description: String,
    pub(in crate::codegen) endpoints: Vec<String>,
    pub(in crate::codegen) gateway: Reach,
    pub(in crate::codegen) gateway_key: Option<String>,
    pub(in crate::codegen) location: Option<String>,
    /// Whether the typed metadata has a field for it.
    #[serde(default = "yes")]
    pub(in crate::codegen) typed: bool,
    /// Whether a key of the metadata object can set it, as far as the channel knows it at all.
    #[serde(default = "yes")]
    pub(in crate::codegen) in_metadata: bool,
    #[serde(default)]
    pub(in crate::codegen) exclusive_with: Vec<String>,
    pub(in crate::codegen) requires: Option<String>,
    #[serde(default)]
    pub(in crate::codegen) fields: Vec<Field>,
    pub(in crate::codegen) confidence: Confidence,
    pub(in crate::codegen) sources: Vec<String>,
    pub(in crate::codegen) notes: Option<String>,
}

fn yes() -> bool {
    true
}

/// What the gateway's channel does with a parameter.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(in crate::codegen) enum Reach {
    TopLevel,
    Metadata,
    VersionDependent,
    Dropped,
    Passthrough,
    None,
}

/// A member of an object parameter; dots descend.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Field {
    pub(in crate::codegen) name: String,
    #[serde(rename = "type")]
    pub(in crate::codegen) kind: String,
    #[serde(default, rename = "enum")]
    pub(in crate::codegen) values: Vec<toml::Value>,
    pub(in crate::codegen) min: Option<f64>,
    pub(in crate::codegen) max: Option<f64>,
    pub(in crate::codegen) max_chars: Option<u32>,
    pub(in crate::codegen) min_items: Option<u32>,
    pub(in crate::codegen) max_items: Option<u32>,
    pub(in crate::codegen) default: Option<toml::Value>,
    pub(in crate::codegen) note: Option<String>,
}

/// What holds for one parameter of one model, in place of everything its `param` says of values.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Limits {
    pub(in crate::codegen) name: String,
    #[serde(rename = "type")]
    pub(in crate::codegen) kind: String,
    #[serde(default, rename = "enum")]
    pub(in crate::codegen) values: Vec<toml::Value>,
    pub(in crate::codegen) min: Option<f64>,
    pub(in crate::codegen) max: Option<f64>,
    pub(in crate::codegen) min_chars: Option<u32>,
    pub(in crate::codegen) max_chars: Option<u32>,
    pub(in crate::codegen) min_items: Option<u32>,
    pub(in crate::codegen) max_items: Option<u32>,
    pub(in crate::codegen) default: Option<toml::Value>,
    pub(in crate::codegen) unit: Option<String>,
    #[serde(default)]
    pub(in crate::codegen) required: bool,
    #[serde(default)]
    pub(in crate::codegen) examples: Vec<toml::Value>,
}
