//! Writes rules: from the words of the rule language to its types. A word nobody knows is an error.

use std::collections::BTreeMap;

use toml::Value;

use crate::Failure;
use crate::codegen::rust::{list, text, texts, whole, word};
use crate::codegen::spec::{Rule, Severity};

pub(super) fn rule(provider: &str, rule: &Rule) -> Result<String, Failure> {
    let severity = match rule.severity {
        Severity::Error => "Error",
        Severity::Warn => "Warning",
    };
    Ok(format!(
        "Rule {{ id: {}, models: {}, when: {}, require: {}, severity: Severity::{severity}, message: {}, message_zh: {}, \
         confidence: {}, sources: {} }}",
        text(&rule.id),
        texts(&rule.models),
        conditions(provider, &rule.id, &rule.when)?,
        requirements(provider, &rule.id, &rule.require)?,
        text(&rule.message),
        text(&rule.message_zh),
        super::confidence(rule.confidence),
        texts(&rule.sources),
    ))
}

/// A table of conditions; a key that is none of the words is a parameter.
pub(super) fn conditions(provider: &str, id: &str, table: &BTreeMap<String, Value>) -> Result<String, Failure> {
    let mut all = Vec::new();
    for (key, value) in table {
        let place = Place { provider, id, key };
        all.push(match key.as_str() {
            "present" => format!("Condition::Present({})", place.names(value)?),
            "any_present" => format!("Condition::AnyPresent({})", place.names(value)?),
            "endpoint" => format!("Condition::Endpoint({})", place.names(value)?),
            "item_count" => {
                let (param, least, most) = place.pair(value)?;
                format!("Condition::ItemCount({}, {least}, {most})", text(&param))
            }
            param => format!("Condition::Is({}, {})", text(param), place.words(value)?),
        });
    }
    Ok(format!("&[{}]", all.join(", ")))
}

fn requirements(provider: &str, id: &str, table: &BTreeMap<String, Value>) -> Result<String, Failure> {
    let mut all = Vec::new();
    for (key, value) in table {
        let place = Place { provider, id, key };
        let requirement = match key.as_str() {
            "present" => format!("Present({})", place.names(value)?),
            "absent" => format!("Absent({})", place.names(value)?),
            "any_present" => format!("AnyPresent({})", place.names(value)?),
            "at_most_one_group" => {
                let groups = value.as_array().ok_or_else(|| place.wrong("a list of lists"))?;
                let groups = groups.iter().map(|group| place.names(group)).collect::<Result<Vec<_>, _>>()?;
                format!("AtMostOneGroup(&[{}])", groups.join(", "))
            }
            "exactly_one_nonzero" => format!("ExactlyOneNonzero({})", place.names(value)?),
            "sum_equals" => {
                let names = place.list(value)?;
                let split = names.first().and_then(|path| path.split_once("[]."));
                let (Some((from, under)), [_, param]) = (split, names.as_slice()) else {
                    return Err(place.wrong("[\"LIST[].KEY\", \"PARAM\"]"));
                };
                format!("SumEquals {{ list: {}, key: {}, param: {} }}", text(from), text(under), text(param))
            }
            "item_count" => {
                let (param, least, most) = place.pair(value)?;
                format!("ItemCount({}, {least}, {most})", text(&param))
            }
            "max_chars" => {
                let (param, value) = place.only(value)?;
                let most = value.as_integer().ok_or_else(|| place.wrong("a number"))?;
                format!("MaxChars({}, {})", text(&param), whole(most))
            }
            "modulo" => {
                let (param, divisor, remainder) = place.pair(value)?;
                if divisor == "0" {
                    return Err(place.wrong("a divisor other than 0"));
                }
                format!("Modulo({}, {divisor}, {remainder})", text(&param))
            }
            "pattern" => {
                let (param, value) = place.only(value)?;
                let pattern = value.as_str().ok_or_else(|| place.wrong("text"))?;
                let pieces = pieces(pattern).ok_or_else(|| place.wrong("^, classes, characters, + and $ only"))?;
                format!("Pattern({}, &[{}])", text(&param), pieces.join(", "))
            }
            "never" => "Never".to_owned(),
            param => format!("Is({}, {})", text(param), place.words(value)?),
        };
        all.push(format!("Requirement::{requirement}"));
    }
    Ok(format!("&[{}]", all.join(", ")))
}

/// Where in the facts something stands.
struct Place<'a> {
    provider: &'a str,
    id: &'a str,
    key: &'a str,
}

impl Place<'_> {
    fn wrong(&self, expected: &str) -> Failure {
        let Self { provider, id, key } = self;
        format!("spec/providers/{provider}.toml: `{id}`: `{key}` takes {expected}").into()
    }

    fn list(&self, value: &Value) -> Result<Vec<String>, Failure> {
        let items = value.as_array().ok_or_else(|| self.wrong("a list of names"))?;
        let names = items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
        names.ok_or_else(|| self.wrong("a list of names"))
    }

    fn names(&self, value: &Value) -> Result<String, Failure> {
        self.list(value).map(|names| texts(&names))
    }

    fn words(&self, value: &Value) -> Result<String, Failure> {
        let items = value.as_array().ok_or_else(|| self.wrong("a list of values"))?;
        Ok(list(items, word))
    }

    /// The only entry of a table.
    fn only(&self, value: &Value) -> Result<(String, Value), Failure> {
        let table = value.as_table().filter(|table| table.len() == 1);
        let entry = table.and_then(|table| table.iter().next());
        entry.map(|(name, value)| (name.clone(), value.clone())).ok_or_else(|| self.wrong("a table with one parameter"))
    }

    /// The only entry of a table, with two numbers.
    fn pair(&self, value: &Value) -> Result<(String, String, String), Failure> {
        let (name, value) = self.only(value)?;
        let numbers = value.as_array().and_then(|items| match items.as_slice() {
            [first, second] => Some((first.as_integer()?, second.as_integer()?)),
            _ => None,
        });
        let (first, second) = numbers.ok_or_else(|| self.wrong("two numbers"))?;
        Ok((name, whole(first), whole(second)))
    }
}

/// The pieces of a regular expression, as far as rules use them.
fn pieces(pattern: &str) -> Option<Vec<String>> {
    let mut rest = pattern.strip_prefix('^')?.strip_suffix('$')?.chars().peekable();
    let mut pieces = Vec::new();
    while let Some(character) = rest.next() {
        let ranges = match character {
            '[' => {
                let mut ranges = Vec::new();
                loop {
                    let first = rest.next()?;
                    if first == ']' {
                        break;
                    }
                    let last = if rest.peek() == Some(&'-') {
                        rest.next();
                        rest.next()?
                    } else {
                        first
                    };
                    ranges.push((first, last));
                }
                ranges
            }
            '\\' => {
                let literal = rest.next().filter(|literal| !literal.is_alphanumeric())?;
                vec![(literal, literal)]
            }
            '(' | ')' | '|' | '.' | '?' | '*' | '+' | '{' | '}' | '^' | '$' => return None,
            literal => vec![(literal, literal)],
        };
        let repeats = rest.peek() == Some(&'+');
        if repeats {
            rest.next();
        }
        let name = if repeats { "repeated" } else { "once" };
        pieces.push(format!("Piece::{name}({})", list(&ranges, |(first, last)| format!("({first:?}, {last:?})"))));
    }
    Some(pieces)
}
