//! What a slow reader gets, and what it costs.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use video_protocol::{Error, ErrorKind, Outcome, Task, TaskRef};
use video_types::TaskStatus;

use crate::Clock;

use super::{Events, JobEvent, JobEventKind, Subject, Teller};

fn teller(events: &Events) -> Teller {
    Teller::new(events, Clock::system(), Subject::of("88api.ai".to_owned(), "kling-v1"))
}

fn task(progress: u8) -> Task {
    let mut task = Task::new(TaskRef::new("new-api", "task_1"), TaskStatus::from("running"));
    task.progress = Some(progress);
    task
}

fn failed() -> Outcome {
    Outcome::Ended(Error::new(ErrorKind::TaskFailed))
}

/// `3 status`, `4 ended`.
fn words(events: impl IntoIterator<Item = JobEvent>) -> Vec<String> {
    events.into_iter().map(|event| format!("{} {}", event.sequence, event.kind.as_str())).collect()
}

#[test]
fn of_the_progress_of_a_job_only_the_last_is_kept() {
    let events = Events::new();
    let mut slow = events.subscribe(8);
    let (one, two) = (teller(&events), teller(&events));
    one.ordered();
    one.accepted(&TaskRef::new("new-api", "task_1"));
    for percent in 1..=9 {
        one.seen(&task(percent));
        two.seen(&task(percent));
    }
    one.outcome(&failed());
    one.seen(&task(99));
    assert_eq!(slow.held(), 6);
    let told: Vec<_> = std::iter::from_fn(|| slow.try_next()).collect();
    assert_eq!(words(told.clone()), ["1 ordered", "2 accepted", "11 status", "9 status", "12 ended", "13 status"]);
    let JobEventKind::Seen(seen) = &told[2].kind else { panic!("{told:?}") };
    assert_eq!(seen.progress.percent(), Some(9));
    assert_eq!(slow.passed_over(), 16);
}

#[test]
fn where_there_is_no_room_progress_goes_first_and_ends_never_go() {
    let events = Events::new();
    let mut slow = events.subscribe(2);
    let tellers: Vec<_> = std::iter::repeat_with(|| teller(&events)).take(3).collect();
    for teller in &tellers {
        teller.ordered();
        teller.seen(&task(5));
        teller.outcome(&failed());
    }
    assert_eq!(slow.held(), 2 + 3);
    let left = words(std::iter::from_fn(|| slow.try_next()));
    assert_eq!(left, ["3 ended", "1 ordered", "3 ended", "1 ordered", "3 ended"]);
    assert_eq!(slow.passed_over(), 4);
}

#[tokio::test]
async fn a_subscription_ends_with_the_last_of_those_who_tell() {
    let events = Events::new();
    let mut all = events.subscribe(8);
    let teller = teller(&events);
    let mut one = teller.subscribe(8);
    Teller::new(&events, Clock::system(), Subject::of(String::new(), "other")).ordered();
    teller.ordered();
    drop((events, teller));
    assert_eq!(words([all.next().await.expect("an event"), all.next().await.expect("an event")]), ["1 ordered"; 2]);
    assert_eq!(words(one.next().await), ["1 ordered"]);
    assert_eq!((all.next().await, one.next().await), (None, None));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_events_a_second_and_a_slow_reader_bounded_memory_and_no_end_lost() {
    const ROOM: usize = 256;
    const JOBS: usize = 100;
    let events = Events::new();
    let mut slow = events.subscribe(ROOM);
    let began = Instant::now();
    let (mut told, mut ended, mut ends_read, mut most) = (0_u64, Vec::new(), 0, 0);
    let mut tellers: Vec<_> = std::iter::repeat_with(|| teller(&events)).take(JOBS).collect();
    let mut got: Vec<JobEvent> = Vec::new();
    // A minute: ten events in each millisecond, of which the reader takes one every 50 ms.
    for millisecond in 0..60_000_usize {
        for number in 0..10 {
            let at = (millisecond * 10 + number) % JOBS;
            // Each job has its end once in ten seconds, and another one takes its place.
            if (millisecond + at * 100) % 10_000 < 10 {
                tellers[at].outcome(&failed());
                let next = teller(&events);
                ended.push(std::mem::replace(&mut tellers[at], next).subject().stream);
            } else {
                tellers[at].seen(&task(u8::try_from(millisecond % 100).unwrap_or_default()));
            }
            told += 1;
        }
        if millisecond % 50 == 0 {
            let event = slow.next().await.expect("an event");
            ends_read += usize::from(event.is_end());
            got.push(event);
        }
        let unread = ended.len() - ends_read;
        most = most.max(slow.held());
        assert!(slow.held() <= ROOM + unread, "{} are held, {unread} ends among them", slow.held());
        if millisecond % 1000 == 0 {
            sleep_until(began + Duration::from_millis(millisecond as u64)).await;
        }
    }
    assert_eq!(told, 600_000);
    assert!(most < 1000, "{most} events were held at once");
    got.extend(std::iter::from_fn(|| slow.try_next()));
    let mut ends: Vec<u64> = got.iter().filter(|event| event.is_end()).map(|event| event.subject.stream).collect();
    ends.sort_unstable();
    ended.sort_unstable();
    assert!(ended.len() > 500, "{}", ended.len());
    assert_eq!(ends, ended);
    assert_eq!(got.len() as u64 + slow.passed_over(), told);
    let mut last: BTreeMap<u64, u64> = BTreeMap::new();
    for event in &got {
        let before = last.insert(event.subject.stream, event.sequence);
        assert!(before.is_none_or(|before| before < event.sequence), "{event:?}");
    }
}
