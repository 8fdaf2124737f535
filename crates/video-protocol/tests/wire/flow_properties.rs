//! What holds for every flow, whatever it is fed.

use std::time::Duration;

use proptest::prelude::*;
use video_protocol::{Dialect as _, ErrorKind, Flow, Input, NewApi, Outcome, Purpose, Sent, Step};
use video_types::Generation;

use crate::driver::{Reply, resume, submit};
use crate::fixture::named;

/// One input: a reply, or nothing but the passing of time.
#[derive(Debug, Clone)]
enum Event {
    Reply(Reply),
    Time,
}

fn reply() -> impl Strategy<Value = Reply> {
    let fixtures: Vec<String> =
        ["submit", "refusal", "code", "token", "poll", "content"].iter().flat_map(|k| named(k)).collect();
    prop_oneof![
        6 => prop::sample::select(fixtures).prop_map(|name| Reply::fixture(&name)),
        2 => Just(Reply::Lost(Sent::No)),
        1 => Just(Reply::LostForGood),
        1 => Just(Reply::Lost(Sent::Maybe)),
        2 => (100u16..=999, prop::sample::select(vec!["", "{}", "<html>", "null", "[]"]), any::<bool>())
            .prop_map(|(status, body, echo)| {
                let reply = Reply::status(status, body);
                if echo { reply.with_header("idempotency-key", "key-1") } else { reply }
            }),
        1 => (0i64..400).prop_map(|delay| Reply::status(429, "{}").with_header("retry-after", &delay.to_string())),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![3 => reply().prop_map(Event::Reply), 2 => Just(Event::Time)]
}

/// What a reply to a submit proves, seen without the flow.
fn proves_no_task(reply: &Reply) -> bool {
    match reply {
        Reply::Lost(sent) => *sent == Sent::No,
        Reply::LostForGood => true,
        Reply::Answer(response) => {
            let decoded = NewApi.decode_submit(&Generation::new("kling-v1-6", "a cat"), response);
            decoded.is_err_and(|error| error.proves_no_task())
        }
    }
}

fn echoes(reply: &Reply) -> bool {
    matches!(reply, Reply::Answer(response) if response.headers().get("idempotency-key").is_some_and(|key| key == "key-1"))
}

proptest! {
    #[test]
    fn an_order_is_sent_again_only_after_proof_or_under_an_honoured_key(
        replies in prop::collection::vec(reply(), 1..12), honoured: bool, seed: u64,
    ) {
        let mut flow = submit().with_honoured_keys(honoured).with_chance(seed);
        let mut replies = replies.into_iter();
        let (mut at, mut input) = (Duration::ZERO, Input::Start);
        let (mut orders, mut in_doubt, mut honoured) = (0, false, honoured);
        loop {
            match flow.advance(at, input) {
                Step::Send { purpose, request } => {
                    let order = purpose == Purpose::Submit;
                    if order {
                        prop_assert!(honoured || !in_doubt, "sent in doubt");
                        prop_assert_eq!(request.headers().get("idempotency-key").expect("a key"), "key-1");
                        orders += 1;
                    }
                    let Some(reply) = replies.next() else { break };
                    if order {
                        in_doubt |= !proves_no_task(&reply);
                        honoured |= echoes(&reply);
                    }
                    input = reply.into_input();
                }
                Step::Wait(delay) => {
                    at += delay;
                    input = Input::Waited;
                }
                Step::Done(Outcome::Ended(error)) if error.task().is_none() => {
                    prop_assert_eq!(error.proves_no_task(), !in_doubt);
                    prop_assert_eq!(error.kind() == ErrorKind::OutcomeUnknown, in_doubt);
                    break;
                }
                Step::Done(_) => break,
            }
        }
        prop_assert!(orders <= 5, "{} orders", orders);
    }

    #[test]
    fn every_end_of_an_accepted_job_names_its_task(replies in prop::collection::vec(reply(), 0..30), seed: u64, minutes in 0u64..20) {
        let deadline = (minutes > 0).then(|| Duration::from_secs(60 * minutes));
        let flows: [Flow; 2] = [submit(), resume()];
        for mut flow in flows.map(|flow| flow.with_chance(seed).with_deadline(deadline)) {
            let mut replies = [Reply::accepted()].into_iter().chain(replies.clone());
            let (mut at, mut input) = (Duration::ZERO, Input::Start);
            let named = loop {
                match flow.advance(at, input) {
                    Step::Send { .. } => match replies.next() {
                        Some(reply) => input = reply.into_input(),
                        None => break flow.task().map(|task| task.reference.clone()),
                    },
                    Step::Wait(delay) => {
                        at += delay;
                        input = Input::Waited;
                    }
                    Step::Done(Outcome::Ended(error)) => break error.task().cloned(),
                    Step::Done(Outcome::Running { task, .. }) => break Some(task),
                    Step::Done(Outcome::Succeeded(task)) => break Some(task.reference),
                    Step::Done(other) => panic!("{other:?}"),
                }
            };
            prop_assert_eq!(named.expect("a task").to_string(), "new-api:task_1@gw.example");
            prop_assert!(deadline.is_none_or(|deadline| at <= deadline), "waited past the deadline: {:?}", at);
        }
    }

    #[test]
    fn inputs_out_of_turn_never_send_an_order_in_doubt(events in prop::collection::vec(event(), 1..40), seed: u64) {
        let mut flow = submit().with_chance(seed);
        let (mut open, mut in_doubt, mut honoured) = (false, false, false);
        for event in events {
            let input = match event {
                Event::Time => {
                    // An order that is under way and is given up may have arrived.
                    in_doubt |= open;
                    Input::Waited
                }
                Event::Reply(reply) => {
                    in_doubt |= !proves_no_task(&reply);
                    honoured |= echoes(&reply);
                    reply.into_input()
                }
            };
            open = false;
            if let Step::Send { purpose: Purpose::Submit, .. } = flow.advance(Duration::ZERO, input) {
                prop_assert!(honoured || !in_doubt, "sent in doubt");
                open = true;
            }
        }
    }
}
