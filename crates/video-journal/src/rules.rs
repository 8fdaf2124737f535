//! Which event may follow which state: the one table, as a pure function.

use crate::{End, EventKind, State};

/// What of a job's past decides about an event, beside its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "callers build it; both questions must be answered")]
pub struct Past {
    /// Whether an earlier submit of this order is in doubt: it was sent again before its outcome was known.
    pub in_doubt: bool,
    /// Whether repeating is safe: the server honours the idempotency key it got.
    pub key_honoured: bool,
}

/// What an event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum Next {
    /// The job is in this state now, which may be the one it was in.
    To(State),
    /// The journal knew that already; nothing changes.
    Same,
    /// This cannot follow.
    Refused,
}

/// What `event` does to a job in `state`.
///
/// Jobs move forwards. The two ways round are `sent` ⇄ `unsent`, each time with proof that no task exists, and
/// `saved`, `undelivered` and `local` among each other, since files come and go. A final state stays.
pub const fn next(state: State, event: EventKind, past: Past) -> Next {
    use EventKind as E;
    use State as S;
    match (state, event) {
        // Sending. What may have arrived is sent again only where the server knows the key.
        (S::Intent | S::Unsent, E::Sent) => Next::To(S::Sent),
        (S::Sent | S::Unknown, E::Sent) if past.key_honoured => Next::To(S::Sent),

        // An id is proof, also when it comes late.
        (S::Sent | S::Unknown | S::Unsent, E::Accepted) | (S::Unknown, E::Adopted) => Next::To(S::Accepted),
        (S::Accepted | S::Running | S::Succeeded | S::Saved | S::Undelivered | S::Local, E::Accepted | E::Adopted) => {
            Next::Same
        }
        (S::Unknown, E::Absent) => Next::To(S::Unsent),

        (S::Accepted, E::Running) => Next::To(S::Running),
        (S::Accepted | S::Running, E::Succeeded) => Next::To(S::Succeeded),
        (S::Succeeded | S::Saved | S::Undelivered | S::Local, E::Saved) => Next::To(S::Saved),

        // A refusal of the last submit says nothing of one before it that was lost.
        (S::Sent, E::Ended(End::Unsent | End::Invalid | End::Filtered | End::Refused)) if past.in_doubt => {
            Next::To(S::Unknown)
        }
        (_, E::Ended(end)) if can_end(state, end) => Next::To(end.state()),

        // The first terminal answer stands; hearing it again is nothing new.
        (S::Running, E::Running) | (S::Succeeded | S::Saved | S::Undelivered | S::Local, E::Succeeded) => Next::Same,
        (_, E::Ended(end)) if end.state() as u8 == state as u8 => Next::Same,
        _ => Next::Refused,
    }
}

/// Whether a job in `state` can end, or pause, like this.
const fn can_end(state: State, end: End) -> bool {
    use End as E;
    use State as S;
    match state {
        S::Intent => matches!(end, E::Unsent | E::Invalid | E::Filtered | E::Refused | E::Cancelled),
        S::Sent => matches!(end, E::Unsent | E::Invalid | E::Filtered | E::Refused | E::Unknown),
        S::Unsent => matches!(end, E::Invalid | E::Filtered | E::Refused | E::Cancelled),
        S::Accepted | S::Running => {
            matches!(end, E::Failed | E::Expired | E::Cancelled | E::Lost | E::Filtered)
        }
        S::Succeeded | S::Saved | S::Undelivered | S::Local => matches!(end, E::Undelivered | E::Local),
        // What nobody knows is settled, not ended; and what has ended stays.
        S::Unknown | S::Invalid | S::Filtered | S::Refused | S::Failed | S::Expired | S::Cancelled | S::Lost => false,
    }
}
