//! Faults on purpose, so that people can try their own clients against a gateway that misbehaves.
//!
//! What may happen, and when, is pure: [`plan`] holds the grammar and decides. [`inject`] does it at the gateway's door.

mod error;
mod inject;
mod kind;
mod plan;
mod rate;
mod spoiled;

pub use error::BadFaultPlan;
pub(crate) use inject::{CloseWithoutAnswer, FaultSource, inject};
pub use plan::{Fault, FaultPlan, FaultRoute};
