//! Who goes next: slots, turns, crowds and stops, in virtual time.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::future::pending;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use insta::assert_snapshot;
use tokio::time::{Instant, sleep_until};
use video_client::ErrorKind;
use video_client::scheduler::{JobEnd, Limits, Scheduler};

fn slots(number: usize) -> Scheduler {
    Scheduler::new(NonZeroUsize::new(number).expect("more than none"))
}

async fn pass(seconds: u64) {
    sleep_until(Instant::now() + Duration::from_secs(seconds)).await;
}

fn second(began: Instant) -> u64 {
    began.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_job_holds_its_slot_from_its_beginning_to_its_end() {
    let (scheduler, said, began) = (slots(2), RefCell::new(String::new()), Instant::now());
    let jobs = [("a", 5), ("b", 1), ("c", 1), ("d", 4), ("e", 1)];
    let ran = scheduler
        .run(jobs, Limits::default(), pending(), async |(name, seconds)| {
            writeln!(said.borrow_mut(), "{} s  {name} begins", second(began)).expect("text");
            pass(seconds).await;
            writeln!(said.borrow_mut(), "{} s  {name} ends", second(began)).expect("text");
            JobEnd::Good
        })
        .await;
    said.borrow_mut().push_str(&format!("{ran:?}"));
    assert_snapshot!(said.into_inner());
}

#[tokio::test(start_paused = true)]
async fn two_batches_get_slots_by_turns() {
    let (scheduler, said) = (slots(1), RefCell::new(String::new()));
    let run = |batch: &'static str| {
        let said = &said;
        scheduler.run(1..=4, Limits::default(), pending(), async move |number| {
            write!(said.borrow_mut(), "{batch}{number} ").expect("text");
            pass(1).await;
            JobEnd::Good
        })
    };
    tokio::join!(run("a"), run("b"));
    assert_snapshot!(said.into_inner());
}

#[tokio::test(start_paused = true)]
async fn slots_fall_when_the_gateway_is_crowded_and_rise_again() {
    let (scheduler, said, began) = (slots(8), RefCell::new(String::new()), Instant::now());
    let (running, tries) = (Cell::new(0), Cell::new(0));
    let ran = scheduler
        .run(1..=60, Limits::default(), pending(), async |job| {
            tries.set(tries.get() + 1);
            // For a minute the gateway takes two at once; then any number.
            if running.get() >= 2 && began.elapsed() < Duration::from_secs(60) {
                pass(1).await;
                return JobEnd::Crowded(job);
            }
            running.set(running.get() + 1);
            pass(5).await;
            running.set(running.get() - 1);
            if job % 10 == 0 {
                writeln!(said.borrow_mut(), "{:3} s  job {job} done, {} slots", second(began), scheduler.slots())
                    .expect("text");
            }
            JobEnd::Good
        })
        .await;
    said.borrow_mut().push_str(&format!("{ran:?}, {} tries", tries.get()));
    assert_snapshot!(said.into_inner());
}

#[tokio::test(start_paused = true)]
async fn it_stops_after_failures_of_one_kind_in_a_row() {
    let mut said = Vec::new();
    let limits = Limits::default().stop_after_failures(NonZeroU32::new(3));
    let (denied, broken) = (JobEnd::Failed(ErrorKind::Unauthorized), JobEnd::Failed(ErrorKind::TaskFailed));
    for ends in [
        vec![denied.clone(); 9],
        vec![denied.clone(), broken.clone(), denied.clone(), broken.clone(), denied.clone(), broken.clone()],
        vec![denied.clone(), denied.clone(), JobEnd::Good, denied.clone(), denied.clone()],
        vec![denied.clone(), denied.clone(), JobEnd::Other, denied.clone(), denied.clone()],
        vec![JobEnd::Other; 9],
    ] {
        let scheduler = slots(1);
        let ran = scheduler.run(ends, limits, pending(), async |end: JobEnd<JobEnd<()>>| match end {
            JobEnd::Failed(kind) => JobEnd::Failed(kind),
            JobEnd::Good => JobEnd::Good,
            _ => JobEnd::Other,
        });
        said.push(format!("{:?}", ran.await));
    }
    assert_snapshot!(said.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn max_jobs_counts_a_job_that_comes_again_once() {
    let limits = Limits::default().max_jobs(NonZeroUsize::new(3));
    let crowded = Cell::new(2);
    let ends = async |job| {
        pass(1).await;
        if crowded.replace(crowded.get() - 1) > 0 { JobEnd::Crowded(job) } else { JobEnd::Good }
    };
    crowded.set(2);
    let more = slots(2).run(1..=9, limits, pending(), ends).await;
    crowded.set(0);
    let exactly = slots(2).run(1..=3, limits, pending(), async |_: i32| JobEnd::Good).await;
    assert_snapshot!(format!("{more:?}\n{exactly:?}"));
}

#[tokio::test(start_paused = true)]
async fn when_told_to_stop_it_waits_for_those_under_way() {
    let (scheduler, done, began) = (slots(2), Cell::new(0), Instant::now());
    let ran = scheduler
        .run(1..=9, Limits::default(), pass(7), async |_| {
            pass(5).await;
            done.set(done.get() + 1);
            JobEnd::Good
        })
        .await;
    assert_snapshot!(format!("{ran:?}, {} done after {} s", done.get(), second(began)));
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_jobs_are_asked_for_one_by_one() {
    let (scheduler, asked, done, furthest) = (slots(64), Cell::new(0_i64), Cell::new(0), Cell::new(0));
    let jobs = (0..100_000).inspect(|_| asked.set(asked.get() + 1));
    scheduler
        .run(jobs, Limits::default(), pending(), async |_| {
            furthest.set(furthest.get().max(asked.get() - done.get()));
            pass(10).await;
            done.set(done.get() + 1);
            JobEnd::Good
        })
        .await;
    assert_eq!(done.get(), 100_000);
    assert!(furthest.get() <= 65, "{} jobs were held at once over 64 slots", furthest.get());
}
