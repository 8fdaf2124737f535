//! Holds one value against what it may be.

use serde_json::Value;
use video_types::Size;

use crate::finding::{Finding, Severity, Text};
use crate::near::nearest;
use crate::seen::Seen;
use crate::{Confidence, Field, Limits, ValueType, Word};

/// More items than this are not looked at one by one.
const ITEMS: usize = 100;

/// What stands behind the limits, and how much a finding weighs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behind {
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) sources: &'static [&'static str],
    /// Numbers and flags may be spelled as text.
    pub(crate) lenient: bool,
}

impl Behind {
    fn finding(self, code: &str, path: &str, message: Text, hint: Option<Text>) -> Finding {
        Finding {
            severity: self.severity,
            path: path.to_owned(),
            code: code.to_owned(),
            message,
            hint,
            confidence: self.confidence,
            sources: self.sources,
        }
    }
}

/// Whether the value has the JSON type.
pub(crate) fn has_type(value: &Seen<'_>, value_type: ValueType, lenient: bool) -> bool {
    let json = match value {
        Seen::Json(json) => *json,
        // What the channel makes itself has the type it makes.
        _ => return true,
    };
    let spelled = |good: bool| lenient && json.is_string() && good;
    match value_type {
        ValueType::Text => json.is_string(),
        ValueType::Whole => {
            let whole = json.is_i64() || json.is_u64() || json.as_f64().is_some_and(|number| number.fract() == 0.0);
            whole || spelled(value.number().is_some_and(|number| number.fract() == 0.0))
        }
        ValueType::Number => json.is_number() || spelled(value.number().is_some()),
        ValueType::Flag => json.is_boolean() || spelled(matches!(json.as_str(), Some("true" | "false"))),
        ValueType::Object => json.is_object(),
        ValueType::Texts => json.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        ValueType::Objects => json.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
        ValueType::Any => true,
    }
}

/// What is said of a value of the wrong type.
pub(crate) fn wrong_type(value_type: ValueType) -> Text {
    let (en, zh) = match value_type {
        ValueType::Text => ("text", "字符串"),
        ValueType::Whole => ("a whole number", "整数"),
        ValueType::Number => ("a number", "数字"),
        ValueType::Flag => ("true or false", "true 或 false"),
        ValueType::Object => ("an object", "对象"),
        ValueType::Texts => ("a list of text", "字符串列表"),
        ValueType::Objects => ("a list of objects", "对象列表"),
        ValueType::Any => ("something else", "其他类型"),
    };
    Text::new(format!("must be {en}"), format!("必须是{zh}"))
}

/// Adds what is wrong with a value of the right type.
pub(crate) fn check(value: &Seen<'_>, limits: &Limits, path: &str, behind: Behind, findings: &mut Vec<Finding>) {
    if !limits.values.is_empty() && !limits.values.iter().any(|word| value.says(word)) {
        findings.push(not_in_list(value, limits.values, path, behind));
        return;
    }
    if let Some(number) = value.number().filter(|_| limits.min.is_some() || limits.max.is_some()) {
        let (min, max) = (limits.min.unwrap_or(f64::NEG_INFINITY), limits.max.unwrap_or(f64::INFINITY));
        if number < min || number > max {
            let shown = value.shown();
            let (en, zh) = match (limits.min, limits.max) {
                (Some(min), Some(max)) => (format!("{min} to {max}"), format!("{min} 到 {max}")),
                (Some(min), None) => (format!("{min} or more"), format!("不小于 {min}")),
                _ => (format!("{max} or less"), format!("不大于 {max}")),
            };
            let message = Text::new(format!("`{shown}` is not within {en}"), format!("`{shown}` 超出范围：{zh}"));
            let nearest = if number < min { min } else { max };
            let hint = Text::new(format!("nearest: {nearest}"), format!("最接近：{nearest}"));
            findings.push(behind.finding("out-of-range", path, message, Some(hint)));
        }
    }
    let counted = limits.min_chars.or(limits.max_chars).and_then(|_| value.text()).map(|text| text.chars().count());
    if let Some(count) = counted {
        let counts = (limits.min_chars, limits.max_chars);
        let message = miscounted(count, counts, ("characters", "个字符"));
        findings.extend(message.map(|message| behind.finding("length", path, message, None)));
    }
    if let Some(count) = value.items() {
        let counts = (limits.min_items, limits.max_items);
        findings
            .extend(miscounted(count, counts, ("items", "项")).map(|m| behind.finding("item-count", path, m, None)));
    }
}

