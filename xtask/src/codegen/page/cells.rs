//! What stands in the cells of a table, and the table.

use crate::codegen::rust::{number, snake};

/// The words of the rule language.
const WORDS: [&str; 12] = [
    "present",
    "absent",
    "any_present",
    "endpoint",
    "item_count",
    "at_most_one_group",
    "exactly_one_nonzero",
    "sum_equals",
    "max_chars",
    "modulo",
    "pattern",
    "never",
];

pub(super) fn allowed(
    list: &[toml::Value],
    (min, max): (Option<f64>, Option<f64>),
    counts: [Option<u32>; 4],
) -> Vec<String> {
    let mut parts = Vec::new();
    if !list.is_empty() {
        parts.push(values(list));
    }
    match (min, max) {
        (Some(min), Some(max)) => parts.push(format!("{} to {}", plain(min), plain(max))),
        (Some(min), None) => parts.push(format!("from {}", plain(min))),
        (None, Some(max)) => parts.push(format!("up to {}", plain(max))),
        (None, None) => {}
    }
    let [min_chars, max_chars, min_items, max_items] = counts;
    for (least, most, what) in [(min_chars, max_chars, "characters"), (min_items, max_items, "items")] {
        match (least, most) {
            (Some(least), Some(most)) => parts.push(format!("{least} to {most} {what}")),
            (Some(least), None) => parts.push(format!("at least {least} {what}")),
            (None, Some(most)) => parts.push(format!("up to {most} {what}")),
            (None, None) => {}
        }
    }
    parts
}

pub(super) fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for row in rows {
        let cells: Vec<_> = row.iter().map(|cell| escaped(cell)).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// Text that stays text in a cell.
pub(super) fn escaped(text: &str) -> String {
    let text = text.replace('|', "\\|").replace('\n', " ");
    let mut escaped = String::new();
    let mut in_code = false;
    for character in text.chars() {
        in_code ^= character == '`';
        if !in_code && character == '<' {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped.replace("\\<br>", "<br>")
}

pub(super) fn code(text: &str) -> String {
    format!("`{text}`")
}

pub(super) fn names(names: &[String]) -> String {
    names.iter().map(|name| if name == "*" { "all".to_owned() } else { code(name) }).collect::<Vec<_>>().join(", ")
}

pub(super) fn values(values: &[toml::Value]) -> String {
    values.iter().map(value).collect::<Vec<_>>().join(", ")
}

pub(super) fn value(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Float(float) => plain(*float),
        toml::Value::Array(items) => values(items),
        toml::Value::Table(table) => {
            let pairs = table.iter().map(|(name, item)| format!("{name} = {}", self::value(item)));
            code(&pairs.collect::<Vec<_>>().join("; ").replace('`', "'"))
        }
        other => other.to_string(),
    }
}

pub(super) fn plain(float: f64) -> String {
    let text = number(float).replace('_', "");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

pub(super) fn ranges(numbers: &[i64]) -> String {
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => parts.push((*number, *number)),
        }
    }
    let written = parts.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}-{last}"),
    });
    written.collect::<Vec<_>>().join(", ")
}

pub(super) fn phrase(table: &std::collections::BTreeMap<String, toml::Value>) -> String {
    if table.is_empty() {
        return "always".to_owned();
    }
    let parts = table.iter().map(|(key, item)| {
        // A parameter keeps its name, a word of the rule language reads better without underscores.
        let key = if WORDS.contains(&key.as_str()) { key.replace('_', " ") } else { format!("`{key}`") };
        format!("{key}: {}", value(item))
    });
    parts.collect::<Vec<_>>().join("; ")
}

pub(super) fn with_unit(text: &str, unit: Option<&str>) -> String {
    unit.map_or_else(|| text.to_owned(), |unit| format!("{text} {unit}").trim().to_owned())
}

pub(super) fn cite(confidence: &str, sources: &[String]) -> String {
    format!("{confidence}: {}", sources.join(", "))
}

pub(super) fn kebab(debug: &str) -> String {
    snake(debug).replace('_', "-")
}
