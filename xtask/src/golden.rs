//! `[workspace.metadata.golden]`: which golden texts each crate has, and why it lacks one.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::Failure;
use crate::cargo::{Metadata, Package};

/// Texts that a change of a crate shows up in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Text {
    /// The listing of its public API.
    Api,
    /// What goes over the wire, as sent.
    Wire,
    /// What it does, as a transcript.
    Behaviour,
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Api => "API listing",
            Self::Wire => "wire transcripts",
            Self::Behaviour => "behaviour transcripts",
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// A file or folder of the crate with snapshots of the wire.
    pub(crate) wire: Option<String>,
    /// A file or folder of the crate with snapshots of behaviour.
    pub(crate) behaviour: Option<String>,
    /// Why there is no text of this kind.
    #[serde(default)]
    pub(crate) none: BTreeMap<Text, String>,
}

pub(crate) struct Golden {
    rows: BTreeMap<String, Row>,
}

impl Golden {
    pub(crate) fn read(metadata: &Metadata) -> Result<Self, Failure> {
        let golden = metadata.custom.as_ref().and_then(|custom| custom.get("golden"));
        let golden = golden.ok_or("Cargo.toml has no [workspace.metadata.golden]")?;
        let rows = BTreeMap::deserialize(golden).map_err(|e| format!("[workspace.metadata.golden]: {e}"))?;
        Ok(Self { rows })
    }

    pub(crate) fn row(&self, package: &str) -> Option<&Row> {
        self.rows.get(package)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// Packages whose library has a listing, each with the name of that library.
    pub(crate) fn listed<'a>(&'a self, metadata: &'a Metadata) -> impl Iterator<Item = (&'a Package, String)> {
        let libraries = metadata.packages.iter().filter_map(|package| Some((package, package.library()?)));
        libraries.filter(|(package, _)| self.row(&package.name).is_none_or(|row| !row.none.contains_key(&Text::Api)))
    }
}
