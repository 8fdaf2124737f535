//! A request as the channel would send it to the provider: parameters, values, and where each came from.

use std::borrow::Cow;

use serde_json::Value;
use video_types::{Generation, Metadata};

use crate::forms::{Put, apply, untabled};
use crate::members::{field_of, members};
use crate::seen::Seen;
use crate::{Form, MetadataForm, Param, Provider, Reach, Taken, Target, Word};

/// One parameter that is given.
#[derive(Debug, Clone)]
pub(crate) struct Given<'a> {
    /// The provider's name for it, or the key nobody knows.
    pub(crate) name: &'a str,
    pub(crate) param: Option<&'static Param>,
    pub(crate) value: Seen<'a>,
    /// Where in the generation it stands.
    pub(crate) path: Cow<'a, str>,
    pub(crate) in_metadata: bool,
}

/// Something that was given and not sent.
#[derive(Debug, Clone)]
pub(crate) struct Lost<'a> {
    pub(crate) path: Cow<'a, str>,
    /// The parameter of that name, which is set in another way.
    pub(crate) param: Option<&'static Param>,
    /// The last part of the path.
    pub(crate) name: &'a str,
    pub(crate) in_metadata: bool,
    /// Whether the channel reads the member, and yet sends nothing.
    pub(crate) is_read: bool,
    /// Why, in that case.
    pub(crate) remark: Option<(&'static str, &'static str)>,
}

/// A member whose parameter the metadata sets as well.
#[derive(Debug, Clone)]
pub(crate) struct Overridden<'a> {
    pub(crate) path: Cow<'a, str>,
    pub(crate) by: String,
    pub(crate) param: &'a str,
    pub(crate) same: bool,
}

/// What is sent, what is lost, and what the metadata wins over.
#[derive(Debug, Clone)]
pub(crate) struct Sent<'a> {
    pub(crate) given: Vec<Given<'a>>,
    pub(crate) lost: Vec<Lost<'a>>,
    pub(crate) overridden: Vec<Overridden<'a>>,
    /// Remarks on members that are given: path, English, Chinese.
    pub(crate) remarks: Vec<(&'static str, &'static str, &'static str)>,
    /// Values a table of the channel does not have: path, value, parameter, what it becomes.
    pub(crate) untabled: Vec<(&'static str, String, &'static str, Word)>,
    /// Set if the defaults of a model count, too.
    pub(crate) taken: &'static [Taken],
    pub(crate) provider: &'static Provider,
    pub(crate) endpoint: Option<&'static str>,
}

impl<'a> Sent<'a> {
    /// `known_as` is the model's own name, whatever the request calls it.
    pub(crate) fn new(
        provider: &'static Provider,
        generation: &'a Generation,
        (model, known_as): (&'a str, &str),
        target: Target,
    ) -> Self {
        let mut sent = Self {
            given: Vec::with_capacity(16),
            lost: Vec::new(),
            overridden: Vec::new(),
            remarks: Vec::new(),
            untabled: Vec::new(),
            taken: &[],
            provider,
            endpoint: None,
        };
        for (path, members) in members(generation, model, target).into_iter().flatten() {
            sent.field(path, &members, known_as);
        }
        for (key, value) in &generation.extra {
            let path = Cow::Borrowed(key.as_str());
            if provider.channel.metadata == MetadataForm::Member {
                sent.put(Given { name: key, param: None, value: Seen::Json(value), path, in_metadata: false });
            } else {
                sent.lost.push(Lost { path, param: None, name: key, in_metadata: false, is_read: false, remark: None });
            }
        }
        sent.metadata(&generation.metadata);
        sent
    }

    /// One field of the generation: the members it becomes, and what the channel reads of them.
    fn field(&mut self, path: &'static str, members: &[Option<(&'static str, Put<'a>)>], model: &str) {
        let (mut arrives, mut is_read) = (false, false);
        let mut lost = None;
        for (name, put) in members.iter().flatten() {
            for member in
                self.provider.channel.members.iter().filter(|member| member.name == *name && member.is_for(model))
            {
                is_read = true;
                // A route or a form of a body names the model, not always a parameter.
                let param = self.provider.param(member.to);
                let Some(value) = apply(&member.form, *put) else {
                    lost = lost.or(member.remark);
                    continue;
                };
                if let Some(becomes) = untabled(&member.form, *put) {
                    self.untabled.push((path, put.same().shown(), member.to, becomes));
                }
                if !arrives {
                    self.remarks.extend(member.remark.map(|(en, zh)| (path, en, zh)));
                }
                arrives = true;
                self.put(Given { name: member.to, param, value, path: Cow::Borrowed(path), in_metadata: false });
            }
        }
        if !arrives && members.iter().any(Option::is_some) {
            let param = self.provider.param(path);
            self.lost.push(Lost {
                path: Cow::Borrowed(path),
                param,
                name: path,
                in_metadata: false,
                is_read,
                remark: lost,
            });
        }
    }

    /// Adds a parameter, or lays it over what stands there.
    fn put(&mut self, given: Given<'a>) {
        let Some(there) = self.given.iter_mut().find(|there| there.name == given.name) else {
            self.given.push(given);
            return;
        };
        if !given.in_metadata {
            // Pictures join the prompt in one list of contents; the first of two lengths counts.
            if matches!(there.value, Seen::Content) {
                *there = given;
            }
            return;
        }
        if !matches!(there.value, Seen::Content) && given.value.is_given() {
            let same = there.value.is_same_as(&given.value);
            let path = there.path.clone();
            self.overridden.push(Overridden { path, by: given.path.clone().into_owned(), param: given.name, same });
        }
        *there = given;
    }

    fn metadata(&mut self, metadata: &'a Metadata) {
        if self.provider.channel.metadata == MetadataForm::Member {
            if !metadata.is_empty() {
                // What stands in it is nobody's parameter; its presence is what a rule may speak of.
                let value = Seen::Word(Word::Text("metadata"));
                self.put(Given {
                    name: "metadata",
                    param: None,
                    value,
                    path: Cow::Borrowed("metadata"),
                    in_metadata: false,
                });
            }
            return;
        }
        for (key, value) in metadata.iter() {
            self.metadata_key(key, value);
        }
    }

    fn metadata_key(&mut self, key: &'a str, value: &'a Value) {
        let params = self.provider.params;
        let path = format!("metadata.{key}");
        if let Some(param) = by_path(params, key, "") {
            self.keyed(param, value, path);
            return;
        }
        let is_level = |param: &Param| {
            param.metadata_path.and_then(|path| path.strip_prefix(key)).is_some_and(|rest| rest.starts_with('.'))
        };
        if let (true, Value::Object(object)) = (params.iter().any(is_level), value) {
            for (inner, value) in object {
                let path = format!("{path}.{inner}");
                if let Some(param) = by_path(params, inner, key) {
                    self.keyed(param, value, path);
                } else {
                    let path = Cow::Owned(path);
                    self.lost.push(Lost {
                        path,
                        param: None,
                        name: inner,
                        in_metadata: true,
                        is_read: false,
                        remark: None,
                    });
                }
            }
            return;
        }
        let param = self.provider.param(key);
        if param.is_none() {
            // Rules may speak of keys the provider does not have.
            let path = Cow::Owned(path.clone());
            self.put(Given { name: key, param: None, value: Seen::Json(value), path, in_metadata: true });
        }
        self.lost.push(Lost {
            path: Cow::Owned(path),
            param,
            name: key,
            in_metadata: true,
            is_read: false,
            remark: None,
        });
    }

    fn keyed(&mut self, param: &'static Param, value: &'a Value, path: String) {
        let given = Given {
            name: param.name,
            param: Some(param),
            value: Seen::Json(value),
            path: Cow::Owned(path),
            in_metadata: true,
        };
        if given.value.is_given() {
            self.put(given);
        }
    }

    /// Whether this parameter is how the channel names the model.
    pub(crate) fn names_the_model(&self, name: &str) -> bool {
        self.provider.channel.members.iter().any(|member| member.name == "model" && member.to == name)
    }

    /// What is given under this name.
    pub(crate) fn given(&self, name: &str) -> Option<&Given<'a>> {
        self.given.iter().find(|given| given.name == name && given.value.is_given())
    }

