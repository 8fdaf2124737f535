//! Holds a rule against a request. Pure and total: no request and no rule makes it panic.

use serde_json::Value;

use crate::pattern;
use crate::seen::{Seen, same_number};
use crate::sent::Sent;
use crate::{Condition, Requirement, Rule};

/// Where the request breaks the rule, or `None` if it does not.
pub(crate) fn broken(rule: &Rule, sent: &Sent<'_>) -> Option<String> {
    if !holds(rule.when, sent) {
        return None;
    }
    if rule.require.is_empty() {
        return Some(place(rule.when, sent));
    }
    rule.require.iter().find_map(|require| unmet(require, rule, sent))
}

/// Whether all conditions hold.
pub(crate) fn holds(when: &[Condition], sent: &Sent<'_>) -> bool {
    when.iter().all(|condition| match condition {
        Condition::Present(names) => names.iter().all(|name| sent.find(name).is_some()),
        Condition::AnyPresent(names) => names.iter().any(|name| sent.find(name).is_some()),
        Condition::Endpoint(ids) => sent.endpoint.is_some_and(|endpoint| ids.contains(&endpoint)),
        Condition::Is(name, words) => {
            sent.find_or_default(name).is_some_and(|value| words.iter().any(|word| value.says(word)))
        }
        Condition::ItemCount(name, least, most) => counts(sent, name).is_some_and(|count| within(count, *least, *most)),
    })
}

/// The first thing the conditions speak of.
fn place(when: &[Condition], sent: &Sent<'_>) -> String {
    let named = when.iter().find_map(|condition| match condition {
        Condition::Present(names) => names.first().copied(),
        Condition::AnyPresent(names) => names.iter().copied().find(|name| sent.find(name).is_some()),
        Condition::Is(name, _) | Condition::ItemCount(name, ..) => Some(*name),
        Condition::Endpoint(_) => None,
    });
    named.map_or_else(|| "model".to_owned(), |name| sent.path(name))
}

fn unmet(require: &Requirement, rule: &Rule, sent: &Sent<'_>) -> Option<String> {
    let given = |name: &&&str| sent.find(name).is_some();
    match require {
        Requirement::Present(names) => names.iter().find(|name| !given(name)).map(|name| sent.path(name)),
        Requirement::Absent(names) => names.iter().find(given).map(|name| sent.path(name)),
        Requirement::AnyPresent(names) => {
            let none = !names.iter().any(|name| given(&name));
            none.then(|| names.first().map_or_else(|| "model".to_owned(), |name| sent.path(name)))
        }
        Requirement::Is(name, words) => {
            let value = sent.find_or_default(name)?;
            (!words.iter().any(|word| value.says(word))).then(|| sent.path(name))
        }
        Requirement::AtMostOneGroup(groups) => {
            let mut used = groups.iter().filter_map(|group| group.iter().find(|name| given(name)));
            used.next()?;
            used.next().map(|name| sent.path(name))
        }
        Requirement::ExactlyOneNonzero(names) => {
            let turned =
                |name: &&&str| sent.find(name).and_then(|value| value.number()).is_some_and(|number| number != 0.0);
            let mut nonzero = names.iter().filter(turned);
            match (nonzero.next(), nonzero.next()) {
                (Some(_), None) => None,
                (_, Some(second)) => Some(sent.path(second)),
                (None, None) => Some(names.first().map_or_else(|| "model".to_owned(), |name| sent.path(name))),
            }
        }
        Requirement::SumEquals { list, key, param } => {
            let Seen::Json(Value::Array(items)) = sent.find(list)? else { return None };
            let wanted = sent.find_or_default(param)?.number()?;
            let numbers = items.iter().map(|item| Seen::Json(item.get(key)?).number());
            let sum = numbers.sum::<Option<f64>>()?;
            (!same_number(sum, wanted)).then(|| sent.path(list))
        }
        Requirement::ItemCount(name, least, most) => {
            (!within(counts(sent, name)?, *least, *most)).then(|| sent.path(name))
        }
        Requirement::MaxChars(name, most) => {
            let value = sent.find(name)?;
            (value.text()?.chars().count() > usize_of(*most)).then(|| sent.path(name))
        }
        Requirement::Modulo(name, divisor, remainder) => {
            let number = sent.find(name)?.number()?;
            #[expect(clippy::cast_precision_loss, reason = "the facts hold no number that large")]
            let (divisor, remainder) = (*divisor as f64, *remainder as f64);
            (divisor != 0.0 && !same_number(number.rem_euclid(divisor), remainder)).then(|| sent.path(name))
        }
        Requirement::Pattern(name, pieces) => {
            let value = sent.find(name)?;
            (!pattern::matches(pieces, value.text()?)).then(|| sent.path(name))
        }
        Requirement::Never => Some(place(rule.when, sent)),
    }
}

/// The number of items: 0 for nothing at all, none for what is no list.
fn counts(sent: &Sent<'_>, name: &str) -> Option<usize> {
    sent.find(name).map_or(Some(0), |value| value.items())
}

fn within(count: usize, least: u32, most: u32) -> bool {
    (usize_of(least)..=usize_of(most)).contains(&count)
}

fn usize_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
