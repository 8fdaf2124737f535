//! `video config`: gateways as profiles.

use std::io::Read as _;
use std::process::ExitCode;

use serde_json::json;
use video_journal::Prompts;
use video_protocol::{Bearer, Endpoint, Error};

use crate::arguments::{ConfigCommand, GatewayChoice};
use crate::complaint::What;
use crate::connect;
use crate::line::Line;
use crate::screen::Screen;
use crate::settings::presets::{self, PRESETS};
use crate::settings::profiles::{FILE, Profile, Profiles};
use crate::settings::{Origin, Place, home};

pub(super) fn config(command: ConfigCommand, screen: &Screen) -> Result<ExitCode, Error> {
    match command {
        ConfigCommand::Presets => list_presets(screen),
        ConfigCommand::List => list(screen)?,
        ConfigCommand::Show(choice) => show(&choice, screen)?,
        ConfigCommand::Use { name } => {
            change(|profiles| known(profiles.make_default(&name), &name))?;
            screen.say(&Line::ProfileChosen { name: &name });
        }
        ConfigCommand::Remove { name } => {
            change(|profiles| known(profiles.remove(&name), &name))?;
            screen.say(&Line::ProfileRemoved { name: &name });
        }
        ConfigCommand::Add { name, preset, base_url, model, journal_prompts, key_stdin } => {
            let wanted = Wanted { base_url, model, journal_prompts };
            add(name, preset.as_deref(), wanted, key_stdin, screen)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a profile is to say, as far as it was typed.
struct Wanted {
    base_url: Option<String>,
    model: Option<String>,
    journal_prompts: Option<String>,
}

fn add(
    name: Option<String>,
    preset: Option<&str>,
    wanted: Wanted,
    key_stdin: bool,
    screen: &Screen,
) -> Result<(), Error> {
    let preset = preset
        .map(|preset| presets::find(preset).ok_or_else(|| What::UnknownPreset { name: preset.to_owned() }.into_error()))
        .transpose()?;
    let name = name.or_else(|| preset.map(|preset| preset.name.to_owned())).unwrap_or_default();
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(What::BadProfileName.into_error());
    }
    let key = if key_stdin { Some(key_from_stdin()?) } else { None };
    change(|profiles| {
        let before = profiles.get(&name).cloned();
        let url = wanted.base_url.or_else(|| preset.map(|preset| preset.base_url.to_owned()));
        // A key belongs to its gateway: it is not carried over to another address.
        let same_place =
            before.as_ref().filter(|before| url.as_ref().is_none_or(|url| *url == before.base_url)).cloned();
        let kept_prompts = before.as_ref().and_then(|before| before.journal_prompts.clone());
        let url = url.or_else(|| before.map(|before| before.base_url));
        let base_url = url.ok_or_else(|| What::ProfileNeedsUrl.into_error())?;
        Endpoint::new(&base_url, Bearer::new("none")?)?;
        let profile = Profile {
            base_url,
            model: wanted.model.or_else(|| same_place.as_ref().and_then(|profile| profile.model.clone())),
            key: key.or_else(|| same_place.and_then(|profile| profile.key)),
            // What is kept of prompts is a wish of the person, whichever the gateway.
            journal_prompts: wanted.journal_prompts.or(kept_prompts),
        };
        profiles.insert(&name, profile);
        Ok(())
    })?;
    let folder = home::folder()?;
    screen.say(&Line::ProfileKept { name: &name, path: &folder.join(FILE).display().to_string() });
    if Profiles::read(&folder)?.get(&name).is_some_and(|profile| profile.key.is_none()) {
        screen.say(&Line::ProfileWithoutKey { name: &name });
    }
    Ok(())
}

/// The key, checked and cut to itself.
fn key_from_stdin() -> Result<String, Error> {
    let mut text = String::new();
    std::io::stdin().take(64 << 10).read_to_string(&mut text).map_err(|cause| What::StdinUnreadable.because(cause))?;
    let key = text.trim();
    Bearer::new(key)?;
    let prefix = key.get(..7).is_some_and(|prefix| prefix.eq_ignore_ascii_case("bearer "));
    Ok(if prefix { key[7..].trim().to_owned() } else { key.to_owned() })
}

fn change(edit: impl FnOnce(&mut Profiles) -> Result<(), Error>) -> Result<(), Error> {
    let folder = home::folder()?;
    let mut profiles = Profiles::read(&folder)?;
    edit(&mut profiles)?;
    profiles.write(&folder)
}

fn known(found: bool, name: &str) -> Result<(), Error> {
    if found { Ok(()) } else { Err(What::UnknownProfile { name: name.to_owned() }.into_error()) }
}

fn list_presets(screen: &Screen) {
    for preset in PRESETS {
        screen.data(&format!("{:<10}{:<24}{}", preset.name, preset.base_url, preset.title));
        screen.object(&json!({"schema": "video.preset/1", "name": preset.name, "title": preset.title, "base_url": preset.base_url}));
    }
}

fn list(screen: &Screen) -> Result<(), Error> {
    let profiles = Profiles::read(&home::folder()?)?;
    let default = profiles.default_name();
    if profiles.iter().next().is_none() {
        screen.say(&Line::NoProfiles);
    }
    for (name, profile) in profiles.iter() {
        let (mark, key) =
            (if default == Some(name) { "*" } else { " " }, if profile.key.is_some() { "key" } else { "no key" });
        let model = profile.model.as_deref().unwrap_or("-");
        screen.data(&format!("{mark} {name:<12}{:<32}{model:<20}{key}", profile.base_url));
        screen.object(&json!({
            "schema": "video.profile/1",
            "name": name,
            "default": default == Some(name),
            "base_url": profile.base_url,
            "model": profile.model,
            "has_key": profile.key.is_some(),
            "journal_prompts": profile.journal_prompts,
        }));
    }
    Ok(())
}

/// The settings in force; the key only as "set".
fn show(choice: &GatewayChoice, screen: &Screen) -> Result<(), Error> {
    let settings = connect::settings(choice, None)?;
    let mut rows = Vec::new();
    match &settings.place {
        Place::Sandbox => rows.push(("gateway", "sandbox".to_owned(), "--sandbox".to_owned())),
        Place::Fallback => {
            rows.push(("gateway", "sandbox (only for generate)".to_owned(), Origin::Default.to_string()));
        }
        Place::Gateway { base_url: (url, origin), key } => {
            rows.push(("gateway", url.clone(), origin.to_string()));
            let origin = key.as_ref().map_or_else(|| "nowhere".to_owned(), |(_, origin)| origin.to_string());
            rows.push(("key", if key.is_some() { "set" } else { "not set" }.to_owned(), origin));
        }
    }
    if let Some((model, origin)) = &settings.model {
        rows.push(("model", model.clone(), origin.to_string()));
    }
    let prompts = if settings.prompts.0 == Prompts::Hashed { "hashed" } else { "stored" };
    rows.push(("prompts", prompts.to_owned(), settings.prompts.1.to_string()));
    rows.push(("format", settings.format.0.name().to_owned(), settings.format.1.to_string()));
    rows.push((
        "home",
        home::folder()?.display().to_string(),
        if std::env::var_os("VIDEO_HOME").is_some() { "VIDEO_HOME" } else { "default" }.to_owned(),
    ));
    for (name, value, origin) in rows {
        screen.data(&format!("{name:<9}{value:<40}{origin}"));
        screen.object(&json!({"schema": "video.setting/1", "name": name, "value": value, "origin": origin}));
    }
    Ok(())
}
