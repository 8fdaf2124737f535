//! The part of a page about models.

use super::cells::{allowed, cite, code, escaped, kebab, names, plain, ranges, table, value, values, with_unit};
use crate::codegen::spec::{Limits, Model, Provider};

pub(super) fn model_row(model: &Model) -> Vec<String> {
    let mut name = code(&model.id);
    if !model.aliases.is_empty() {
        name.push_str(&format!(" (also {})", names(&model.aliases)));
    }
    let mut seconds = ranges(&model.durations);
    if !model.durations_extended.is_empty() {
        seconds.push_str(&format!("; disputed {}", ranges(&model.durations_extended)));
    }
    seconds.extend(model.default_duration.map(|default| format!("; default {default}")));
    if model.auto_duration {
        seconds.push_str("; -1: the model chooses");
    }
    for by in &model.durations_by {
        let note = by.note.as_deref().map(|note| format!(" ({note})")).unwrap_or_default();
        seconds.push_str(&format!("; {} {}{note}", by.capability, ranges(&by.values)));
    }
    let mut sizes = if model.sizes.is_empty() { model.resolutions.join(", ") } else { model.sizes.join(", ") };
    if !model.sizes_extended.is_empty() {
        sizes.push_str(&format!("; disputed {}", model.sizes_extended.join(", ")));
    }
    sizes.extend(model.default_resolution.iter().map(|default| format!("; default {default}")));
    let mut media = model.max_images.to_string();
    media.extend(model.max_videos.map(|videos| format!("; {videos} clips")));
    media.extend(model.max_audios.map(|audios| format!("; {audios} sounds")));
    let kinds: Vec<_> = model.capabilities.iter().map(|kind| kebab(&format!("{kind:?}"))).collect();
    let mut status = kebab(&format!("{:?}", model.status));
    for date in [&model.offline_date, &model.shutdown_date].into_iter().flatten() {
        status.push_str(&format!(" {date}"));
    }
    status.extend(model.released.iter().map(|date| format!("; released {date}")));
    vec![
        name,
        model.name.clone(),
        status,
        kinds.join(", "),
        seconds,
        sizes,
        model.aspect_ratios.join(", "),
        media,
        model.fps.map(plain).unwrap_or_default(),
        if model.audio { "yes" } else { "no" }.to_owned(),
        cite(&kebab(&format!("{:?}", model.confidence)), &model.sources),
    ]
}

/// What does not fit into a column: other names, the gateway, what is not sourced, notes.
pub(super) fn remarks(provider: &Provider) -> String {
    let lines = provider.model.iter().filter_map(|model| {
        let mut parts = Vec::new();
        parts.extend(model.api.iter().map(|api| format!("{api} API")));
        parts.extend(model.legacy_id.iter().map(|id| format!("`{id}` in the legacy API")));
        parts.extend(model.resolves_to.iter().map(|meaning| format!("stands for {meaning}")));
        parts.extend(model.max_prompt_chars.map(|chars| format!("prompt up to {chars} characters")));
        if model.in_seeds {
            parts.push("in the gateways' own examples".to_owned());
        }
        if !model.gateway_channels.is_empty() {
            parts.push(format!("New API: {}", model.gateway_channels.join(", ")));
        }
        if !model.gateway_channels_unverified.is_empty() {
            parts.push(format!("later or forked New API: {}", model.gateway_channels_unverified.join(", ")));
        }
        if model.gateway_passthrough {
            parts.push("passes through New API when configured".to_owned());
        }
        if model.gateway_priced {
            parts.push("in New API's price table only".to_owned());
        }
        if !model.unsourced_fields.is_empty() {
            parts.push(format!("without a source: {}", model.unsourced_fields.join(", ")));
        }
        parts.extend(model.notes.clone());
        (!parts.is_empty()).then(|| format!("- `{}`: {}\n", model.id, escaped(&parts.join("; "))))
    });
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

/// Which model takes which parameter, with what differs from the table of parameters.
pub(super) fn which(provider: &Provider) -> String {
    let rows = provider.model.iter().map(|model| {
        let limits = model.limits.iter().map(|limits| format!("`{}`: {}", limits.name, limited(limits)));
        vec![code(&model.id), names(&model.params), limits.collect::<Vec<_>>().join("<br>")]
    });
    format!("\nWhich model takes which, and what differs for it:\n\n{}", table(&["model", "takes", "differs"], rows))
}

fn limited(limits: &Limits) -> String {
    let counts = [limits.min_chars, limits.max_chars, limits.min_items, limits.max_items];
    let mut parts = vec![limits.kind.clone()];
    parts.extend(allowed(&limits.values, (limits.min, limits.max), counts));
    if !limits.examples.is_empty() {
        parts.push(format!("for example {}", values(&limits.examples)));
    }
    parts.extend(limits.default.as_ref().map(|default| format!("default {}", value(default))));
    if limits.required {
        parts.push("required".to_owned());
    }
    with_unit(&parts.join(", "), limits.unit.as_deref())
}
