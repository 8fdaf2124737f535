//! Writes what a provider takes of a picture: the facts of its limits whose names begin with `image_`.

use super::is_firm;
use crate::codegen::rust::{number, option, texts, whole};
use crate::codegen::spec::Facts;

pub(super) fn limits(facts: &Facts) -> String {
    let fact = |name: &str| facts.list.iter().find(|fact| fact.name == name).map(|fact| &fact.value);
    let whole_of = |name: &str| fact(name).and_then(toml::Value::as_integer);
    let number_of = |name: &str| fact(name).and_then(toml::Value::as_float);
    let formats = fact("image_formats").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let mut formats: Vec<String> = formats.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect();
    // Two names of one type.
    formats.retain(|format| format != "jpg");
    // New API's channels speak the older of two APIs.
    let max_bytes = whole_of("image_max_bytes").or_else(|| whole_of("image_max_bytes_legacy"));
    let longer = number_of("image_max_long_to_short");
    let min_ratio = number_of("image_ratio_min").or(longer.map(|longer| 1.0 / longer));
    format!(
        "PictureLimits {{ formats: {}, max_bytes: {}, min_side: {}, max_side: {}, min_ratio: {}, max_ratio: {}, \
         same_size: {}, firm: {}, confidence: {}, sources: {} }}",
        texts(&formats),
        option(max_bytes, whole),
        option(whole_of("image_min_side_px"), whole),
        option(whole_of("image_max_side_px"), whole),
        option(min_ratio.map(rounded), number),
        option(number_of("image_ratio_max").or(longer), number),
        fact("image_has_clip_size").and_then(toml::Value::as_bool).unwrap_or(false),
        is_firm(facts.confidence, &facts.sources),
        super::confidence(facts.confidence),
        texts(&facts.sources),
    )
}

/// With as many digits as anybody reads.
fn rounded(ratio: f64) -> f64 {
    (ratio * 1000.0).round() / 1000.0
}