fn miscounted(count: usize, (least, most): (Option<u32>, Option<u32>), (en, zh): (&str, &str)) -> Option<Text> {
    let number = u32::try_from(count).unwrap_or(u32::MAX);
    let en = if number == 1 { en.trim_end_matches('s') } else { en };
    if let Some(most) = most.filter(|most| number > *most) {
        return Some(Text::new(
            format!("has {count} {en}, takes at most {most}"),
            format!("有 {count} {zh}，最多 {most} {zh}"),
        ));
    }
    let least = least.filter(|least| number < *least)?;
    Some(Text::new(
        format!("has {count} {en}, needs at least {least}"),
        format!("有 {count} {zh}，至少需要 {least} {zh}"),
    ))
}

fn not_in_list(value: &Seen<'_>, values: &[Word], path: &str, behind: Behind) -> Finding {
    let shown = value.shown();
    let listed = values.iter().map(Word::to_string).collect::<Vec<_>>().join(", ");
    let message = Text::new(format!("`{shown}` is not one of {listed}"), format!("`{shown}` 不在可选值之中：{listed}"));
    let nearest = closest(value, values);
    let hint = nearest.map(|word| Text::new(format!("nearest: {word}"), format!("最接近：{word}")));
    behind.finding("not-in-list", path, message, hint)
}

/// The listed value that was probably meant: the nearest number, or the word with the fewest slips.
fn closest(value: &Seen<'_>, values: &[Word]) -> Option<String> {
    if let Some(number) = value.number() {
        let away = |word: &Word| (Seen::Word(*word).number().unwrap_or(f64::INFINITY) - number).abs();
        return values.iter().min_by(|one, other| away(one).total_cmp(&away(other))).map(Word::to_string);
    }
    let words = values.iter().filter_map(|word| match word {
        Word::Text(text) => Some(*text),
        _ => None,
    });
    let text = value.text()?;
    if let Some(wanted) = sides(text) {
        let away = |size: &(f64, f64)| {
            ((size.0 > size.1) != (wanted.0 > wanted.1), (size.0 * size.1 - wanted.0 * wanted.1).abs())
        };
        let sizes = words.filter_map(|word| Some((word, away(&sides(word)?))));
        let by_shape = |one: &(bool, f64), other: &(bool, f64)| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1));
        return sizes.min_by(|(_, one), (_, other)| by_shape(one, other)).map(|(word, _)| word.to_owned());
    }
    nearest(text, words).map(str::to_owned)
}

/// Width and height of a size.
fn sides(text: &str) -> Option<(f64, f64)> {
    let (width, height) = Size::from(text).pixels()?;
    Some((f64::from(width), f64::from(height)))
}

/// Adds what is wrong with the members of an object, or of every object of a list.
pub(crate) fn check_members(json: &Value, fields: &[Field], path: &str, behind: Behind, findings: &mut Vec<Finding>) {
    match json {
        Value::Object(_) => check_object(json, fields, "", path, behind, findings),
        Value::Array(items) => {
            for (index, item) in items.iter().take(ITEMS).enumerate() {
                check_object(item, fields, "", &format!("{path}[{index}]"), behind, findings);
            }
        }
        _ => {}
    }
}

fn check_object(json: &Value, fields: &[Field], above: &str, path: &str, behind: Behind, findings: &mut Vec<Finding>) {
    let Value::Object(object) = json else { return };
    for (key, value) in object {
        let (name, place) = (format!("{above}{key}"), format!("{path}.{key}"));
        let field = fields.iter().find(|field| field.name == name);
        let level = format!("{name}.");
        let Some(field) = field else {
            if fields.iter().any(|field| field.name.starts_with(&level)) {
                check_object(value, fields, &level, &place, behind, findings);
            } else {
                findings.push(unknown_member(key, fields, above, &place, behind));
            }
            continue;
        };
        let seen = Seen::Json(value);
        if !seen.is_given() {
            continue;
        }
        if has_type(&seen, field.limits.value_type, behind.lenient) {
            check(&seen, &field.limits, &place, behind, findings);
        } else {
            findings.push(behind.finding("wrong-type", &place, wrong_type(field.limits.value_type), None));
        }
    }
}

fn unknown_member(key: &str, fields: &[Field], above: &str, path: &str, behind: Behind) -> Finding {
    let here = fields.iter().filter_map(|field| field.name.strip_prefix(above)?.split('.').next());
    let hint =
        nearest(key, here).map(|known| Text::new(format!("did you mean {known}?"), format!("是否想写 {known}？")));
    let message = Text::new("is not a member the provider knows", "不是该参数的已知成员");
    let behind = Behind { severity: Severity::Warning.min(behind.severity), ..behind };
    behind.finding("unknown-member", path, message, hint)
}
