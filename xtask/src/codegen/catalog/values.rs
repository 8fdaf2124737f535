//! Writes what a value may be.

use crate::codegen::rust::{list, number, option, text, word};
use crate::codegen::spec::{Field, Limits, Param};

/// Limits that several models share, each written once.
#[derive(Default)]
pub(super) struct Shared(Vec<String>);

impl Shared {
    /// The name of the constant with these limits.
    pub(super) fn name(&mut self, limits: &str) -> String {
        let index = self.0.iter().position(|known| known == limits).unwrap_or_else(|| {
            self.0.push(limits.to_owned());
            self.0.len() - 1
        });
        format!("L{index}")
    }

    pub(super) fn constants(&self) -> String {
        let rows = self.0.iter().enumerate().map(|(index, limits)| format!("const L{index}: Limits = {limits};"));
        rows.collect::<Vec<_>>().join("\n")
    }
}

pub(super) fn of_param(param: &Param) -> String {
    let Param { kind, values, min, max, min_chars, max_chars, min_items, max_items, default, required, .. } = param;
    let counts = [*min_chars, *max_chars, *min_items, *max_items];
    limits(kind, values, (*min, *max), counts, default.as_ref(), *required)
}

pub(super) fn of_limits(own: &Limits) -> String {
    let Limits { kind, values, min, max, min_chars, max_chars, min_items, max_items, default, required, .. } = own;
    let counts = [*min_chars, *max_chars, *min_items, *max_items];
    limits(kind, values, (*min, *max), counts, default.as_ref(), *required)
}

pub(super) fn field(field: &Field) -> String {
    let Field { name, kind, values, min, max, max_chars, min_items, max_items, default, .. } = field;
    let counts = [None, *max_chars, *min_items, *max_items];
    let limits = limits(kind, values, (*min, *max), counts, default.as_ref(), false);
    format!("Field {{ name: {}, limits: {limits} }}", text(name))
}

fn limits(
    kind: &str,
    values: &[toml::Value],
    (min, max): (Option<f64>, Option<f64>),
    counts: [Option<u32>; 4],
    default: Option<&toml::Value>,
    required: bool,
) -> String {
    let mut members = Vec::new();
    if kind != "string" {
        members.push(format!("value_type: ValueType::{}", value_type(kind)));
    }
    if !values.is_empty() {
        members.push(format!("values: {}", list(values, word)));
    }
    for (name, value) in [("min", min), ("max", max)] {
        members.extend(value.map(|value| format!("{name}: {}", option(Some(value), number))));
    }
    for (name, count) in ["min_chars", "max_chars", "min_items", "max_items"].into_iter().zip(counts) {
        let count = count.map(i64::from);
        members.extend(count.map(|count| format!("{name}: {}", option(Some(count), crate::codegen::rust::whole))));
    }
    members.extend(default.map(|default| format!("default: Some({})", word(default))));
    if required {
        members.push("required: true".to_owned());
    }
    if members.is_empty() {
        return "Limits::NONE".to_owned();
    }
    format!("Limits {{ {}, ..Limits::NONE }}", members.join(", "))
}

fn value_type(kind: &str) -> &'static str {
    match kind {
        "string" => "Text",
        "integer" => "Whole",
        "number" => "Number",
        "boolean" => "Flag",
        "object" => "Object",
        "array<string>" => "Texts",
        "array<object>" => "Objects",
        _ => "Any",
    }
}
