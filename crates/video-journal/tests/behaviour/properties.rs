//! Whatever happens in whatever order, the promises hold, and both stores tell the same.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use video_journal::{Change, End, Event, KeyHabit, Lease, Owner, Query, Reorder, State, Wanted, Write};

use crate::stage::{Stage, accepted, ended, id, intent, later, request, saved, sent, succeeded, task, to};

const OWNERS: [&str; 2] = ["a", "b"];

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(sent()),
        3 => (0..4_u8).prop_map(|name| accepted(&format!("task_{name}"))),
        1 => Just(Event::Running),
        2 => Just(succeeded()),
        1 => Just(saved()),
        1 => (0..4_u8).prop_map(|name| Event::Adopted { task: task(&format!("task_{name}")) }),
        1 => Just(Event::Absent),
        4 => proptest::sample::select(End::ALL.to_vec()).prop_map(ended),
    ]
}

/// A write by one of two owners about one of a few jobs; the second of the time is filled in when it is its turn.
pub(crate) fn write() -> impl Strategy<Value = (u64, Write)> {
    let lease = (0..2_usize).prop_map(|owner| Lease { owner: Owner::new(OWNERS[owner]), until: later(0) });
    let job = 1..4_u8;
    let write = prop_oneof![
        3 => (job.clone(), 0..4_u8, 0..5_u8, any::<bool>(), lease.clone()).prop_map(|(job, key, line, batch, lease)| {
            let mut intent = intent(job);
            intent.idempotency_key = format!("key-{key}");
            intent.request = request(&format!("prompt {line}"));
            let intent = if batch { intent.in_batch("spring", 1) } else { intent };
            Write::Begin { intent: Box::new(intent), lease }
        }),
        12 => (job.clone(), event(), lease.clone()).prop_map(|(job, event, lease)| Write::Note {
            job: id(job), event: Box::new(event), by: lease.owner, at: later(0),
        }),
        2 => (job.clone(), lease.clone()).prop_map(|(job, lease)| Write::Claim { job: id(job), lease, at: later(0) }),
        1 => lease.clone().prop_map(|lease| Write::TakeUp { wanted: Wanted::open(2), lease, at: later(0) }),
        1 => lease.clone().prop_map(|lease| Write::Renew { lease }),
        1 => (job.clone(), lease.clone()).prop_map(|(job, lease)| Write::Release { job: id(job), owner: lease.owner }),
        1 => (job, 4..8_u8, lease).prop_map(|(of, new, lease)| Write::Reorder(Box::new(Reorder {
            of: id(of), job: id(new), idempotency_key: format!("key-{new}"), to: to(), lease, at: later(0),
        }))),
        1 => any::<bool>().prop_map(|honoured| Write::NoteKeys {
            origin: "88api.ai".to_owned(),
            habit: KeyHabit { honoured, kept_for: Duration::from_secs(120), noted_at: later(0) },
        }),
    ];
    (0..40_u64, write)
}

/// The same write at a moment, with a lease of a minute from then.
pub(crate) fn at(second: u64, write: Write) -> Write {
    let now = later(second);
    let held = |lease: Lease| Lease { until: now.after(Duration::from_secs(60)), ..lease };
    match write {
        Write::Begin { mut intent, lease } => {
            intent.at = now;
            Write::Begin { intent, lease: held(lease) }
        }
        Write::Note { job, event, by, .. } => Write::Note { job, event, by, at: now },
        Write::Claim { job, lease, .. } => Write::Claim { job, lease: held(lease), at: now },
        Write::TakeUp { wanted, lease, .. } => Write::TakeUp { wanted, lease: held(lease), at: now },
        Write::Renew { lease } => Write::Renew { lease: held(lease) },
        Write::Reorder(order) => {
            let lease = held(order.lease.clone());
            Write::Reorder(Box::new(Reorder { lease, at: now, ..*order }))
        }
        other => other,
    }
}

pub(crate) fn check(stage: &Stage) {
    let records = stage.store.list(&Query::all()).unwrap().records;
    let (mut tasks, mut keys, mut lines) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for record in &records {
        assert!(keys.insert(record.idempotency_key.clone()), "one key, one order");
        if let Some(task) = &record.task {
            assert!(tasks.insert((record.to.origin.clone(), task.id.clone())), "one task, one job");
        }
        if let Some(line) = &record.line {
            assert!(lines.insert((line.clone(), record.attempt)), "one line, one job at a time");
        }
        let history = stage.store.history(&record.job).unwrap();
        if history.first().is_none_or(|first| first.revision != 1) {
            // It was pruned, and something happened since.
            assert!(record.replayed(&history).is_err());
            continue;
        }
        let mut replayed = record.replayed(&history).unwrap();
        replayed.claim.clone_from(&record.claim);
        assert_eq!(&replayed, record, "the history tells how it stands");
        let revisions: Vec<u64> = history.iter().map(|entry| entry.revision).collect();
        assert_eq!(revisions, (1..=record.revision).collect::<Vec<_>>());
        for pair in history.windows(2) {
            assert!(
                !pair[0].state.is_final() || matches!(pair[1].change, Change::Reordered { .. }),
                "what ended stays"
            );
        }
        let sent = history.iter().filter(|entry| matches!(entry.change, Change::Event(Event::Sent { .. }))).count();
        assert_eq!(sent, record.sends as usize);
        // Where a task was accepted nothing is sent any more.
        let first_accepted = history.iter().position(|entry| entry.state == State::Accepted);
        let last_sent = history.iter().rposition(|entry| matches!(entry.change, Change::Event(Event::Sent { .. })));
        assert!(first_accepted.is_none_or(|accepted| last_sent.is_some_and(|sent| sent < accepted)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_writes_in_any_order_keep_the_promises_in_both_stores(writes in prop::collection::vec(write(), 1..60)) {
        let [memory, sqlite] = Stage::all();
        let mut second = 0;
        for (delay, write) in writes {
            second += delay;
            let write = at(second, write);
            let answers = [&memory, &sqlite].map(|stage| stage.one(write.clone()).map_err(|error| error.to_string()));
            prop_assert_eq!(&answers[0], &answers[1], "{:?}", write);
        }
        check(&memory);
        check(&sqlite);
        prop_assert_eq!(memory.store.list(&Query::all()).unwrap(), sqlite.store.list(&Query::all()).unwrap());
    }
}
