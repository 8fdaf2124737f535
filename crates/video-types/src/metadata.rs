//! The open `metadata` object of a request, and typed views of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The open `metadata` object of a request: provider parameters by the provider's own names.
///
/// Keys are sorted, so equal metadata is encoded to equal bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(BTreeMap<String, Value>);

/// A typed view of the keys one provider understands.
///
/// A view keeps the keys it does not know, so that reading and merging back changes nothing.
pub trait ProviderMetadata: Serialize + DeserializeOwned {
    /// Short provider name, used in errors.
    const PROVIDER: &'static str;
}

impl Metadata {
    /// Sets one key verbatim.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.insert(key, value);
        self
    }

    /// Sets one key verbatim and returns what stood there.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(key.into(), value.into())
    }

    /// The value of one key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Whether no key is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Overlays the fields `typed` sets and leaves every other key alone.
    ///
    /// Shallow, as the gateway merges: one key, one owner, the last write wins.
    pub fn merge<M: ProviderMetadata>(&mut self, typed: &M) -> Result<(), MetadataError> {
        match serde_json::to_value(typed) {
            Ok(Value::Object(fields)) => {
                self.0.extend(fields);
                Ok(())
            }
            Ok(_) => Err(MetadataError { provider: M::PROVIDER, source: None }),
            Err(source) => Err(MetadataError { provider: M::PROVIDER, source: Some(source) }),
        }
    }

    /// Reads the object as one provider's typed metadata.
    pub fn view<M: ProviderMetadata>(&self) -> Result<M, MetadataError> {
        let object = self.0.clone().into_iter().collect();
        serde_json::from_value(Value::Object(object))
            .map_err(|source| MetadataError { provider: M::PROVIDER, source: Some(source) })
    }
}

impl FromIterator<(String, Value)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Metadata that does not fit a provider's typed view.
#[derive(Debug)]
pub struct MetadataError {
    provider: &'static str,
    source: Option<serde_json::Error>,
}

impl MetadataError {
    /// Provider whose view was asked for.
    pub fn provider(&self) -> &'static str {
        self.provider
    }
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "metadata does not have the form {} expects", self.provider)
    }
}

impl std::error::Error for MetadataError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
