//! From what was typed to what is ordered.

use std::fs;

use serde_json::Value;
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
    let mut generation = Generation::new(model, &wish.prompt).with_metadata(metadata(wish)?);
    generation.images = wish.image.iter().map(|image| picture::read(image)).collect::<Result<_, _>>()?;
    generation.size.clone_from(&wish.size);
    generation.seconds = wish.seconds;
    generation.fps = wish.fps;
    generation.seed = wish.seed;
    Ok(generation)
}

fn metadata(wish: &Wish) -> Result<Metadata, Error> {
    let mut metadata = match &wish.meta_file {
        Some(path) => {
            let path = path.display().to_string();
            serde_json::from_str(&text_of(&path)?).map_err(|cause| What::NotAnObject { path }.because(cause))?
        }
        None => Metadata::default(),
    };
    for pair in &wish.meta {
        let (key, value) = parameter(pair)?;
        metadata.insert(key, value);
    }
    Ok(metadata)
}

/// `key=text`, `key:=JSON`, `key=@FILE`.
pub(crate) fn parameter(pair: &str) -> Result<(&str, Value), Error> {
    let malformed = || What::MalformedParameter { pair: pair.to_owned() }.into_error();
    let (key, value) = pair.split_once('=').ok_or_else(malformed)?;
    let (key, value) = match (key.strip_suffix(':'), value.strip_prefix('@')) {
        (Some(key), _) => {
            let not_json = |cause| What::ParameterNotJson { key: key.to_owned() }.because(cause);
            (key, serde_json::from_str(value).map_err(not_json)?)
        }
        (None, Some(path)) => (key, Value::String(text_of(path)?)),
        (None, None) => (key, Value::String(value.to_owned())),
    };
    if key.trim().is_empty() { Err(malformed()) } else { Ok((key.trim(), value)) }
}

fn text_of(path: &str) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|cause| What::Unreadable { path: path.to_owned() }.because(cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_text_json_or_a_file() {
        let rows: Vec<String> = [
            "mode=pro",
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
        .map(|pair| match parameter(pair) {
            Ok((key, value)) => format!("{pair} -> {key} = {value}"),
            Err(error) => format!("{pair} -> {error}"),
        })
        .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }
}
