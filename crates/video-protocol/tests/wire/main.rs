//! The protocol as data: what every answer in `tests/fixtures` means, what a flow makes of it, and what no input can
//! break.

mod accepted;
mod assets;
mod contents;
mod driver;
mod endpoint;
mod fixture;
mod flow_ordering;
mod flow_properties;
mod flow_timing;
mod flow_waiting;
mod halves;
mod halves_errors;
mod matrix;
mod openai;
mod outcomes;
mod polls;
mod properties;
mod readme;
mod references;
mod refusals;
mod secrets;
mod server;
mod transcript;
