//! The part of a page about parameters.

use super::cells::{allowed, cite, code, kebab, names, table, value, values, with_unit};
use crate::codegen::spec::{Param, Provider};

pub(super) fn param_row(param: &Param) -> Vec<String> {
    let counts = [param.min_chars, param.max_chars, param.min_items, param.max_items];
    let mut allowed = allowed(&param.values, (param.min, param.max), counts);
    if !param.examples.is_empty() {
        allowed.push(format!("for example {}", values(&param.examples)));
    }
    let mut meaning = param.description.clone();
    meaning.extend(param.notes.iter().map(|notes| format!(" Note: {notes}.")));
    meaning.extend(param.requires.iter().map(|requires| format!(" Needs {requires}.")));
    meaning.extend(param.zero_value.iter().map(|zero| format!(" 0 means {zero}.")));
    if !param.exclusive_with.is_empty() {
        meaning.push_str(&format!(" Not together with {}.", names(&param.exclusive_with)));
    }
    let mut gateway = kebab(&format!("{:?}", param.gateway));
    gateway.extend(param.gateway_key.iter().map(|key| format!(" as `{key}`")));
    let place = param.location.as_deref().map(|place| format!(" ({place})")).unwrap_or_default();
    vec![
        format!("{}{}{place}", code(&param.name), if param.required { " *" } else { "" }),
        param.kind.clone(),
        with_unit(&allowed.join("; "), param.unit.as_deref()),
        param.default.as_ref().map(value).unwrap_or_default(),
        param.endpoints.join(", "),
        gateway,
        meaning,
        cite(&kebab(&format!("{:?}", param.confidence)), &param.sources),
    ]
}

pub(super) fn members(provider: &Provider) -> String {
    let rows: Vec<_> = provider
        .param
        .iter()
        .flat_map(|param| param.fields.iter().map(move |field| (param, field)))
        .map(|(param, field)| {
            let counts = [None, field.max_chars, field.min_items, field.max_items];
            vec![
                code(&format!("{}.{}", param.name, field.name)),
                field.kind.clone(),
                allowed(&field.values, (field.min, field.max), counts).join("; "),
                field.default.as_ref().map(value).unwrap_or_default(),
                field.note.clone().unwrap_or_default(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("\nMembers of objects:\n\n{}", table(&["member", "type", "values", "default", "note"], rows))
}
