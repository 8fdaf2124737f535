//! Gateways that need only a key.

/// A known gateway.
pub(crate) struct Preset {
    /// Name to type.
    pub(crate) name: &'static str,
    /// Name people know it by.
    pub(crate) title: &'static str,
    pub(crate) base_url: &'static str,
}

/// Addresses as their own documentation gives them (read 2026-11).
pub(crate) const PRESETS: &[Preset] = &[
    Preset { name: "88api", title: "88API", base_url: "https://88api.ai" },
    Preset { name: "zhaotou", title: "兆投算力", base_url: "https://zhaotouai.com" },
];

/// The preset of a name, either one, in any letter case.
pub(crate) fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name.eq_ignore_ascii_case(name) || preset.title.eq_ignore_ascii_case(name))
}
