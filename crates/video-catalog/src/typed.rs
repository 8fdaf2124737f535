//! Text that was typed for a parameter, as the JSON type the catalogue says it has.

use serde_json::{Number, Value};

use crate::lookup::{find, provider_of};
use crate::{Limits, Param, Provider, ValueType};

/// The value that `text` stands for under a key of the metadata of this model, with dots for levels.
///
/// A number, a flag, a list or an object where the catalogue says that the key is one and the text can be read as
/// such; text in every other case, also where nothing is known. A list of text may be written with commas.
///
/// ```
/// use video_catalog::typed;
///
/// assert_eq!(typed("kling-v1", "cfg_scale", "0.5"), 0.5);
/// assert_eq!(typed("kling-v1", "duration", "5"), "5");
/// assert_eq!(typed("viduq1", "bgm", "true"), true);
/// ```
pub fn typed(model: &str, key: &str, text: &str) -> Value {
    let read = value_type(model, key).and_then(|value_type| read(value_type, text));
    read.unwrap_or_else(|| Value::from(text))
}

fn read(value_type: ValueType, text: &str) -> Option<Value> {
    let json = || serde_json::from_str::<Value>(text).ok();
    match value_type {
        ValueType::Text | ValueType::Any => None,
        ValueType::Whole => text.trim().parse::<i64>().ok().map(Value::from),
        ValueType::Number => {
            let whole = text.trim().parse::<i64>().ok().map(Number::from);
            whole.or_else(|| Number::from_f64(text.trim().parse().ok()?)).map(Value::Number)
        }
        ValueType::Flag => text.trim().parse::<bool>().ok().map(Value::from),
        ValueType::Object => json().filter(Value::is_object),
        ValueType::Objects => json().filter(Value::is_array),
        ValueType::Texts => {
            // A comma of a data URI separates nothing.
            let parts = if text.starts_with("data:") { vec![text] } else { text.split(',').map(str::trim).collect() };
            Some(json().filter(Value::is_array).unwrap_or_else(|| parts.into_iter().map(Value::from).collect()))
        }
    }
}

fn value_type(model: &str, key: &str) -> Option<ValueType> {
    let found = find(model);
    let provider = found.map(|found| found.provider).or_else(|| provider_of(model))?;
    let limits = |param: &'static Param| -> &'static Limits {
        let own = found.and_then(|found| found.model.taken(provider, param.name));
        own.and_then(|taken| taken.limits).unwrap_or(&param.limits)
    };
    if let Some(param) = by_path(provider, key) {
        return Some(limits(param).value_type);
    }
    let levels = key.match_indices('.').map(|(at, _)| key.split_at(at));
    levels.rev().find_map(|(param, rest)| {
        let rest = rest.strip_prefix('.')?;
        let field = by_path(provider, param)?.fields.iter().find(|field| field.name == rest)?;
        Some(field.limits.value_type)
    })
}

fn by_path(provider: &'static Provider, key: &str) -> Option<&'static Param> {
    let is = |param: &&Param| param.metadata_path.is_some_and(|path| path.eq_ignore_ascii_case(key));
    provider.params.iter().find(is)
}
