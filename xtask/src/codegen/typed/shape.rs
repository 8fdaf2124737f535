//! What types a provider's metadata needs, before any Rust is written.

use crate::codegen::rust::{camel, snake};
use crate::codegen::spec::{Param, Provider, Reach};

/// The types of one provider.
pub(super) struct Shapes {
    /// The metadata itself first.
    pub(super) objects: Vec<Shape>,
    pub(super) words: Vec<Words>,
}

/// An object type.
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) members: Vec<Member>,
    pub(super) is_root: bool,
}

pub(super) struct Member {
    /// On the wire.
    pub(super) key: String,
    /// In Rust.
    pub(super) ident: String,
    pub(super) doc: String,
    pub(super) kind: Type,
}

/// An open vocabulary.
pub(super) struct Words {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) values: Vec<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Whole,
    Number,
    Flag,
    Texts,
    Words(String),
    Object(String),
    Objects(String),
    Value,
    Values,
}

impl Type {
    pub(super) fn written(&self) -> String {
        match self {
            Self::Text => "String".to_owned(),
            Self::Whole => "i64".to_owned(),
            Self::Number => "Number".to_owned(),
            Self::Flag => "bool".to_owned(),
            Self::Texts => "Vec<String>".to_owned(),
            Self::Words(name) | Self::Object(name) => name.clone(),
            Self::Objects(name) => format!("Vec<{name}>"),
            Self::Value => "Value".to_owned(),
            Self::Values => "Vec<Value>".to_owned(),
        }
    }
}

/// The part of a name that says which list it is an item of.
fn singular(name: &str) -> String {
    let name = name.strip_suffix("_list").unwrap_or(name);
    camel(name.strip_suffix('s').unwrap_or(name))
}

pub(super) fn of(provider: &Provider) -> Shapes {
    let root = format!("{}Metadata", camel(&provider.id));
    let mut shapes = Shapes { objects: Vec::new(), words: Vec::new() };
    shapes.object(&root, format!("What {} takes in the metadata object of a request, typed.", provider.name), true);
    let typed = provider.param.iter().filter(|param| param.typed && param.gateway != Reach::None);
    for param in typed {
        let path = param.gateway_key.as_deref().unwrap_or(&param.name);
        let owner = match path.rsplit_once('.') {
            None => root.clone(),
            Some((level, _)) => shapes.level(provider, &root, level),
        };
        let kind = shapes.kind_of(param);
        shapes.add(&owner, path.rsplit('.').next().unwrap_or(path), about(param), kind);
    }
    shapes
}

fn about(param: &Param) -> String {
    let mut about = param.description.clone();
    if let Some(notes) = &param.notes {
        about.push_str(&format!(" Note: {notes}."));
    }
    match param.gateway {
        Reach::Dropped => about.push_str(" New API's channel drops it."),
        Reach::VersionDependent => about.push_str(" Whether New API's channel sends it depends on its version."),
        _ => {}
    }
    about
}

impl Shapes {
    fn object(&mut self, name: &str, doc: String, is_root: bool) {
        if self.objects.iter().all(|object| object.name != name) {
            self.objects.push(Shape { name: name.to_owned(), doc, members: Vec::new(), is_root });
        }
    }

    /// The type of one level of a nested native request, such as `input`.
    fn level(&mut self, provider: &Provider, root: &str, level: &str) -> String {
        let name = camel(level);
        if self.objects.iter().all(|object| object.name != name) {
            self.object(&name, format!("The part `{level}` of {}'s native request.", provider.name), false);
            self.add(root, level, format!("The part `{level}` of the native request."), Type::Object(name.clone()));
        }
        name
    }

    fn add(&mut self, owner: &str, key: &str, doc: String, kind: Type) {
        let ident = if key == "type" { "kind".to_owned() } else { snake(key) };
        let lacks = |shape: &&mut Shape| shape.name == owner && shape.members.iter().all(|member| member.key != key);
        if let Some(object) = self.objects.iter_mut().find(lacks) {
            object.members.push(Member { key: key.to_owned(), ident, doc, kind });
        }
    }

    fn kind_of(&mut self, param: &Param) -> Type {
        let name = camel(&param.name);
        match param.kind.as_str() {
            "object" if !param.fields.is_empty() => {
                self.fields(&name, param);
                Type::Object(name)
            }
            "array<object>" if !param.fields.is_empty() => {
                let name = singular(&param.name);
                self.fields(&name, param);
                Type::Objects(name)
            }
            kind => self.plain(&name, &param.description, kind, &param.values),
        }
    }

    fn fields(&mut self, name: &str, param: &Param) {
        self.object(name, param.description.clone(), false);
        for field in &param.fields {
            let mut owner = name.to_owned();
            let mut path = field.name.as_str();
            while let Some((level, rest)) = path.split_once('.') {
                let inner = format!("{owner}{}", camel(level));
                self.object(&inner, format!("The part `{level}` of it."), false);
                self.add(&owner, level, format!("The part `{level}`."), Type::Object(inner.clone()));
                (owner, path) = (inner, rest);
            }
            let words = format!("{owner}{}", camel(path));
            let kind = self.plain(&words, &format!("Values of `{}`.", field.name), &field.kind, &field.values);
            let mut doc = format!("`{path}`");
            if let (Some(min), Some(max)) = (field.min, field.max) {
                doc.push_str(&format!(", {min} to {max}"));
            }
            if let Some(note) = &field.note {
                doc.push_str(&format!(": {note}"));
            }
            self.add(&owner, path, format!("{doc}."), kind);
        }
    }

    /// A type that is no object; text with a list of values gets a vocabulary of that name.
    fn plain(&mut self, name: &str, about: &str, kind: &str, values: &[toml::Value]) -> Type {
        match kind {
            "string" if values.is_empty() => Type::Text,
            "string" => {
                let values = values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
                self.words.push(Words { name: name.to_owned(), doc: about.to_owned(), values });
                Type::Words(name.to_owned())
            }
            "integer" => Type::Whole,
            "number" => Type::Number,
            "boolean" => Type::Flag,
            "array<string>" => Type::Texts,
            "array<object>" => Type::Values,
            _ => Type::Value,
        }
    }
}
