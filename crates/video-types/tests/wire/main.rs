//! The wire as data: what every body in `tests/fixtures` says, and what no body can break.

mod answers;
mod answers_old_and_odd;
mod fixture;
mod links;
mod openai;
mod places;
mod problems;
mod properties;
mod readme;
mod requests;
mod scalars;
mod statuses;
mod transcript;
mod typed;
