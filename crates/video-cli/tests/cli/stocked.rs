//! A journal with jobs in it that nobody ordered.

use std::time::{Duration, SystemTime};

use video_journal::{
    Destination, End, Event, Evidence, Excerpt, Intent, JobId, KeyFingerprint, Lease, Millis, Order, Owner, Prompts,
    Request, SqliteStore, Store as _, Write,
};
use video_types::Generation;

use crate::run::Machine;

/// How far a job came.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(crate) enum Came {
    Accepted,
    Succeeded,
    Undelivered,
    Failed,
}

/// The moment so many seconds ago.
#[expect(clippy::disallowed_methods, reason = "what the program reads is the clock of this machine")]
pub(crate) fn ago(seconds: u64) -> Millis {
    Millis::from(SystemTime::now() - Duration::from_secs(seconds))
}

/// The journal of a machine, made if it is not there.
pub(crate) fn journal(machine: &Machine) -> SqliteStore {
    std::fs::create_dir_all(machine.home()).expect("a folder");
    SqliteStore::open(machine.home().join("journal.sqlite")).expect("a journal")
}

/// Adds a job of this name; nobody works on it.
pub(crate) fn add(store: &SqliteStore, name: &str, model: &str, prompt: &str, came: Came, at: Millis) {
    let job: JobId = name.parse().expect("a name");
    let to = Destination {
        dialect: "new-api".to_owned(),
        origin: "88api.ai".to_owned(),
        key_fingerprint: KeyFingerprint::of("sk-test"),
    };
    let request = Request::new(&Order::from(Generation::new(model, prompt)), Prompts::Stored);
    let lease = Lease { owner: Owner::new("nobody"), until: at.after(Duration::from_secs(1)) };
    let intent = Intent::new(job.clone(), at, request, format!("key-{name}"), to.clone());
    let task = format!("new-api:task_{name}@88api.ai").parse().expect("a task");
    let ended = |end| Event::Ended { end, evidence: Evidence::new("trouble", Excerpt::new("it went wrong", &[])) };
    let mut events = vec![Event::Sent { to }, Event::Accepted { task }];
    match came {
        Came::Accepted => {}
        Came::Succeeded => events.push(Event::Succeeded { billing: None }),
        Came::Undelivered => events.extend([Event::Succeeded { billing: None }, ended(End::Undelivered)]),
        Came::Failed => events.push(ended(End::Failed)),
    }
    let note = |event| Write::Note { job: job.clone(), event: Box::new(event), by: Owner::new("nobody"), at };
    let begin = Write::Begin { intent: Box::new(intent), lease };
    for answer in store.write([begin].into_iter().chain(events.into_iter().map(note)).collect()) {
        answer.expect("it is written");
    }
}
