//! The profile file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use video_protocol::{Bearer, Endpoint, Error};

use crate::complaint::What;

/// Name of the file in the home folder.
pub(crate) const FILE: &str = "profiles.toml";

/// All profiles, in the file's own form.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profiles {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// One gateway.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) base_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// How much of prompts the journal keeps: `stored` or `hashed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) journal_prompts: Option<String>,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile").field("base_url", &self.base_url).field("model", &self.model).finish_non_exhaustive()
    }
}

impl Profile {
    /// Host, port and prefix of the gateway; `None` if the URL is none.
    fn origin(&self) -> Option<String> {
        origin_of(&self.base_url)
    }
}

/// Host, port and prefix of a gateway; `None` if the URL is none.
pub(crate) fn origin_of(base_url: &str) -> Option<String> {
    Endpoint::new(base_url, Bearer::new("none").ok()?).ok().map(|endpoint| endpoint.origin())
}

impl Profiles {
    /// Reads the file; a missing one is no profiles.
    pub(crate) fn read(home: &Path) -> Result<Self, Error> {
        let file = home.join(FILE);
        let path = || file.display().to_string();
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => return Err(What::ProfilesUnreadable { path: path() }.because(cause)),
        };
        // The parser's own error would repeat the line, which may hold a key; its message does not.
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            What::ProfilesDamaged { path: path(), line }.because(error.message().to_owned())
        })
    }

    /// Writes the file whole, readable by its owner only.
    pub(crate) fn write(&self, home: &Path) -> Result<(), Error> {
        let failed =
            |cause: io::Error| What::ProfilesUnwritable { path: home.join(FILE).display().to_string() }.because(cause);
        fs::create_dir_all(home).map_err(failed)?;
        let text = toml::to_string_pretty(self).map_err(|error| failed(io::Error::other(error)))?;
        // A temporary file is made for its owner alone, and keeps that when it is renamed.
        let mut file = tempfile::NamedTempFile::new_in(home).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(home.join(FILE)).map(drop).map_err(|error| failed(error.error))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.profiles.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    pub(crate) fn default_name(&self) -> Option<&str> {
        self.default.as_deref()
    }

    pub(crate) fn default_profile(&self) -> Option<(&str, &Profile)> {
        let name = self.default.as_deref()?;
        Some((name, self.get(name)?))
    }

    /// The profile of a gateway.
    pub(crate) fn at(&self, origin: &str) -> Option<(&str, &Profile)> {
        self.iter().find(|(_, profile)| profile.origin().as_deref() == Some(origin))
    }

    /// Adds or replaces a profile; the first one becomes the default.
    pub(crate) fn insert(&mut self, name: &str, profile: Profile) {
        self.profiles.insert(name.to_owned(), profile);
        self.default.get_or_insert_with(|| name.to_owned());
    }

    pub(crate) fn make_default(&mut self, name: &str) -> bool {
        let known = self.profiles.contains_key(name);
        if known {
            self.default = Some(name.to_owned());
        }
        known
    }

    pub(crate) fn remove(&mut self, name: &str) -> bool {
        if self.default.as_deref() == Some(name) {
            self.default = None;
        }
        self.profiles.remove(name).is_some()
    }
}
