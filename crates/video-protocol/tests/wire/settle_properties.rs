//! What holds for every settling, whatever the list does meanwhile.

use std::time::Duration;

use http::Uri;
use proptest::prelude::*;
use serde_json::{Value, json};
use video_protocol::{Input, Settled, Step};
use video_types::TaskId;

use crate::driver::Reply;
use crate::settling::{INTENT, cat, settle, time, with};

const MOST_REQUESTS: u32 = 200;

/// What a task in the list is to the order that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kin {
    /// The task of the order, or one like it.
    Cat,
    /// One like it that another job owns.
    OwnedCat,
    /// One like it from before the intent.
    OldCat,
    /// The same prompt for another model.
    Lookalike,
    /// Something else.
    Dog,
}

/// A gateway that lists. Times are in seconds after the intent, by a clock that is right.
#[derive(Debug, Clone)]
struct Gateway {
    /// `(id, created, kin)`, the oldest first.
    tasks: Vec<(String, i64, Kin)>,
    /// What comes before each request.
    events: Vec<Event>,
    /// Whether it lists from old to new, whatever it is asked for.
    stubborn: bool,
    page: usize,
    tells_more: bool,
    /// By how many seconds its clock is ahead.
    ahead: i64,
}

#[derive(Debug, Clone)]
enum Event {
    Nothing,
    Arrives(Kin),
    /// One of the dogs is deleted, so that a cursor may be gone.
    Deletes(usize),
    Fails(u16),
    Hangs,
}

impl Gateway {
    fn reply(&mut self, uri: &Uri, at: i64, number: usize) -> Reply {
        match self.events.get(number).cloned().unwrap_or(Event::Nothing) {
            Event::Nothing => {}
            Event::Arrives(kin) => {
                let id = format!("late_{number}");
                self.tasks.push((id, 60 + at, kin));
            }
            Event::Deletes(which) => {
                let dogs: Vec<usize> = (0..self.tasks.len()).filter(|task| self.tasks[*task].2 == Kin::Dog).collect();
                if !dogs.is_empty() {
                    self.tasks.remove(dogs[which % dogs.len()]);
                }
            }
            Event::Fails(status) => return Reply::status(status, "<html>trouble"),
            Event::Hangs => return Reply::Lost(video_protocol::Sent::Maybe),
        }
        let mut tasks: Vec<&(String, i64, Kin)> = self.tasks.iter().collect();
        if !self.stubborn {
            tasks.reverse();
        }
        let after = uri.query().and_then(|query| query.split("after=").nth(1));
        let start = match after {
            Some(after) => match tasks.iter().position(|task| task.0 == after) {
                Some(place) => place + 1,
                None => {
                    return Reply::status(400, r#"{"error":{"message":"unknown cursor","code":"invalid_request"}}"#);
                }
            },
            None => 0,
        };
        let shown: Vec<Value> = tasks.iter().skip(start).take(self.page).map(|task| self.told(task)).collect();
        let mut body = json!({"data": shown});
        if self.tells_more {
            body["has_more"] = json!(start + self.page < tasks.len());
        }
        let date = httpdate::fmt_http_date(time(INTENT + 60 + at + self.ahead));
        crate::settling::answer(&body).with_header("date", &date)
    }

    fn told(&self, (id, created, kin): &(String, i64, Kin)) -> Value {
        let task = cat(id, created + self.ahead);
        match kin {
            Kin::Cat | Kin::OwnedCat | Kin::OldCat => task,
            Kin::Lookalike => with(task, "model", json!("sora-2-pro")),
            Kin::Dog => with(task, "prompt", json!("a dog")),
        }
    }

    fn kin(&self, id: &str) -> Option<Kin> {
        self.tasks.iter().find(|task| task.0 == id).map(|task| task.2)
    }
}

fn kin() -> impl Strategy<Value = Kin> {
    prop_oneof![1 => Just(Kin::Cat), 2 => Just(Kin::OwnedCat), 1 => Just(Kin::Lookalike), 6 => Just(Kin::Dog)]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => Just(Event::Nothing),
        3 => kin().prop_map(Event::Arrives),
        1 => any::<usize>().prop_map(Event::Deletes),
        2 => prop::sample::select(vec![429, 500, 502, 503, 200]).prop_map(Event::Fails),
        1 => Just(Event::Hangs),
    ]
}

fn gateway(events: impl Strategy<Value = Event>) -> impl Strategy<Value = Gateway> {
    let before =
        prop::collection::vec((-20_000i64..-6, prop_oneof![1 => Just(Kin::OldCat), 5 => Just(Kin::Dog)]), 0..12);
    let since = prop::collection::vec((0i64..60, kin()), 0..6);
    let events = prop::collection::vec(events, 0..40);
    (before, since, events, any::<bool>(), 1usize..6, any::<bool>(), -100_000i64..100_000).prop_map(
        |(before, since, events, stubborn, page, tells_more, ahead)| {
            let mut tasks: Vec<_> = before.into_iter().chain(since).collect();
            tasks.sort_by_key(|task| task.0);
            let named = tasks.into_iter().enumerate();
            let tasks = named.map(|(number, (created, kin))| (format!("t_{number}"), created, kin)).collect();
            Gateway { tasks, events, stubborn, page, tells_more, ahead }
        },
    )
}

