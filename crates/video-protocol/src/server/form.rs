//! From the fields of a form to the members of an object.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::submit::{misnamed, refused};
use crate::multipart::{self, Part};
use crate::picture::picture;

/// Most fields a form may have, whatever its encoding.
const MOST_FIELDS: usize = 1000;
/// How deep the names of fields may nest.
const DEEPEST: usize = 8;

/// The fields under which pictures are sent.
const PICTURES: [&str; 3] = ["input_reference", "image", "images"];

/// Reads `a=1&b=2`.
pub(crate) fn urlencoded(body: &[u8]) -> Result<Map<String, Value>, crate::Error> {
    let mut form = Map::new();
    for (number, (name, value)) in form_urlencoded::parse(body).enumerate() {
        if number >= MOST_FIELDS {
            return Err(refused("invalid_request", format!("the form has more than {MOST_FIELDS} fields")));
        }
        put(&mut form, &name, Value::from(value.into_owned()))?;
    }
    Ok(gathered(form))
}

/// Reads `multipart/form-data`. The file of a picture becomes a `data:` URI.
pub(crate) fn multipart(content_type: &str, body: &Bytes) -> Result<Map<String, Value>, crate::Error> {
    let parts = multipart::read(content_type, body)
        .map_err(|source| refused("invalid_multipart_form", source.to_string()).with_source(source))?;
    let mut form = Map::new();
    for part in parts {
        put(&mut form, &part.name, value(&part)?)?;
    }
    Ok(gathered(form))
}

fn value(part: &Part) -> Result<Value, crate::Error> {
    let media_type = part.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let textual = ["text/", "application/json"].iter().any(|kind| media_type.starts_with(kind));
    let binary = ["image/", "video/", "application/octet-stream"].iter().any(|kind| media_type.starts_with(kind));
    let is_picture = PICTURES.contains(&root(&part.name));
    if (part.filename.is_some() && (is_picture || !textual)) || binary {
        // A file input of a page in which nothing was chosen.
        if part.body.is_empty() {
            return Ok(Value::from(""));
        }
        if !is_picture {
            let message = format!("{} cannot be a file: send pictures as input_reference", part.name);
            return Err(misnamed("invalid_request", &part.name, message));
        }
        return Ok(Value::from(picture(&media_type, part.body.clone()).to_text()));
    }
    let text = std::str::from_utf8(&part.body)
        .map_err(|_| misnamed("invalid_request", &part.name, format!("{} must be text in UTF-8", part.name)))?;
    Ok(Value::from(text))
}

/// The name before any bracket.
fn root(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

/// Puts a value under a name such as `prompt`, `images[]` or `metadata[seed]`, as the official clients write them.
fn put(form: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), crate::Error> {
    let path = path(name).unwrap_or_else(|| vec![name]);
    let slot = form.entry(path[0]).or_insert(Value::Null);
    put_at(slot, &path[1..], value)
        .ok_or_else(|| misnamed("invalid_request", name, format!("{name} is given twice in different forms")))
}

/// `a[b][]` as `a`, `b` and an empty name; `None` if brackets do not match, or there are too many.
fn path(name: &str) -> Option<Vec<&str>> {
    let (root, mut rest) = name.split_at(name.find('[')?);
    let mut path = vec![root];
    while !rest.is_empty() {
        let (key, after) = rest.strip_prefix('[')?.split_once(']')?;
        path.push(key);
        rest = after;
    }
    (!root.is_empty() && path.len() <= DEEPEST).then_some(path)
}

fn put_at(slot: &mut Value, path: &[&str], value: Value) -> Option<()> {
    match (path, slot) {
        ([], slot @ Value::Null) => *slot = value,
        // A field that is repeated is a list.
        ([], Value::Array(list)) => list.push(value),
        ([], slot @ Value::String(_)) => *slot = Value::Array(vec![slot.take(), value]),
        ([index, rest @ ..], slot) if index.bytes().all(|byte| byte.is_ascii_digit()) => {
            if slot.is_null() {
                *slot = Value::Array(Vec::new());
            }
            let mut item = Value::Null;
            put_at(&mut item, rest, value)?;
            slot.as_array_mut()?.push(item);
        }
        ([key, rest @ ..], slot) => {
            if slot.is_null() {
                *slot = Value::Object(Map::new());
            }
            put_at(slot.as_object_mut()?.entry(*key).or_insert(Value::Null), rest, value)?;
        }
        _ => return None,
    }
    Some(())
}

/// Several pictures under a name for one are `images`.
fn gathered(mut form: Map<String, Value>) -> Map<String, Value> {
    for name in ["input_reference", "image"] {
        if !form.contains_key("images") && form.get(name).is_some_and(Value::is_array) {
            let pictures = form.remove(name).unwrap_or_default();
            form.insert("images".to_owned(), pictures);
        }
    }
    form
}
