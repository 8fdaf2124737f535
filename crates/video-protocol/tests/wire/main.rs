//! The protocol as data: what every answer in `tests/fixtures` means, what a flow makes of it, and what no input can
//! break.

mod accepted;
mod contents;
mod fixture;
mod matrix;
mod outcomes;
mod polls;
mod refusals;
mod transcript;
