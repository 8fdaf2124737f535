//! Providers, models and sources by name.

use crate::generated::{NAMES, PROVIDERS, SOURCES};
use crate::near::nearest;
use crate::{Kind, Model, Provider, Source};

/// Every provider, by id.
pub fn providers() -> &'static [&'static Provider] {
    PROVIDERS
}

/// The provider of this id, such as `kling`.
pub fn provider(id: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.id == id).copied()
}

/// Every source, by id.
pub fn sources() -> &'static [Source] {
    SOURCES
}

/// The source of this id, as findings name it.
pub fn source(id: &str) -> Option<&'static Source> {
    SOURCES.binary_search_by(|source| source.id.cmp(id)).ok().map(|index| &SOURCES[index])
}

/// How a name led to its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameMatch {
    /// It is the name of the model.
    Exact,
    /// It is another name of the model.
    Alias,
    /// It is such a name in other letter case, or with something and a `/` in front, as resellers list models.
    Spelling,
}

/// A model that was found by name.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// Whose it is.
    pub provider: &'static Provider,
    /// The model.
    pub model: &'static Model,
    /// How the name led to it.
    pub matched: NameMatch,
}

/// The model a name stands for: its own name, an alias, or one of these as resellers spell it.
///
/// ```
/// use video_catalog::{NameMatch, find};
///
/// assert_eq!(find("kling-v1").map(|found| found.matched), Some(NameMatch::Exact));
/// assert_eq!(find("Kling/KLING-V1").map(|found| found.model.id), Some("kling-v1"));
/// assert_eq!(find("sandbox-1"), None);
/// ```
pub fn find(name: &str) -> Option<Found> {
    if let Ok(row) = NAMES.binary_search_by(|(known, ..)| (*known).cmp(name)) {
        let matched = if NAMES[row].3 { NameMatch::Exact } else { NameMatch::Alias };
        return found(row, matched);
    }
    let bare = name.rsplit('/').next().unwrap_or(name).trim();
    let row = NAMES.iter().position(|(known, ..)| known.eq_ignore_ascii_case(bare))?;
    found(row, NameMatch::Spelling)
}

fn found(row: usize, matched: NameMatch) -> Option<Found> {
    let (_, provider, model, _) = NAMES.get(row)?;
    let provider = *PROVIDERS.get(usize::from(*provider))?;
    Some(Found { provider, model: provider.models.get(usize::from(*model))?, matched })
}

/// The provider whose models have names that begin like this one.
pub(crate) fn provider_of(name: &str) -> Option<&'static Provider> {
    let bare = name.rsplit('/').next().unwrap_or(name).trim();
    let begins = |prefix: &str| bare.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    PROVIDERS.iter().find(|provider| provider.prefixes.iter().any(|prefix| begins(prefix))).copied()
}

/// Every name of a model there is.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, ..)| *name)
}

/// Which models to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selection {
    /// Of this provider only.
    pub provider: Option<String>,
    /// That can do all of this.
    pub kinds: Vec<Kind>,
    /// That stand in the built-in list of New API's channel.
    pub listed: bool,
}

impl Selection {
    /// Every model.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of the provider with this id.
    #[must_use]
    pub fn of_provider(mut self, id: impl Into<String>) -> Self {
        self.provider = Some(id.into());
        self
    }

    /// Only those that can do this, too.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Only those in the built-in list of New API's channel.
    #[must_use]
    pub fn listed(mut self) -> Self {
        self.listed = true;
        self
    }
}

/// The models of a selection, by provider, in the order of the facts.
///
/// ```
/// use video_catalog::{Kind, Selection, models};
///
/// let selection = Selection::all().of_provider("kling").of_kind(Kind::CameraControl);
/// assert_eq!(models(&selection).map(|(_, model)| model.id).collect::<Vec<_>>(), ["kling-v1"]);
/// ```
pub fn models(selection: &Selection) -> impl Iterator<Item = (&'static Provider, &'static Model)> {
    let providers = PROVIDERS.iter().filter(|provider| selection.provider.as_ref().is_none_or(|id| id == provider.id));
    let all = providers.flat_map(|provider| provider.models.iter().map(|model| (*provider, model)));
    all.filter(|(_, model)| model.can(&selection.kinds) && (model.listed || !selection.listed))
}

/// Names of models that were probably meant by a name nobody knows, the likeliest first; at most `most`.
///
/// ```
/// use video_catalog::near_models;
///
/// assert_eq!(near_models("kling-v1.6", 3), ["kling-v1-6"]);
/// assert_eq!(near_models("sora", 3), ["sora-2", "sora-2-2025-10-06", "sora-2-2025-12-08"]);
/// ```
pub fn near_models(name: &str, most: usize) -> Vec<&'static str> {
    let bare = name.rsplit('/').next().unwrap_or(name).trim();
    let mut near: Vec<&'static str> = nearest(bare, names()).into_iter().collect();
    if !bare.is_empty() {
        let (wanted, nearest) = (bare.to_lowercase(), near.first().copied());
        let holds = |known: &&str| Some(*known) != nearest && known.to_lowercase().contains(&wanted);
        near.extend(names().filter(holds));
    }
    near.truncate(most);
    near
}
