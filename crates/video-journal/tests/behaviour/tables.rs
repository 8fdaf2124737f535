//! The three tables of decisions, printed whole.

use insta::assert_snapshot;
use video_journal::{End, EventKind, LineDecision, Next, Past, Record, State, decide, next, recover};
use video_protocol::Error;

use crate::stage::{Stage, accepted, ended, saved, sent, succeeded, task};

fn events() -> Vec<EventKind> {
    use EventKind as E;
    let ends = End::ALL.map(E::Ended);
    [E::Sent, E::Accepted, E::Running, E::Succeeded, E::Saved, E::Adopted, E::Absent].into_iter().chain(ends).collect()
}

fn table(past: Past) -> String {
    let mut text = String::new();
    for state in State::ALL {
        let mut cells = Vec::new();
        for event in events() {
            match next(state, event, past) {
                Next::To(to) if to.as_str() == event.as_str() => cells.push(event.as_str().to_owned()),
                Next::To(to) => cells.push(format!("{} -> {to}", event.as_str())),
                Next::Same => cells.push(format!("({})", event.as_str())),
                Next::Refused => {}
            }
        }
        text +=
            &format!("{:<12}{}\n", state.as_str(), if cells.is_empty() { "-".to_owned() } else { cells.join(", ") });
    }
    text
}

