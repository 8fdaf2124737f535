//! From what was typed to what is ordered.

use std::fs;

use serde_json::{Map, Value};
use video_catalog::typed;
use video_protocol::Error;
use video_types::{Generation, Metadata};

use crate::arguments::Wish;
use crate::complaint::What;
use crate::picture;

/// Reads everything the order needs; nothing is sent.
pub(crate) fn generation(wish: &Wish, default_model: Option<&str>) -> Result<Generation, Error> {
    if wish.prompt.trim().is_empty() {
        return Err(What::BlankPrompt.into_error());
    }
    let model = wish.model.as_deref().or(default_model).filter(|model| !model.trim().is_empty());
    let model = model.ok_or_else(|| What::NoModel.into_error())?;
    let mut generation = Generation::new(model, &wish.prompt).with_metadata(metadata(wish, model)?);
    generation.images = wish.image.iter().map(|image| Ok(picture::read(image)?.image)).collect::<Result<_, Error>>()?;
    generation.size.clone_from(&wish.size);
    generation.seconds = wish.seconds;
    generation.fps = wish.fps;
    generation.seed = wish.seed;
    Ok(generation)
}

fn metadata(wish: &Wish, model: &str) -> Result<Metadata, Error> {
    let mut metadata = match &wish.meta_file {
        Some(path) => {
            let path = path.display().to_string();
            serde_json::from_str(&text_of(&path)?).map_err(|cause| What::NotAnObject { path }.because(cause))?
        }
        None => Metadata::default(),
    };
    for pair in &wish.meta {
        let (key, value) = parameter(pair, model)?;
        set(&mut metadata, key, value);
    }
    Ok(metadata)
}

/// `key=text`, `key:=JSON`, and a file for either: `key=@FILE`, `key:=@FILE`. Text gets the type the catalogue knows.
pub(crate) fn parameter<'a>(pair: &'a str, model: &str) -> Result<(&'a str, Value), Error> {
    let malformed = || What::MalformedParameter { pair: pair.to_owned() }.into_error();
    let (key, value) = pair.split_once('=').ok_or_else(malformed)?;
    let (key, is_json) = key.strip_suffix(':').map_or((key, false), |key| (key, true));
    let key = key.trim();
    if key.is_empty() || key.split('.').any(str::is_empty) {
        return Err(malformed());
    }
    let text = match value.strip_prefix('@') {
        Some(path) => text_of(path)?,
        None => value.to_owned(),
    };
    if !is_json {
        return Ok((key, typed(model, key, &text)));
    }
    let not_json = |cause| What::ParameterNotJson { key: key.to_owned() }.because(cause);
    Ok((key, serde_json::from_str(&text).map_err(not_json)?))
}

/// Sets a key; with dots, a member of the object there. What is there and is no object gives way.
fn set(metadata: &mut Metadata, key: &str, value: Value) {
    let Some((first, rest)) = key.split_once('.') else {
        metadata.insert(key, value);
        return;
    };
    let mut there = metadata.get(first).cloned().unwrap_or_default();
    let mut place = &mut there;
    for level in rest.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        // An object has every member one asks for.
        place = &mut place[level];
    }
    *place = value;
    metadata.insert(first, there);
}

fn text_of(path: &str) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|cause| What::Unreadable { path: path.to_owned() }.because(cause))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_are_text_json_or_a_file() {
        let rows: Vec<String> = [
            "mode=pro",
            "duration=5",
            "cfg_scale=0.5",
            "cfg_scale=much",
            "camera_control.config.zoom=3",
            "camera_control:=@/no/such",
            "a..b=1",
            "cfg_scale:=0.5",
            "camera:={\"type\":\"simple\"}",
            "a=b=c",
            "empty=",
            "=x",
            "novalue",
            "n:=five",
            "f=@/no/such",
        ]
        .into_iter()
        .map(|pair| match parameter(pair, "kling-v1") {
            Ok((key, value)) => format!("{pair} -> {key} = {value}"),
            Err(error) => format!("{pair} -> {error}"),
        })
        .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }

    #[test]
    fn a_dot_descends_and_the_last_word_counts() {
        let mut metadata = Metadata::default().with("input", json!({"template": "a"})).with("seed", 1);
        for (key, value) in
            [("input.negative_prompt", "blur"), ("parameters.seed", "7"), ("seed.of", "x"), ("seed.of.all", "y")]
        {
            set(&mut metadata, key, Value::from(value));
        }
        let written = serde_json::to_string(&metadata).expect("JSON");
        insta::assert_snapshot!(
            written,
            @r#"{"input":{"negative_prompt":"blur","template":"a"},"parameters":{"seed":"7"},"seed":{"of":{"all":"y"}}}"#
        );
    }
}
