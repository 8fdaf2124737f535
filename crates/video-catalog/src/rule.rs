//! The rule language: checks that span several parameters.
//!
//! A rule holds its `require` against a request if all of its `when` is so. An empty `require` reports its message
//! whenever the condition holds.

use crate::{Confidence, Piece, Severity, Word};

/// When a rule applies. Values are taken after defaults, presence is not.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// All of these are given.
    Present(&'static [&'static str]),
    /// One of these is given.
    AnyPresent(&'static [&'static str]),
    /// The request goes to one of these endpoints.
    Endpoint(&'static [&'static str]),
    /// The parameter has one of these values.
    Is(&'static str, &'static [Word]),
    /// The list has this many items, from least to most.
    ItemCount(&'static str, u32, u32),
}

/// What must be so.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Requirement {
    /// All of these are given.
    Present(&'static [&'static str]),
    /// None of these is given.
    Absent(&'static [&'static str]),
    /// One of these is given.
    AnyPresent(&'static [&'static str]),
    /// The parameter has one of these values; one that is neither given nor has a default passes.
    Is(&'static str, &'static [Word]),
    /// Parameters of at most one of these groups are given.
    AtMostOneGroup(&'static [&'static [&'static str]]),
    /// Exactly one of these numbers is given and not zero.
    ExactlyOneNonzero(&'static [&'static str]),
    /// The numbers under this key of the list's items add up to the other parameter; what is no number passes.
    SumEquals {
        /// The list.
        list: &'static str,
        /// The key in each item.
        key: &'static str,
        /// The parameter that has the sum.
        param: &'static str,
    },
    /// The list has this many items, from least to most; no list passes.
    ItemCount(&'static str, u32, u32),
    /// The text has at most this many characters.
    MaxChars(&'static str, u32),
    /// The whole number leaves this remainder when divided by the first number.
    Modulo(&'static str, i64, i64),
    /// The whole text has this form.
    Pattern(&'static str, &'static [Piece]),
    /// The combination does not exist.
    Never,
}

/// One check across several parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// Its id, unique within the provider.
    pub id: &'static str,
    /// Models it is about; `*` is every one.
    pub models: &'static [&'static str],
    /// When it applies: all of these.
    pub when: &'static [Condition],
    /// What must be so: all of these.
    pub require: &'static [Requirement],
    /// What it weighs if it is not so.
    pub severity: Severity,
    /// What to say, in English.
    pub message: &'static str,
    /// The same in Chinese.
    pub message_zh: &'static str,
    /// How well it is known.
    pub confidence: Confidence,
    /// Ids of its sources.
    pub sources: &'static [&'static str],
}

impl Rule {
    /// Whether it is about this model.
    pub fn is_about(&self, model: &str) -> bool {
        self.models.iter().any(|name| *name == "*" || *name == model)
    }

    /// Whether giving this parameter alone is what it complains about.
    pub(crate) fn covers(&self, param: &str) -> bool {
        let absent = |require: &Requirement| matches!(require, Requirement::Absent(names) if names.contains(&param));
        let present = |when: &Condition| matches!(when, Condition::Present(names) if names.contains(&param));
        self.require.iter().any(absent) || (self.require.is_empty() && self.when.iter().any(present))
    }
}
