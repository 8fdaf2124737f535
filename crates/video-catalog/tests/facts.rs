//! What every fact has to keep, whatever the facts are.

use std::collections::BTreeSet;

use video_catalog::{
    Confidence, Limits, NameMatch, Selection, Severity, ValueType, Word, find, models, provider, providers, source,
    sources,
};

/// The models in the lists of New API's task channels at commit f116414 (2026-08-18).
const CHANNEL_LISTS: &[(&str, &[&str])] = &[
    ("kling", &["kling-v1", "kling-v1-6", "kling-v2-master"]),
    ("jimeng", &["jimeng_vgfm_t2v_l20"]),
    ("vidu", &["viduq2", "viduq1", "vidu2.0", "vidu1.5"]),
    ("sora", &["sora-2", "sora-2-pro"]),
    (
        "seedance",
        &[
            "doubao-seedance-1-0-pro-250528",
            "doubao-seedance-1-0-lite-t2v",
            "doubao-seedance-1-0-lite-i2v",
            "doubao-seedance-1-5-pro-251215",
            "doubao-seedance-2-0-260128",
            "doubao-seedance-2-0-fast-260128",
        ],
    ),
    (
        "minimax",
        &[
            "MiniMax-Hailuo-2.3",
            "MiniMax-Hailuo-2.3-Fast",
            "MiniMax-Hailuo-02",
            "T2V-01-Director",
            "T2V-01",
            "I2V-01-Director",
            "I2V-01-live",
            "I2V-01",
            "S2V-01",
        ],
    ),
    (
        "wan",
        &[
            "wan2.7-i2v",
            "wan2.7-t2v",
            "wan2.5-i2v-preview",
            "wan2.2-i2v-flash",
            "wan2.2-i2v-plus",
            "wanx2.1-i2v-plus",
            "wanx2.1-i2v-turbo",
        ],
    ),
    (
        "veo",
        &[
            "veo-3.0-generate-001",
            "veo-3.0-fast-generate-001",
            "veo-3.1-generate-preview",
            "veo-3.1-fast-generate-preview",
        ],
    ),
];

#[test]
fn every_model_of_the_gateways_channels_is_present() {
    let expected: BTreeSet<&str> = CHANNEL_LISTS.iter().map(|(id, _)| *id).collect();
    assert_eq!(providers().iter().map(|provider| provider.id).collect::<BTreeSet<_>>(), expected);
    for (id, names) in CHANNEL_LISTS {
        for name in *names {
            let found = find(name).unwrap_or_else(|| panic!("{name} is missing"));
            assert_eq!((found.provider.id, found.model.listed, found.matched), (*id, true, NameMatch::Exact), "{name}");
        }
    }
}

#[test]
fn every_name_leads_to_its_model_in_every_spelling() {
    for (owner, model) in models(&Selection::all()) {
        let spellings = [model.id.to_owned(), model.id.to_uppercase(), format!("{}/{}", owner.id, model.id)];
        for name in spellings.iter().map(String::as_str).chain(model.aliases.iter().copied()) {
            let found = find(name).unwrap_or_else(|| panic!("{name} is not found"));
            assert_eq!((found.provider.id, found.model.id), (owner.id, model.id), "{name}");
        }
    }
}

#[test]
fn every_default_lies_in_its_list_and_range_and_has_the_type() {
    let mut all: Vec<(String, Limits)> = Vec::new();
    for provider in providers() {
        for param in provider.params {
            all.push((format!("{} {}", provider.id, param.name), param.limits));
            all.extend(
                param
                    .fields
                    .iter()
                    .map(|field| (format!("{} {}.{}", provider.id, param.name, field.name), field.limits)),
            );
        }
        for model in provider.models {
            for taken in model.takes {
                let param = taken.param(provider).expect("a model takes parameters of its provider");
                all.extend(taken.limits.map(|limits| (format!("{} {}", model.id, param.name), *limits)));
            }
        }
        for (name, value) in provider.channel.defaults {
            let param = provider.param(name).expect("the channel sends parameters of the provider");
            let mut limits = param.limits;
            limits.default = Some(*value);
            all.push((format!("{} channel {name}", provider.id), limits));
        }
    }
    let defaults = all.iter().filter_map(|(place, limits)| Some((place, limits, limits.default?)));
    let mut seen = 0;
    for (place, limits, default) in defaults {
        seen += 1;
        assert!(limits.values.is_empty() || limits.values.contains(&default), "{place}: {default} is not in its list");
        let number = match default {
            Word::Whole(number) => i32::try_from(number).ok().map(f64::from),
            Word::Number(number) => Some(number),
            _ => None,
        };
        let within =
            |number: f64| limits.min.is_none_or(|min| number >= min) && limits.max.is_none_or(|max| number <= max);
        assert!(number.is_none_or(within), "{place}: {default} is out of range");
        let typed = matches!(
            (limits.value_type, default),
            (ValueType::Text, Word::Text(_))
                | (ValueType::Whole, Word::Whole(_))
                | (ValueType::Number, Word::Number(_) | Word::Whole(_))
                | (ValueType::Flag, Word::Flag(_))
        );
        assert!(typed, "{place}: {default} is not {:?}", limits.value_type);
    }
    assert!(seen > 200, "only {seen} defaults were looked at");
}

#[test]
fn every_fact_has_sources_and_what_nobody_sourced_refuses_nothing() {
    for provider in providers() {
        let cited = [provider.sources, provider.channel.sources].into_iter();
        let cited = cited.chain(provider.params.iter().map(|param| param.sources));
        let cited = cited.chain(provider.models.iter().map(|model| model.sources));
        for ids in cited.chain(provider.rules.iter().map(|rule| rule.sources)) {
            assert!(!ids.is_empty() && ids.iter().all(|id| source(id).is_some()), "{}: {ids:?}", provider.id);
        }
        for rule in provider.rules.iter().filter(|rule| rule.confidence == Confidence::Unconfirmed) {
            assert_ne!(rule.severity, Severity::Error, "{}/{}", provider.id, rule.id);
        }
        for param in provider.params.iter().filter(|param| param.confidence == Confidence::Unconfirmed) {
            assert!(!param.firm, "{} {}", provider.id, param.name);
        }
        for model in provider.models.iter().filter(|model| model.confidence == Confidence::Unconfirmed) {
            assert!(model.takes.iter().all(|taken| !taken.firm), "{}", model.id);
        }
        for rule in provider.rules {
            assert!(!rule.message_zh.is_empty() && rule.message_zh != rule.message, "{}/{}", provider.id, rule.id);
        }
    }
}

#[test]
fn providers_and_sources_are_found_by_id() {
    assert!(providers().iter().all(|known| provider(known.id).is_some()));
    assert!(sources().iter().all(|known| source(known.id) == Some(known)));
    assert_eq!((provider("nobody"), source("nobody")), (None, None));
}
