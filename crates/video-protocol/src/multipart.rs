//! `multipart/form-data`, written deterministically and read leniently within bounds.

mod parameters;
#[cfg(test)]
mod properties;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use reader::{Part, read};
pub(crate) use writer::Form;
