//! What New API's channel for a provider makes of a request, as facts.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Confidence;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Channel {
    pub(in crate::codegen) name: String,
    pub(in crate::codegen) native_prefix: Option<String>,
    /// Models in its built-in list.
    pub(in crate::codegen) models: Vec<String>,
    #[serde(default)]
    pub(in crate::codegen) models_unverified: Vec<String>,
    #[serde(default)]
    pub(in crate::codegen) models_priced: Vec<String>,
    pub(in crate::codegen) note: Option<String>,
    pub(in crate::codegen) metadata: MetadataForm,
    pub(in crate::codegen) images: Images,
    /// Whether it takes numbers and flags that are spelled as text.
    #[serde(default)]
    pub(in crate::codegen) lenient: bool,
    /// Parameters whose zero it cannot send.
    #[serde(default)]
    pub(in crate::codegen) drops_zero: Vec<String>,
    pub(in crate::codegen) confidence: Confidence,
    pub(in crate::codegen) sources: Vec<String>,
    /// What it sends where the request says nothing.
    #[serde(default)]
    pub(in crate::codegen) defaults: Vec<Default>,
    /// Which endpoint it calls: the first whose condition holds.
    pub(in crate::codegen) endpoints: Vec<Choice>,
    /// Members of a request it does not read.
    #[serde(default)]
    pub(in crate::codegen) ignores: Vec<String>,
    pub(in crate::codegen) member: Vec<Member>,
}

/// How the metadata object reaches the provider.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(in crate::codegen) enum MetadataForm {
    /// Its keys are laid over the native request.
    Merged,
    /// The same, and the native request has levels: `input`, `parameters`.
    Nested,
    /// It is sent as it is, as a member `metadata`.
    Member,
}

/// How a picture has to be given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Images {
    pub(in crate::codegen) carrier: Carrier,
    /// The metadata key, for that carrier.
    pub(in crate::codegen) key: Option<String>,
    pub(in crate::codegen) link: bool,
    pub(in crate::codegen) data_uri: bool,
    pub(in crate::codegen) base64: bool,
    pub(in crate::codegen) sources: Vec<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(in crate::codegen) enum Carrier {
    /// The member `image` or `images`.
    Image,
    /// A key of the metadata object.
    Metadata,
    /// A file part of a form.
    File,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Default {
    pub(in crate::codegen) param: String,
    pub(in crate::codegen) value: toml::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Choice {
    pub(in crate::codegen) id: String,
    pub(in crate::codegen) when: BTreeMap<String, toml::Value>,
}

/// One member of a request and the parameter it reaches.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::codegen) struct Member {
    pub(in crate::codegen) name: String,
    pub(in crate::codegen) to: String,
    /// Only for these models, if any are named.
    #[serde(default)]
    pub(in crate::codegen) models: Vec<String>,
    /// Not for these models.
    #[serde(default)]
    pub(in crate::codegen) except: Vec<String>,
    /// What becomes of the value; as it is if absent.
    pub(in crate::codegen) form: Option<String>,
    /// For `table` and `contains`: text of the value and what is sent for it.
    #[serde(default)]
    pub(in crate::codegen) table: Vec<(String, toml::Value)>,
    /// What is sent for a value that no row has.
    pub(in crate::codegen) otherwise: Option<toml::Value>,
    /// Said whenever the member is given.
    pub(in crate::codegen) remark: Option<String>,
    pub(in crate::codegen) remark_zh: Option<String>,
    /// Said when the member is not given, nor any parameter of `absent_unless`.
    pub(in crate::codegen) absent: Option<String>,
    pub(in crate::codegen) absent_zh: Option<String>,
    #[serde(default)]
    pub(in crate::codegen) absent_unless: Vec<String>,
}
