//! A plain request for every model: nothing but what its list of abilities says it takes.

use std::fmt::Write as _;

use serde_json::{Value, json};
use video_catalog::{Carrier, Kind, Limits, Selection, Target, ValueType, Word, models, report};
use video_types::{Generation, ImageInput, Metadata, Seconds};

#[test]
fn a_plain_request_for_a_model_has_only_these_findings() {
    let mut told = String::new();
    for (provider, model) in models(&Selection::all()) {
        let mut generation = Generation::new(model.id, "a lighthouse in fog");
        let seconds = model.default_duration.or(model.durations.iter().copied().find(|seconds| *seconds > 0));
        generation.seconds = seconds.and_then(|seconds| Seconds::new(u32::try_from(seconds).ok()?));
        if !model.can(&[Kind::TextToVideo]) && model.max_images > 0 {
            let image = "https://example.com/a.png";
            match provider.image_form().carrier {
                Carrier::MetadataKey(key) => generation.metadata = generation.metadata.with(key, image),
                _ => generation = generation.with_image(ImageInput::new(image)),
            }
        }
        let target = if provider.id == "sora" { Target::Videos } else { Target::Generations };
        for finding in report(&generation, target).findings {
            if finding.code != "not-listed" {
                writeln!(told, "{}: {finding}", model.id).expect("a String takes everything");
            }
        }
    }
    insta::assert_snapshot!(told);
}

/// A value the limits allow.
fn allowed(limits: &Limits) -> Value {
    let word = limits.values.last().copied().or(limits.default);
    let listed = word.map(|word| match word {
        Word::Text(text) => json!(text),
        Word::Whole(number) => json!(number),
        Word::Number(number) => json!(number),
        Word::Flag(flag) => json!(flag),
        _ => Value::Null,
    });
    let items = usize::try_from(limits.min_items.unwrap_or(1)).expect("few");
    listed.unwrap_or_else(|| match limits.value_type {
        ValueType::Whole => json!(limits.max.or(limits.min).unwrap_or(1.0)),
        ValueType::Number => json!(limits.max.unwrap_or(0.5)),
        ValueType::Flag => json!(true),
        ValueType::Object => json!({}),
        ValueType::Texts => json!(vec!["text"; items]),
        ValueType::Objects => json!(vec![json!({}); items]),
        _ => json!("text"),
    })
}

#[test]
fn every_value_the_facts_allow_is_let_through() {
    const ABOUT_VALUES: [&str; 6] = ["not-in-list", "out-of-range", "wrong-type", "length", "item-count", "not-taken"];
    let mut looked = 0;
    for (provider, model) in models(&Selection::all()) {
        for taken in model.takes {
            let param = taken.param(provider).expect("a parameter of the provider");
            let Some(path) = param.metadata_path.filter(|_| param.name != "req_key" && param.name != "model_name")
            else {
                continue;
            };
            let value = allowed(taken.limits.unwrap_or(&param.limits));
            let metadata = match path.split_once('.') {
                Some((level, key)) => Metadata::default().with(level, json!({ key: value })),
                None => Metadata::default().with(path, value.clone()),
            };
            let generation = Generation::new(model.id, "a lighthouse in fog").with_metadata(metadata);
            let report = report(&generation, Target::Generations);
            let place = format!("metadata.{path}");
            let fault = report
                .findings
                .iter()
                .find(|finding| finding.path == place && ABOUT_VALUES.contains(&finding.code.as_str()));
            assert!(fault.is_none(), "{} with {path} = {value}: {}", model.id, fault.expect("checked"));
            looked += 1;
        }
    }
    assert!(looked > 900, "only {looked} values were looked at");
}

/// A value the limits do not allow, and what is said of it.
fn forbidden(limits: &Limits) -> Option<(Value, &'static str)> {
    match (limits.values.first(), limits.max, limits.value_type) {
        (Some(Word::Text(_)), _, _) => Some((json!("of tomorrow"), "not-in-list")),
        (Some(Word::Whole(_)), _, _) => Some((json!(987_654), "not-in-list")),
        (None, Some(max), ValueType::Whole | ValueType::Number) => Some((json!(max + 1.0), "out-of-range")),
        (None, None, ValueType::Flag) => Some((json!(7), "wrong-type")),
        (None, None, ValueType::Texts) => Some((json!("alone"), "wrong-type")),
        _ => None,
    }
}

#[test]
fn every_value_the_facts_forbid_is_found() {
    let mut looked = 0;
    for (provider, model) in models(&Selection::all()) {
        for taken in model.takes {
            let param = taken.param(provider).expect("a parameter of the provider");
            let forbidden = forbidden(taken.limits.unwrap_or(&param.limits));
            let (Some(path), Some((value, code))) = (param.metadata_path, forbidden) else { continue };
            let metadata = match path.split_once('.') {
                Some((level, key)) => Metadata::default().with(level, json!({ key: value })),
                None => Metadata::default().with(path, value.clone()),
            };
            let report =
                report(&Generation::new(model.id, "a lighthouse in fog").with_metadata(metadata), Target::Generations);
            let place = format!("metadata.{path}");
            let is_found = report.findings.iter().any(|finding| finding.path == place && finding.code == code);
            // The parameters of an API the channel does not speak are not checked.
            let unchecked = report.findings.iter().any(|finding| finding.code == "other-api");
            assert!(is_found || unchecked, "{} with {path} = {value}: {:?}", model.id, report.findings);
            looked += 1;
        }
    }
    assert!(looked > 500, "only {looked} values were looked at");
}
