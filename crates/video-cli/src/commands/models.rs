//! `video models`: the catalogue.

mod detail;
mod words;

use std::process::ExitCode;

use serde_json::{Value, json};
use video_catalog::{Kind, Model, Provider, Selection, find, models as select, near_models, provider};
use video_protocol::Error;

use crate::arguments::Models;
use crate::complaint::What;
use crate::language::Language;
use crate::line::Line;
use crate::screen::Screen;

/// Names that are offered for one nobody knows.
const NEAR: usize = 5;

/// Sizes of a model that are listed.
const FEW: usize = 4;

pub(super) fn models(arguments: &Models, screen: &Screen) -> Result<ExitCode, Error> {
    if let Some(name) = &arguments.model {
        let unknown = || What::UnknownModel { name: name.clone(), near: near_models(name, NEAR) }.into_error();
        detail::show(&find(name).ok_or_else(unknown)?, screen);
        return Ok(ExitCode::SUCCESS);
    }
    let mut selection = Selection::all();
    if let Some(id) = &arguments.provider {
        let known = provider(&id.to_lowercase()).ok_or_else(|| What::UnknownProvider { name: id.clone() }.into_error());
        selection = selection.of_provider(known?.id);
    }
    for word in &arguments.kind {
        selection = selection.of_kind(kind(word).ok_or_else(|| What::UnknownKind { word: word.clone() }.into_error())?);
    }
    let wanted = arguments.search.as_deref().unwrap_or_default().to_lowercase();
    let found: Vec<_> = select(&selection).filter(|(provider, model)| is_named(provider, model, &wanted)).collect();
    for (provider, model) in &found {
        screen.object(&object(provider, model));
    }
    screen.object(&json!({"schema": "video.models/1", "models": found.len()}));
    let language = screen.language();
    let heads = match language {
        Language::English => ["MODEL", "PROVIDER", "STATUS", "SECONDS", "SIZES", "DOES"],
        Language::Chinese => ["模型", "供应商", "状态", "秒数", "尺寸", "能力"],
    };
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(found.iter().map(|(provider, model)| row(provider, model, language)));
    if !found.is_empty() {
        screen.table(&rows);
    }
    screen.say(&Line::Models { count: found.len() });
    Ok(ExitCode::SUCCESS)
}

/// `image-to-video`, or in short `image`.
fn kind(word: &str) -> Option<Kind> {
    let word = word.trim().to_lowercase();
    Kind::parse(&word).or_else(|| Kind::parse(&format!("{word}-to-video")))
}

fn is_named(provider: &Provider, model: &Model, wanted: &str) -> bool {
    let mut names = [model.id, model.name, provider.id, provider.name, provider.name_zh]
        .into_iter()
        .chain(model.aliases.iter().copied());
    names.any(|name| name.to_lowercase().contains(wanted))
}

fn row(provider: &Provider, model: &Model, language: Language) -> Vec<String> {
    let name = match language {
        Language::English => provider.name,
        Language::Chinese => provider.name_zh,
    };
    let sizes = if model.sizes.is_empty() { model.resolutions } else { model.sizes };
    vec![
        model.id.to_owned(),
        name.to_owned(),
        words::status(model.status, language).to_owned(),
        words::seconds(model.durations, language),
        few(sizes),
        words::kinds(model.kinds, language),
    ]
}

/// A few sizes: some models have dozens, which their own page shows.
fn few(sizes: &[&str]) -> String {
    match sizes.get(..FEW) {
        Some(few) if few.len() < sizes.len() => format!("{} …", few.join(" ")),
        _ => sizes.join(" "),
    }
}

/// One model as an object: `video.model/1`.
fn object(provider: &Provider, model: &Model) -> Value {
    json!({
        "schema": "video.model/1",
        "model": model.id,
        "name": model.name,
        "aliases": model.aliases,
        "provider": provider.id,
        "provider_name": provider.name,
        "provider_name_zh": provider.name_zh,
        "status": model.status.as_str(),
        "end": model.end,
        "kinds": model.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "seconds": model.durations,
        "default_seconds": model.default_duration,
        "resolutions": model.resolutions,
        "sizes": model.sizes,
        "aspect_ratios": model.aspect_ratios,
        "fps": model.fps,
        "max_images": model.max_images,
        "audio": model.audio,
        "listed": model.listed,
        "confidence": model.confidence.as_str(),
        "sources": model.sources,
    })
}
