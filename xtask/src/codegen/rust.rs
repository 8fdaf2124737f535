//! Pieces of Rust source: literals, lists, and rustfmt over the whole.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Failure;

/// A text literal.
pub(super) fn text(text: &str) -> String {
    format!("{text:?}")
}

/// A slice of what each item is written as.
pub(super) fn list<T>(items: &[T], write: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(write).collect();
    format!("&[{}]", items.join(", "))
}

pub(super) fn texts(items: &[String]) -> String {
    list(items, |item| text(item))
}

/// `Some(…)` or `None`.
pub(super) fn option<T>(value: Option<T>, write: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({})", write(value)))
}

/// A whole number, grouped so that it can be read.
pub(super) fn whole(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    if number < 0 { format!("-{grouped}") } else { grouped }
}

/// A number with a point.
pub(super) fn number(number: f64) -> String {
    let text = format!("{number:?}");
    match text.split_once('.') {
        Some((before, after)) if !text.contains('e') => match before.parse() {
            Ok(before) => format!("{}.{after}", whole(before)),
            Err(_) => text,
        },
        _ => text,
    }
}

/// A `Word` of the catalogue.
pub(super) fn word(value: &toml::Value) -> String {
    match value {
        toml::Value::Integer(value) => format!("Word::Whole({})", whole(*value)),
        toml::Value::Float(value) => format!("Word::Number({})", number(*value)),
        toml::Value::Boolean(value) => format!("Word::Flag({value})"),
        toml::Value::String(value) => format!("Word::Text({})", text(value)),
        other => format!("Word::Text({})", text(&other.to_string())),
    }
}

/// `camera-control` → `CameraControl`.
pub(super) fn camel(words: &str) -> String {
    let mut name = String::new();
    let mut begins = true;
    for character in words.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' if begins => name.extend(character.to_uppercase()),
            'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(character),
            _ => {}
        }
        begins = !character.is_ascii_alphanumeric();
    }
    name
}

/// `durationSeconds` → `duration_seconds`.
pub(super) fn snake(words: &str) -> String {
    let mut name = String::new();
    for character in words.chars() {
        if character.is_ascii_uppercase() {
            if !name.is_empty() {
                name.push('_');
            }
            name.push(character.to_ascii_lowercase());
        } else if character.is_ascii_alphanumeric() {
            name.push(character);
        } else {
            name.push('_');
        }
    }
    name
}

/// A doc comment out of a plain sentence: names are set as code, what Markdown would read as a link or a tag is escaped.
pub(super) fn doc(sentence: &str) -> String {
    let words: Vec<String> = sentence.split_whitespace().map(set).collect();
    format!("/// {}\n", words.join(" "))
}

fn set(word: &str) -> String {
    if word.contains('`') {
        return word.to_owned();
    }
    let core = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    let mut pairs = core.chars().zip(core.chars().skip(1));
    let is_name = core.contains('_') || pairs.any(|(one, next)| one.is_lowercase() && next.is_uppercase());
    if is_name {
        return word.replacen(core, &format!("`{core}`"), 1).replace('<', "\\<").replace('>', "\\>");
    }
    let escaped = word.chars().flat_map(|letter| {
        let escape = ['<', '>', '[', ']', '*', '_'].contains(&letter).then_some('\\');
        escape.into_iter().chain([letter])
    });
    escaped.collect()
}

/// The text as rustfmt of this toolchain writes it, with the settings of this checkout.
pub(super) fn formatted(root: &Path, path: &str, source: &str) -> Result<String, Failure> {
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024", "--emit", "stdout", "--config-path"]).arg(root).current_dir(root);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // rustfmt reads everything before it writes anything, so this cannot block for ever.
        stdin.write_all(source.as_bytes()).map_err(|error| format!("rustfmt: {error}"))?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("{path}: rustfmt: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
