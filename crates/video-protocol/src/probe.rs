//! What a gateway is, from answers that cost nothing: which questions to ask, and what their answers mean.

mod answer;
mod finding;
mod question;
mod quirk;
mod release;
mod seen;
mod survey;

pub use finding::{Feature, Finding, Reason, State};
pub use question::{Caller, Question};
pub use quirk::Quirk;
pub use survey::Survey;
