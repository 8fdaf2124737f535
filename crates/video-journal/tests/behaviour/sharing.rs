//! Orders that let an earlier job stand for them.

use std::fmt::Write as _;
use std::time::Duration;

use insta::{allow_duplicates, assert_snapshot};
use video_journal::{End, Event, Intent, SavedFile, Share};

use crate::stage::{NOON, Stage, accepted, ended, id, later, lease, lease_from, request, saved, sent, succeeded, to};

/// How a job may stand when an equal order comes.
fn pasts() -> Vec<(&'static str, Vec<Event>)> {
    let accepted = || vec![sent(), accepted("task_1")];
    let after = |more: Vec<Event>| accepted().into_iter().chain(more).collect();
    let piped = Event::Saved { file: SavedFile { path: "-".to_owned(), bytes: 1, sha256: "00".repeat(32) } };
    vec![
        ("intent", vec![]),
        ("sent", vec![sent()]),
        ("unknown", vec![sent(), ended(End::Unknown)]),
        ("refused", vec![sent(), ended(End::Refused)]),
        ("accepted", accepted()),
        ("succeeded", after(vec![succeeded()])),
        ("failed", after(vec![ended(End::Failed)])),
        ("saved", after(vec![succeeded(), saved()])),
        ("saved to stdout", after(vec![succeeded(), piped])),
        ("undelivered", after(vec![succeeded(), ended(End::Undelivered)])),
    ]
}

#[test]
fn an_equal_order_takes_what_is_paid_for_or_worked_on_and_nothing_that_failed() {
    let tell = |sqlite: bool| {
        let mut table = String::new();
        for (name, events) in pasts() {
            for (moment, seconds) in [("worked on", 1), ("left", 120)] {
                let stage = if sqlite { Stage::sqlite() } else { Stage::memory() };
                stage.job_after(1, events.clone());
                let at = NOON.after(Duration::from_secs(seconds));
                let again = Intent::new(id(2), at, request("prompt 1"), "key-2", to()).shared(Share::since(NOON));
                let begun = stage.begin(again, lease_from("b", at)).unwrap();
                let told = if begun.is_new { "a new order" } else { begun.record.state.as_str() };
                writeln!(table, "{name}, {moment}: {told}").unwrap();
            }
        }
        table
    };
    allow_duplicates! {
        for sqlite in [false, true] {
            assert_snapshot!(tell(sqlite), @"
            intent, worked on: intent
            intent, left: a new order
            sent, worked on: sent
            sent, left: a new order
            unknown, worked on: unknown
            unknown, left: a new order
            refused, worked on: a new order
            refused, left: a new order
            accepted, worked on: accepted
            accepted, left: accepted
            succeeded, worked on: succeeded
            succeeded, left: succeeded
            failed, worked on: a new order
            failed, left: a new order
            saved, worked on: saved
            saved, left: saved
            saved to stdout, worked on: a new order
            saved to stdout, left: a new order
            undelivered, worked on: a new order
            undelivered, left: a new order
            ");
        }
    }
}

#[test]
fn a_file_at_hand_goes_before_one_to_come_and_what_is_old_elsewhere_or_unwanted_is_left() {
    allow_duplicates! {
        for stage in Stage::all() {
            stage.job_after(1, [sent(), accepted("task_1"), succeeded(), saved()]);
            // Nobody works on the second one at the time of the questions, but it is paid for.
            let second = Intent::new(id(2), later(1), request("prompt 1"), "key-2", to());
            stage.begin(second, lease("a")).unwrap();
            for event in [sent(), accepted("task_2")] {
                stage.note_by(&id(2), event, "a", later(1)).unwrap();
            }
            let (mut told, mut number) = (String::new(), 2);
            let mut ask = |name: &str, prompt: &str, origin: &str, share: Option<Share>| {
                number += 1;
                let mut place = to();
                origin.clone_into(&mut place.origin);
                let key = format!("key-{number}");
                let mut again = Intent::new(id(number), later(99), request(prompt), key, place);
                again.share = share;
                let begun = stage.begin(again, lease_from("b", later(99))).unwrap();
                writeln!(told, "{name}: {}{}", begun.record.job, if begun.is_new { ", new" } else { "" }).unwrap();
            };
            let here = "88api.ai";
            ask("both are there", "prompt 1", here, Some(Share::since(NOON)));
            ask("the file is gone", "prompt 1", here, Some(Share::since(NOON).but_not(id(1))));
            ask("the file is too old", "prompt 1", here, Some(Share::since(later(1))));
            ask("both are too old", "prompt 1", here, Some(Share::since(later(99))));
            ask("another prompt", "prompt 9", here, Some(Share::since(NOON)));
            ask("another gateway", "prompt 1", "elsewhere.example", Some(Share::since(NOON)));
            ask("not asked for", "prompt 1", here, None);
            assert_snapshot!(told, @"
            both are there: job-1
            the file is gone: job-2
            the file is too old: job-2
            both are too old: job-6, new
            another prompt: job-7, new
            another gateway: job-8, new
            not asked for: job-9, new
            ");
        }
    }
}
