//! What is wrong with the text of a plan.

/// Longest part that is repeated in an error, in characters.
const LONGEST_SHOWN: usize = 60;

/// Text that is no [`FaultPlan`](crate::FaultPlan); says which part of it is at fault, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part:?}: {why}")]
#[non_exhaustive]
pub struct BadFaultPlan {
    /// The part at fault, as it was written; its beginning if it is long.
    part: String,
    why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Why {
    #[error("write ROUTE:KIND=RATE, such as submit:500=0.1, with commas between several")]
    Form,
    #[error("the route must be submit, poll, content or list")]
    Route,
    #[error(
        "the kind must be a status such as 500, or drop, lost, lost-500, html, html-502, empty, json, late, late-10s, cut, \
         short, stall or stall-10s"
    )]
    Kind,
    #[error("the status must be from 400 to 599")]
    Status,
    #[error("the status after lost must be from 500 to 599: others say that nothing was ordered")]
    LostStatus,
    #[error("the time must be from 1ms to 3600s, such as 10s or 1500ms")]
    Time,
    #[error("lost is for submit: elsewhere nothing is lost, so write drop or a status")]
    LostElsewhere,
    #[error("the rate must be a number from 0 to 1 with at most six decimals, such as 0.05")]
    Rate,
    #[error("the same fault stands there twice")]
    Twice,
    #[error("with this part the rates of its route add up to more than 1")]
    TooMuch,
}

impl BadFaultPlan {
    pub(super) fn new(part: &str, why: Why) -> Self {
        Self { part: part.chars().take(LONGEST_SHOWN).collect(), why }
    }
}