/// Events not named are refused; those in brackets change nothing.
#[test]
fn what_may_follow_each_state() {
    assert_snapshot!(table(Past::default()), @"
    intent      sent, unsent, invalid, filtered, refused, cancelled
    sent        accepted, unsent, unknown, invalid, filtered, refused
    accepted    (accepted), running, succeeded, (adopted), filtered, failed, expired, cancelled, lost
    running     (accepted), (running), succeeded, (adopted), filtered, failed, expired, cancelled, lost
    succeeded   (accepted), (succeeded), saved, (adopted), undelivered, local
    saved       (accepted), (succeeded), saved, (adopted), undelivered, local
    undelivered (accepted), (succeeded), saved, (adopted), undelivered, local
    local       (accepted), (succeeded), saved, (adopted), undelivered, local
    unknown     accepted, adopted -> accepted, absent -> unsent, (unknown)
    unsent      sent, accepted, (unsent), invalid, filtered, refused, cancelled
    invalid     (invalid)
    filtered    (filtered)
    refused     (refused)
    failed      (failed)
    expired     (expired)
    cancelled   (cancelled)
    lost        (lost)
    ");
}

#[test]
fn what_may_follow_where_the_server_honours_keys_and_an_earlier_sending_is_in_doubt() {
    assert_snapshot!(table(Past { in_doubt: true, key_honoured: true }), @"
    intent      sent, unsent, invalid, filtered, refused, cancelled
    sent        sent, accepted, unsent -> unknown, unknown, invalid -> unknown, filtered -> unknown, refused -> unknown
    accepted    (accepted), running, succeeded, (adopted), filtered, failed, expired, cancelled, lost
    running     (accepted), (running), succeeded, (adopted), filtered, failed, expired, cancelled, lost
    succeeded   (accepted), (succeeded), saved, (adopted), undelivered, local
    saved       (accepted), (succeeded), saved, (adopted), undelivered, local
    undelivered (accepted), (succeeded), saved, (adopted), undelivered, local
    local       (accepted), (succeeded), saved, (adopted), undelivered, local
    unknown     sent, accepted, adopted -> accepted, absent -> unsent, (unknown)
    unsent      sent, accepted, (unsent), invalid, filtered, refused, cancelled
    invalid     (invalid)
    filtered    (filtered)
    refused     (refused)
    failed      (failed)
    expired     (expired)
    cancelled   (cancelled)
    lost        (lost)
    ");
}

/// How far a job has come. It never comes back, but for the ways round the table names.
fn rank(state: State) -> u8 {
    match state {
        State::Intent => 0,
        State::Sent | State::Unknown | State::Unsent => 1,
        State::Accepted => 2,
        State::Running => 3,
        State::Succeeded => 4,
        State::Saved | State::Undelivered | State::Local => 5,
        _ => 6,
    }
}

#[test]
fn no_event_leads_backwards_and_nothing_leaves_a_final_state() {
    for state in State::ALL {
        for event in events() {
            for (in_doubt, key_honoured) in [(false, false), (false, true), (true, false), (true, true)] {
                let Next::To(to) = next(state, event, Past { in_doubt, key_honoured }) else { continue };
                assert!(rank(to) >= rank(state), "{state} by {event:?} to {to}");
                assert!(!state.is_final(), "{state} by {event:?} to {to}");
                // What may have been paid for is sent again only under a key that makes it one order.
                let may_exist = matches!(state, State::Sent | State::Unknown);
                assert!(event != EventKind::Sent || !may_exist || key_honoured, "{state} is sent again");
            }
        }
    }
}

#[test]
fn what_a_restart_does_in_each_state() {
    let lines = State::ALL.map(|state| {
        format!("{:<12}{:?}, where keys are honoured {:?}", state.as_str(), recover(state, false), recover(state, true))
    });
    assert_snapshot!(lines.join("\n"), @"
    intent      Submit, where keys are honoured Submit
    sent        Settle, where keys are honoured SubmitAgain
    accepted    Poll, where keys are honoured Poll
    running     Poll, where keys are honoured Poll
    succeeded   Download, where keys are honoured Download
    saved       Nothing, where keys are honoured Nothing
    undelivered Download, where keys are honoured Download
    local       Download, where keys are honoured Download
    unknown     Settle, where keys are honoured SubmitAgain
    unsent      Submit, where keys are honoured Submit
    invalid     Nothing, where keys are honoured Nothing
    filtered    Nothing, where keys are honoured Nothing
    refused     Nothing, where keys are honoured Nothing
    failed      Nothing, where keys are honoured Nothing
    expired     Nothing, where keys are honoured Nothing
    cancelled   Nothing, where keys are honoured Nothing
    lost        Nothing, where keys are honoured Nothing
    ");
}

/// A record in each state.
fn records() -> Vec<Record> {
    let accepted = || vec![sent(), accepted("task_1")];
    let stages = [
        vec![],
        vec![sent()],
        accepted(),
        [accepted(), vec![video_journal::Event::Running]].concat(),
        [accepted(), vec![succeeded()]].concat(),
        [accepted(), vec![succeeded(), saved()]].concat(),
        [accepted(), vec![succeeded(), ended(End::Undelivered)]].concat(),
        [accepted(), vec![succeeded(), ended(End::Local)]].concat(),
        vec![sent(), ended(End::Unknown)],
        vec![sent(), ended(End::Unsent)],
        vec![sent(), ended(End::Invalid)],
        vec![sent(), ended(End::Filtered)],
        vec![sent(), ended(End::Refused)],
        [accepted(), vec![ended(End::Failed)]].concat(),
        [accepted(), vec![ended(End::Expired)]].concat(),
        [accepted(), vec![ended(End::Cancelled)]].concat(),
        [accepted(), vec![ended(End::Lost)]].concat(),
    ];
    stages
        .into_iter()
        .map(|events| {
            let stage = Stage::memory();
            let job = stage.job_after(1, events);
            stage.job(&job)
        })
        .collect()
}

#[test]
fn what_a_batch_does_with_a_line_that_was_there_before() {
    let mut text = format!("{:<12}{:?}\n", "new", decide(None, false, false));
    for record in records() {
        let decisions = [(true, false), (false, false), (false, true)]
            .map(|(file_intact, retry_failed)| decide(Some(&record), file_intact, retry_failed));
        let [intact, gone, retried] = decisions;
        let mut line = format!("{:<12}{intact:?}", record.state.as_str());
        if gone != intact {
            line += &format!(", file gone {gone:?}");
        }
        if retried != gone {
            line += &format!(", with retry {retried:?}");
        }
        text += &format!("{line}\n");
    }
    assert_snapshot!(text, @"
    new         Order
    intent      TakeUp
    sent        Reconcile
    accepted    TakeUp
    running     TakeUp
    succeeded   TakeUp
    saved       Skip, file gone Download
    undelivered Download
    local       Download
    unknown     Reconcile
    unsent      TakeUp
    invalid     Leave, with retry Reorder
    filtered    Leave, with retry Reorder
    refused     Leave, with retry Reorder
    failed      Leave, with retry Reorder
    expired     Leave, with retry Reorder
    cancelled   Leave, with retry Reorder
    lost        Leave, with retry Reorder
    ");
}

#[test]
fn the_tables_know_every_state() {
    let seen: Vec<State> = records().iter().map(|record| record.state).collect();
    assert_eq!(seen, State::ALL);
    for state in State::ALL {
        assert_eq!(state.as_str().parse(), Ok(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        assert_eq!(State::OPEN.contains(&state), state.is_open());
    }
    // What was paid for and may still come is never ordered again by a batch.
    for record in records().iter().filter(|record| record.task.is_some() && !record.state.is_final()) {
        assert_ne!(decide(Some(record), false, true), LineDecision::Reorder, "{}", record.state);
    }
}

#[test]
fn what_an_error_of_each_kind_means_for_a_job_as_it_stands() {
    use video_protocol::ErrorKind as K;
    let kinds = [
        K::InvalidRequest,
        K::ModelUnavailable,
        K::Unauthorized,
        K::QuotaExceeded,
        K::ContentRejected,
        K::RateLimited,
        K::Unavailable,
        K::Misconfigured,
        K::NotFound,
        K::NotReady,
        K::Decode,
        K::NoAnswer,
        K::OutcomeUnknown,
        K::TaskFailed,
        K::TaskExpired,
        K::TaskCancelled,
        K::TaskLost,
        K::DeadlineExceeded,
        K::Undelivered,
        K::Local,
    ];
    let mut text = format!("{:<18}intent      sent        proved      running     succeeded\n", "");
    for kind in kinds {
        let plain = || Error::new(kind);
        let of_task = || Error::new(kind).with_task(task("task_1"));
        let ends = [
            End::by(&plain().with_proof_of_no_task(), State::Intent),
            End::by(&plain(), State::Sent),
            End::by(&plain().with_proof_of_no_task(), State::Sent),
            End::by(&of_task(), State::Running),
            End::by(&of_task(), State::Succeeded),
        ];
        text += &format!("{:<18}", format!("{kind:?}"));
        let cells = ends.map(|end| format!("{:<12}", end.map_or("-", |end| end.state().as_str())));
        text += &format!("{}\n", cells.concat().trim_end());
        for state in State::ALL {
            for error in [plain(), plain().with_proof_of_no_task(), of_task()] {
                let Some(end) = End::by(&error, state) else { continue };
                let allowed = next(state, EventKind::Ended(end), Past::default());
                assert_ne!(allowed, Next::Refused, "{state} by {error} to {end:?}");
                assert!(state != State::Sent || error.proves_no_task() || end == End::Unknown);
            }
        }
    }
    assert_snapshot!(text, @"
                      intent      sent        proved      running     succeeded
    InvalidRequest    invalid     unknown     invalid     -           undelivered
    ModelUnavailable  invalid     unknown     invalid     -           undelivered
    Unauthorized      refused     unknown     refused     -           undelivered
    QuotaExceeded     refused     unknown     refused     -           undelivered
    ContentRejected   filtered    unknown     filtered    filtered    undelivered
    RateLimited       unsent      unknown     unsent      -           -
    Unavailable       unsent      unknown     unsent      -           undelivered
    Misconfigured     unsent      unknown     unsent      -           undelivered
    NotFound          invalid     unknown     invalid     lost        undelivered
    NotReady          unsent      unknown     unsent      -           -
    Decode            unsent      unknown     unsent      -           undelivered
    NoAnswer          unsent      unknown     unsent      -           undelivered
    OutcomeUnknown    unsent      unknown     unknown     -           undelivered
    TaskFailed        unsent      unknown     unsent      failed      undelivered
    TaskExpired       unsent      unknown     unsent      expired     undelivered
    TaskCancelled     cancelled   unknown     unsent      cancelled   undelivered
    TaskLost          unsent      unknown     unsent      lost        undelivered
    DeadlineExceeded  unsent      unknown     unsent      -           -
    Undelivered       unsent      unknown     unsent      -           undelivered
    Local             unsent      unknown     unsent      -           local
    ");
}
