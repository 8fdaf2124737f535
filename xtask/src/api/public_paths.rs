//! How a crate of ours is seen from outside: where each of its types is public, whatever file it stands in.
//!
//! rustdoc names a type of another crate by the module that holds it, private or not. In a listing that would
//! make a file that moves in one crate a change of every crate above it.

use std::collections::{BTreeMap, BTreeSet};

use rustdoc_types::{Crate, Id, ItemEnum};

/// `video_protocol::error::Error` to `video_protocol::Error`.
#[derive(Default)]
pub(crate) struct PublicPaths {
    by_place: BTreeMap<String, String>,
}

impl PublicPaths {
    pub(crate) fn add(&mut self, krate: &Crate) {
        Walk { krate, found: &mut self.by_place, open: BTreeSet::new() }.module(krate.root, "");
    }

    /// Writes every path in a line as it is public; what is no type of ours stays as it is.
    pub(crate) fn rewrite(&self, line: &str) -> String {
        let word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
        let mut rewritten = String::new();
        let mut rest = line;
        while let Some(start) = rest.find(word) {
            let end = rest[start..].find(|letter| !word(letter)).map_or(rest.len(), |length| start + length);
            let path = rest[start..end].trim_end_matches(':');
            rewritten.push_str(&rest[..start]);
            rewritten.push_str(self.by_place.get(path).map_or(path, String::as_str));
            rest = &rest[start + path.len()..];
            // What was cut off the end of a path, as in `Self::method(…): Type`, is no path.
            let punctuation = rest.find(|letter| letter != ':').unwrap_or(rest.len());
            rewritten.push_str(&rest[..punctuation]);
            rest = &rest[punctuation..];
        }
        rewritten + rest
    }
}

struct Walk<'a> {
    krate: &'a Crate,
    found: &'a mut BTreeMap<String, String>,
    /// Modules the walk is inside of, since they may take each other in.
    open: BTreeSet<Id>,
}

impl Walk<'_> {
    fn module(&mut self, id: Id, prefix: &str) {
        let Some(item) = self.krate.index.get(&id) else { return };
        let ItemEnum::Module(module) = &item.inner else { return };
        if !self.open.insert(id) {
            return;
        }
        let here = if prefix.is_empty() { item.name.clone().unwrap_or_default() } else { prefix.to_owned() };
        for member in &module.items {
            self.member(*member, &here);
        }
        self.open.remove(&id);
    }

    fn member(&mut self, id: Id, here: &str) {
        let Some(item) = self.krate.index.get(&id) else { return };
        match &item.inner {
            ItemEnum::Use(taken) => {
                let Some(target) = taken.id else { return };
                if taken.is_glob {
                    self.module(target, here);
                } else {
                    self.named(target, &format!("{here}::{}", taken.name));
                }
            }
            _ => {
                if let Some(name) = &item.name {
                    self.named(id, &format!("{here}::{name}"));
                }
            }
        }
    }

    fn named(&mut self, id: Id, path: &str) {
        let place = self.krate.paths.get(&id).filter(|summary| summary.crate_id == 0);
        if let Some(place) = place.map(|summary| summary.path.join("::")).filter(|place| place != path) {
            let shortest = self.found.entry(place).or_insert_with(|| path.to_owned());
            if path.len() < shortest.len() {
                path.clone_into(shortest);
            }
        }
        self.module(id, path);
    }
}