/// Drives it to its end; how it ended, how often the list was asked, and the unowned cats and lookalikes that were in the
/// list when the second listing began (or at the end, if it did not).
fn drive(gateway: &mut Gateway, seed: u64) -> (Settled, u32, Vec<Kin>) {
    let mut settle = settle().with_chance(seed).with_most_requests(MOST_REQUESTS);
    let (mut at, mut input, mut asked) = (Duration::ZERO, Input::Start, 0);
    let mut known = None;
    let matches = |gateway: &Gateway| -> Vec<Kin> {
        gateway.tasks.iter().map(|task| task.2).filter(|kin| matches!(kin, Kin::Cat | Kin::Lookalike)).collect()
    };
    loop {
        let snapshot = gateway.clone();
        let owned = |id: &TaskId| snapshot.kin(id.as_str()) == Some(Kin::OwnedCat);
        match settle.advance(at, input, owned) {
            Step::Send { request, .. } => {
                let seconds = i64::try_from(at.as_secs()).expect("not for ever");
                input = gateway.reply(request.uri(), seconds, asked as usize).into_input();
                asked += 1;
            }
            Step::Wait(delay) => {
                if delay == Duration::from_secs(30) {
                    known = Some(matches(gateway));
                }
                at += delay;
                input = Input::Waited;
            }
            Step::Done(settled) => return (settled, asked, known.unwrap_or_else(|| matches(gateway))),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_task_that_is_there_is_never_called_absent_and_none_of_another_job_is_ever_found(
        mut gateway in gateway(event()), seed: u64,
    ) {
        let (settled, asked, known) = drive(&mut gateway, seed);
        prop_assert!(asked <= MOST_REQUESTS);
        match settled {
            Settled::Absent => prop_assert!(known.is_empty(), "{:?} was there", known),
            Settled::Found(task) => {
                // An old cat looks like ours only where the clocks say so; here they are known.
                prop_assert_eq!(gateway.kin(task.reference.id.as_str()), Some(Kin::Cat));
            }
            Settled::Undecided(_) => {}
        }
    }

    #[test]
    fn a_quiet_list_decides_whenever_it_can(mut gateway in gateway(Just(Event::Nothing)), seed: u64) {
        let (settled, _, known) = drive(&mut gateway, seed);
        let cats = known.iter().filter(|kin| **kin == Kin::Cat).count();
        // Our clock may have been set back, and one that is ahead may be that of a proxy: old cats that are new by such
        // a clock stand in the way.
        let in_doubt = |created: i64| created + gateway.ahead.max(0) >= -7205;
        let old = gateway.tasks.iter().any(|task| task.2 == Kin::OldCat && in_doubt(task.1));
        let ended = match &settled {
            Settled::Found(_) => "found",
            Settled::Absent => "absent",
            Settled::Undecided(_) => "undecided",
        };
        let expected = match (cats, known.len()) {
            (1, _) => "found",
            (0, 0) if old => "undecided",
            (0, 0) => "absent",
            _ => "undecided",
        };
        prop_assert_eq!(ended, expected, "{:?}", settled);
    }

    #[test]
    fn arrivals_while_paging_open_no_gap(
        mut gateway in gateway(prop_oneof![Just(Event::Nothing), Just(Event::Arrives(Kin::Dog))]), seed: u64,
    ) {
        gateway.stubborn = false;
        let (settled, asked, known) = drive(&mut gateway, seed);
        let cats = known.iter().filter(|kin| **kin == Kin::Cat).count();
        prop_assert_eq!(matches!(settled, Settled::Found(_)), cats == 1, "{:?}", settled);
        // Every task once, an empty page at the end, twice; dogs that arrive come before the cursor.
        prop_assert!(asked <= 2 * (20 + 40 + 1), "{}", asked);
    }

    #[test]
    fn inputs_out_of_turn_end_within_the_requests(events in prop::collection::vec(0u8..4, 0..300), seed: u64) {
        let mut settle = settle().with_chance(seed).with_most_requests(50);
        let (mut sent, mut over) = (0, false);
        for event in events {
            let input = match event {
                0 => Input::Start,
                1 => Input::Waited,
                2 => Reply::Lost(video_protocol::Sent::Maybe).into_input(),
                _ => crate::settling::page(&[cat("v_1", -100)], true).into_input(),
            };
            match settle.advance(Duration::ZERO, input, |_| false) {
                Step::Send { .. } => {
                    sent += 1;
                    prop_assert!(!over, "sent after its end");
                }
                Step::Wait(_) => {}
                Step::Done(settled) => {
                    over = true;
                    prop_assert!(matches!(settled, Settled::Undecided(_)));
                }
            }
        }
        prop_assert!(sent <= 50);
    }
}
