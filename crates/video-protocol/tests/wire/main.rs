//! The protocol as data: what every answer in `tests/fixtures` means, what a flow makes of it, and what no input can
//! break.

mod accepted;
mod contents;
mod driver;
mod fixture;
mod flow_ordering;
mod flow_properties;
mod flow_waiting;
mod halves;
mod halves_errors;
mod matrix;
mod outcomes;
mod polls;
mod refusals;
mod server;
mod transcript;
