//! The simulated gateway: what it answers, how it goes wrong, and what its book says.

mod caller;
mod faults;
mod formats;
mod jobs;
