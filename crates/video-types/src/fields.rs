//! Lenient reading of one JSON object, field by field.
//!
//! Answers are read with `take_*`: a value of the wrong type is left where it was and ends up in the
//! unknown fields, so nothing is lost and nothing fails. Requests are read with `need_*`: a value of
//! the wrong type is an error that names the field.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// Fields this version does not know, as they arrived.
pub type Extra = BTreeMap<String, Value>;

/// A time above this is in milliseconds: as seconds it would lie in the year 5138.
const MILLISECONDS_FROM: f64 = 1e11;

/// One JSON object being read.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) const fn new(object: Map<String, Value>) -> Self {
        Self(object)
    }

    /// What nobody took.
    pub(crate) fn rest(self) -> Extra {
        self.0.into_iter().collect()
    }

    /// Removes a value if `read` can make something of it. `null` counts as absent and is dropped.
    pub(crate) fn take<T>(&mut self, key: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = self.0.get(key)?;
        let taken = read(value);
        if taken.is_some() || value.is_null() {
            self.0.remove(key);
        }
        taken
    }

    pub(crate) fn take_text(&mut self, key: &str) -> Option<String> {
        self.take(key, text)
    }

    pub(crate) fn take_whole(&mut self, key: &str) -> Option<i64> {
        self.take(key, whole)
    }

    pub(crate) fn take_time(&mut self, key: &str) -> Option<i64> {
        self.take(key, time)
    }

    /// Text as it is, also empty; a value of another type becomes its JSON text, so that a member which is
    /// always written is never written twice.
    pub(crate) fn take_any_text(&mut self, key: &str) -> String {
        let read = |value: &Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        self.take(key, read).unwrap_or_default()
    }

    /// Whether a value stands under `key` that nobody could use.
    pub(crate) fn still_holds(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Removes what stands under `key` in any letter case, as the gateway's decoder matches keys (seen 2026-08). The exact spelling wins, and no second spelling is left behind to be passed on.
    fn remove_any_case(&mut self, key: &str) -> Option<Value> {
        let exact = self.0.remove(key);
        let others: Vec<String> = self.0.keys().filter(|other| other.eq_ignore_ascii_case(key)).cloned().collect();
        let other = others.iter().fold(None, |last, other| self.0.remove(other).or(last));
        exact.or(other).filter(|value| !value.is_null())
    }

    /// Reads a field of a request; absent and `null` are `None`, a value `read` refuses is an error.
    pub(crate) fn need<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, FieldError> {
        match self.remove_any_case(key) {
            None => Ok(None),
            Some(value) => read(&value).map(Some).ok_or(FieldError { field: key, problem: expected }),
        }
    }

    pub(crate) fn need_text(&mut self, key: &'static str) -> Result<Option<String>, FieldError> {
        self.need(key, "must be text", |value| value.as_str().map(str::to_owned))
    }

    pub(crate) fn need_whole(&mut self, key: &'static str) -> Result<Option<i64>, FieldError> {
        self.need_number(key, "must be a whole number")
    }

    /// A whole number; blank text, which forms send for an empty field, is absent.
    pub(crate) fn need_number(&mut self, key: &'static str, expected: &'static str) -> Result<Option<i64>, FieldError> {
        let blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        let read = |value: &Value| if blank(value) { Some(None) } else { whole(value).map(Some) };
        Ok(self.need(key, expected, read)?.flatten())
    }
}

/// A field of a request that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    field: &'static str,
    problem: &'static str,
}

impl FieldError {
    pub(crate) const fn new(field: &'static str, problem: &'static str) -> Self {
        Self { field, problem }
    }

    /// Name of the field, as it is spelled on the wire.
    pub fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.problem)
    }
}

impl std::error::Error for FieldError {}

/// Text, or a number in decimal digits. Empty and blank text is absent.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number: an integer, an integral float or text of digits.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(integral)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().and_then(integral))
        }
        _ => None,
    }
}

/// A time in seconds since 1970, also from milliseconds (Kling's own times, seen 2026-08).
pub(crate) fn time(value: &Value) -> Option<i64> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let seconds = if seconds > MILLISECONDS_FROM { seconds / 1000.0 } else { seconds };
    // Still that large, it is no time.
    integral(seconds.trunc()).filter(|_| seconds <= MILLISECONDS_FROM)
}

/// Progress in percent: a number, `"30%"`, `"30"` or a fraction below one. Never decides anything.
pub(crate) fn percent(value: &Value) -> Option<u8> {
    let (number, marked) = match value {
        Value::Number(number) => (number.as_f64()?, false),
        Value::String(text) => {
            let text = text.trim();
            (text.trim_end_matches('%').trim().parse().ok()?, text.ends_with('%'))
        }
        _ => return None,
    };
    let number: f64 = if number > 0.0 && number < 1.0 && !marked { number * 100.0 } else { number };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100 first")]
    number.is_finite().then(|| number.clamp(0.0, 100.0).trunc() as u8)
}

/// Text, but of any JSON type: what a person would want to read.
pub(crate) fn words(value: &Value) -> Option<String> {
    text(value).or_else(|| match value {
        Value::Bool(word) => Some(word.to_string()),
        _ => None,
    })
}

fn integral(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "integral and within 2^53")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
