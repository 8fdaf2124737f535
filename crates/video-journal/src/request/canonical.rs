//! The one way in which an order is written down, to be hashed and kept.

use serde_json::{Map, Value, json};
use video_protocol::TaskRef;
use video_types::{Extra, Generation, ImageInput, ImageKind, Metadata, Seconds, Size};

use super::{Order, Prompts};
use crate::RequestHash;

/// A picture longer than this is not kept, in bytes.
const LONGEST_PICTURE: usize = 1024;
/// What may be kept when prompts are not.
const HARMLESS: [&str; 6] = ["fps", "mode", "model", "seconds", "seed", "size"];

/// Members in the order of their names, those that are absent or empty left out.
pub(super) fn written(order: &Order) -> Value {
    let members = match order {
        Order::Generation(wanted) => {
            let images: Vec<&str> = wanted.images.iter().map(ImageInput::as_str).collect();
            let metadata: Map<String, Value> =
                wanted.metadata.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            let extra: Map<String, Value> = wanted.extra.clone().into_iter().collect();
            json!({
                "extra": extra,
                "fps": wanted.fps,
                "images": images,
                "metadata": metadata,
                "mode": wanted.mode,
                "model": wanted.model.as_str(),
                "prompt": wanted.prompt,
                "seconds": wanted.seconds.map(Seconds::get),
                "seed": wanted.seed,
                "size": wanted.size.as_ref().map(Size::as_str),
            })
        }
        Order::Remix { of, prompt } => json!({ "prompt": prompt, "remix_of": of.to_string() }),
    };
    let mut members = match sorted(members) {
        Value::Object(members) => members,
        other => return other,
    };
    for optional in ["extra", "fps", "images", "metadata", "mode", "seconds", "seed", "size"] {
        let empty = match members.get(optional) {
            Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(items)) => items.is_empty(),
            _ => false,
        };
        if empty {
            members.remove(optional);
        }
    }
    // Removing may disturb the order where maps keep that of insertion.
    sorted(Value::Object(members))
}

/// The same with the members of every object in the order of their names, whichever map `serde_json` was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(members.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// What may be kept of a canonical order, and whether that is all of it.
pub(super) fn kept(canonical: Value, prompts: Prompts) -> (Value, bool) {
    let Value::Object(mut members) = canonical else { return (canonical, true) };
    let mut whole = true;
    for (name, value) in &mut members {
        match prompts {
            Prompts::Hashed if !HARMLESS.contains(&name.as_str()) => {
                *value = left_out(value);
                whole = false;
            }
            _ if name == "images" => {
                for image in value.as_array_mut().into_iter().flatten().filter(|image| is_large_picture(image)) {
                    *image = left_out(image);
                    whole = false;
                }
            }
            _ => {}
        }
    }
    (Value::Object(members), whole)
}

fn is_large_picture(image: &Value) -> bool {
    let Some(text) = image.as_str() else { return false };
    text.len() > LONGEST_PICTURE && ImageInput::new(text).kind() != ImageKind::Link
}

fn left_out(value: &Value) -> Value {
    let bytes = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    json!({ "bytes": bytes.len(), "sha256": RequestHash::of(bytes.as_bytes()).to_string() })
}

/// Reads what [`written`] wrote; `None` if a member is not what it should be.
pub(super) fn read(kept: Value) -> Option<Order> {
    let Value::Object(mut members) = kept else { return None };
    let prompt = members.remove("prompt")?.as_str()?.to_owned();
    if let Some(origin) = members.remove("remix_of") {
        let of: TaskRef = origin.as_str()?.parse().ok()?;
        return Some(Order::Remix { of, prompt });
    }
    let mut wanted = Generation::new(members.remove("model")?.as_str()?, prompt);
    for (name, value) in members {
        match name.as_str() {
            "images" => {
                for image in value.as_array()? {
                    wanted.images.push(ImageInput::new(image.as_str()?));
                }
            }
            "size" => wanted.size = Some(Size::from(value.as_str()?)),
            "seconds" => wanted.seconds = Some(Seconds::new(u32::try_from(value.as_u64()?).ok()?)?),
            "fps" => wanted.fps = Some(u32::try_from(value.as_u64()?).ok()?),
            "seed" => wanted.seed = Some(value.as_i64()?),
            "mode" => wanted.mode = Some(value.as_str()?.to_owned()),
            "metadata" => wanted.metadata = value.as_object()?.clone().into_iter().collect::<Metadata>(),
            "extra" => wanted.extra = value.as_object()?.clone().into_iter().collect::<Extra>(),
            _ => return None,
        }
    }
    Some(Order::from(wanted))
}
