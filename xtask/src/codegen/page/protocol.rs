//! The part of a page about the provider's own protocol.

use super::cells::{cite, code, escaped, kebab, names, table, value};
use crate::codegen::spec::{Facts, Provider};

pub(super) fn facts_table(title: &str, facts: &Facts) -> String {
    let mut page = format!("\n## {title}\n\n");
    if !facts.schemes.is_empty() {
        page.push_str(&format!("Schemes: {}. ", names(&facts.schemes)));
    }
    page.extend(facts.supported.map(|yes| format!("Supported: {}. ", if yes { "yes" } else { "no" })));
    page.extend(facts.param.iter().map(|param| format!("Parameter: `{param}`. ")));
    page.push_str(&format!("Known by: {}.\n", cite(&kebab(&format!("{:?}", facts.confidence)), &facts.sources)));
    if !facts.list.is_empty() {
        let rows = facts.list.iter().map(|fact| vec![fact.name.replace('_', " "), value(&fact.value)]);
        page.push_str(&format!("\n{}", table(&["what", "value"], rows)));
    }
    page
}

pub(super) fn protocol(provider: &Provider) -> String {
    let protocol = &provider.protocol;
    let mut page = format!(
        "\n## Protocol\n\nKnown by: {}.\n\n",
        cite(&kebab(&format!("{:?}", protocol.confidence)), &protocol.sources)
    );
    for base in &provider.base_urls {
        page.push_str(&format!(
            "- {}: `{}{}`\n",
            base.region,
            base.url,
            provider.path_prefix.as_deref().unwrap_or_default()
        ));
    }
    let lifetimes = [("result address", provider.result_url_ttl_seconds), ("task", provider.task_ttl_seconds)];
    for (what, seconds) in lifetimes {
        page.extend(seconds.map(|seconds| format!("- lifetime of a {what}: {seconds} s\n")));
    }
    page.extend(provider.result_url_note.iter().map(|note| format!("- {}\n", escaped(note))));
    page.push('\n');
    let rows = protocol.endpoints.iter().map(|endpoint| {
        let mut purpose = endpoint.purpose.clone();
        purpose.extend(endpoint.note.iter().map(|note| format!("; {note}")));
        purpose.extend(endpoint.generation.iter().map(|generation| format!(" ({generation})")));
        let gateway = if endpoint.gateway { "yes" } else { "no" }.to_owned();
        vec![code(&endpoint.id), code(&format!("{} {}", endpoint.method, endpoint.path)), purpose, gateway]
    });
    page.push_str(&table(&["endpoint", "request", "purpose", "used by New API"], rows));
    page.push('\n');
    let rows = protocol.statuses.iter().map(|status| {
        let end = if status.terminal { "yes" } else { "no" }.to_owned();
        vec![code(&status.native), status.normalized.clone(), end]
    });
    page.push_str(&table(&["status", "means", "final"], rows));
    page.push('\n');
    let rows = protocol.errors.iter().map(|error| {
        let http = if error.http == 0 { "not confirmed".to_owned() } else { error.http.to_string() };
        let mut meaning = error.meaning.clone();
        meaning.extend(error.disputed.iter().map(|other| format!(" (disputed: {other})")));
        vec![code(&error.code), http, kebab(&format!("{:?}", error.retry)), meaning]
    });
    page.push_str(&table(&["error", "HTTP", "repeat", "meaning"], rows));
    if !protocol.prices.is_empty() {
        page.push_str("\nPrices as seen, which change; the bill is the provider's:\n\n");
        let rows = protocol.prices.iter().map(|price| {
            let case = price.case.clone().unwrap_or_default();
            vec![
                price.model.clone(),
                case,
                value(&price.amount),
                price.unit.clone(),
                price.note.clone().unwrap_or_default(),
            ]
        });
        page.push_str(&table(&["model", "case", "price", "unit", "note"], rows));
    }
    page
}