    /// The value a name leads to: a parameter, or with dots a member of one.
    pub(crate) fn find(&self, name: &str) -> Option<Seen<'a>> {
        if let Some(given) = self.given(name) {
            return Some(given.value.clone());
        }
        let (param, rest) = name.split_once('.')?;
        let Seen::Json(mut value) = self.given(param)?.value else { return None };
        for level in rest.split('.') {
            value = value.get(level)?;
        }
        Some(Seen::Json(value)).filter(Seen::is_given)
    }

    /// The same, or else what the channel or the vendor takes in its place.
    pub(crate) fn find_or_default(&self, name: &str) -> Option<Seen<'a>> {
        self.find(name).or_else(|| self.default(name).map(Seen::Word))
    }

    fn default(&self, name: &str) -> Option<Word> {
        let by_channel = self.provider.channel.defaults.iter().find(|(param, _)| *param == name);
        if let Some((_, word)) = by_channel {
            return Some(*word);
        }
        let taken = self.taken.iter().find(|taken| taken.param(self.provider).is_some_and(|param| param.name == name));
        match taken.and_then(|taken| taken.limits) {
            Some(limits) => limits.default,
            None => taken.and_then(|taken| taken.param(self.provider)).and_then(|param| param.limits.default),
        }
    }

    /// Where a finding about this name belongs.
    pub(crate) fn path(&self, name: &str) -> String {
        if let Some(given) = self.given(name) {
            return given.path.clone().into_owned();
        }
        let nested = name.split_once('.').and_then(|(param, rest)| Some((self.given(param)?, rest)));
        if let Some((given, rest)) = nested {
            return format!("{}.{rest}", given.path);
        }
        let param = self.provider.param(name);
        let by_member = param.is_none_or(|param| param.reach != Reach::Metadata);
        if let Some(member) = self.provider.channel.members.iter().find(|member| by_member && member.to == name) {
            return field_of(member.name).to_owned();
        }
        match param.and_then(|param| param.metadata_path) {
            Some(key) => format!("metadata.{key}"),
            None => name.to_owned(),
        }
    }

    /// Whether the channel makes this parameter out of the model, the prompt, pictures or others of the request's members.
    pub(crate) fn has_form(&self, name: &str, form: impl Fn(&Form) -> bool) -> bool {
        self.provider.channel.members.iter().any(|member| member.to == name && form(&member.form))
    }
}

/// The parameter whose key is this, at this level, in any letter case as the gateway's decoder has it.
fn by_path(params: &'static [Param], key: &str, level: &str) -> Option<&'static Param> {
    let own = |param: &Param| -> Option<&'static str> {
        let path = param.metadata_path?;
        if level.is_empty() { Some(path) } else { path.strip_prefix(level)?.strip_prefix('.') }
    };
    if key.contains('.') {
        return None;
    }
    let exact = params.iter().find(|param| own(param) == Some(key));
    exact.or_else(|| params.iter().find(|param| own(param).is_some_and(|own| own.eq_ignore_ascii_case(key))))
}
