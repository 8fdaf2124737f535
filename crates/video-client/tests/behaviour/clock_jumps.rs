//! A wall clock that jumps and a machine that sleeps, while jobs wait for their videos.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use tokio::time::{Instant, advance, sleep_until};
use video_client::{Client, Clock, Journaled, NewJob, Outcome, TaskRef};
use video_journal::{Journal, MemoryStore, Owner};
use video_transport::{Request, Script};

use crate::answers::{accepted, running, succeeded};
use crate::stage::{BASE, KEY, Moody, Record, ended, generation, over};

const HOUR: i64 = 3600;
const EIGHT_HOURS: Duration = Duration::from_secs(8 * 3600);

/// A wall clock that goes as virtual time does, and shows so many seconds more.
fn wall(off: &Arc<AtomicI64>) -> Clock {
    let (began, off) = (Instant::now(), Arc::clone(off));
    Clock::new(move || {
        let seconds = 1_790_000_000 + off.load(Ordering::Relaxed);
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs()) + began.elapsed()
    })
}

/// A job in the journal that never ends, with a deadline of a minute; the clock jumps once it was seen running.
async fn jumped(seconds: i64) -> String {
    let (off, record) = (Arc::new(AtomicI64::new(0)), Record::new());
    let script = Script::new([accepted()].into_iter().chain((1..=20).map(running)));
    let minute = Some(Duration::from_secs(60));
    let client = over(BASE, script, &record, |builder| builder.clock(wall(&off)).deadline(minute));
    let journal = Journal::on(Arc::new(MemoryStore::new()), |work| work());
    let desk = Journaled::new(client, journal, Owner::new("desk"));
    let wanted = NewJob::new(generation()).with_idempotency_key("order-1");
    let mut job = desk.order(wanted).await.expect("a journal");
    while job.update().await.is_some_and(|task| task.progress.is_none()) {}
    record.say("the clock jumps");
    off.store(seconds, Ordering::Relaxed);
    record.say(ended(&job.finish().await));
    let history = desk.journal().history(job.record().job.clone()).await.expect("a journal");
    record.say(history.iter().map(|entry| entry.change.as_str()).collect::<Vec<_>>().join(" "));
    record.text()
}

#[tokio::test(start_paused = true)]
async fn case_37_a_clock_that_jumps_moves_no_poll_and_no_deadline() {
    let steady = jumped(0).await;
    insta::assert_snapshot!(steady, @"
     0.0 s  > POST https://gateway.example/v1/video/generations, key, idempotency-key order-1
     0.0 s  < 200 OK
     0.0 s  the clock jumps
     5.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
     5.0 s  < 200 OK
    15.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    15.0 s  < 200 OK
    25.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    25.0 s  < 200 OK
    35.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    35.0 s  < 200 OK
    45.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    45.0 s  < 200 OK
    55.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    55.0 s  < 200 OK
    60.0 s  > GET https://gateway.example/v1/video/generations/task_1, key
    60.0 s  < 200 OK
    60.0 s  running: new-api:task_1@gateway.example
    60.0 s  intent sent accepted running
    ");
    for seconds in [HOUR, -HOUR, 8 * HOUR, -8 * HOUR, 365 * 24 * HOUR] {
        assert_eq!(jumped(seconds).await, steady, "{seconds} s");
    }
}

/// How a machine sleeps: on some the monotonic clock stands still meanwhile, on others it goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sleep {
    Still,
    GoesOn,
}

#[tokio::test(start_paused = true)]
async fn case_37_after_eight_hours_of_sleep_each_job_asks_once_and_goes_on_as_before() {
    const JOBS: usize = 100;
    for how in [Sleep::Still, Sleep::GoesOn] {
        fastrand::seed(11);
        let off = Arc::new(AtomicI64::new(0));
        let log = Arc::new(Mutex::new(Vec::new()));
        let (book, began) = (Arc::clone(&log), Instant::now());
        let gateway = Moody::new(move |request: &Request, at: Duration| {
            let task = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
            book.lock().expect("whole").push((at, task));
            let all = if how == Sleep::GoesOn { EIGHT_HOURS } else { Duration::ZERO } + Duration::from_secs(300);
            if at > all { succeeded("https://cdn.example/v.mp4") } else { running(10) }
        });
        let client = Client::builder(BASE).key(KEY).transport(gateway).clock(wall(&off)).build().expect("a client");
        let jobs = (0..JOBS).map(|number| {
            let client = client.clone();
            async move {
                sleep_until(Instant::now() + Duration::from_millis(50 * number as u64)).await;
                let job = client.resume(TaskRef::new("new-api", format!("task_{number}"))).expect("ours");
                job.finish().await
            }
        });
        let sleeping = async {
            sleep_until(Instant::now() + Duration::from_secs(120)).await;
            off.store(8 * HOUR, Ordering::Relaxed);
            if how == Sleep::GoesOn {
                advance(EIGHT_HOURS).await;
            }
            began.elapsed()
        };
        let (outcomes, woke) = tokio::join!(join_all(jobs), sleeping);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Succeeded(_))), "{how:?}");
        let log = log.lock().expect("whole").clone();
        let asked = |from: u64, to: u64| {
            let within = woke + Duration::from_secs(from)..woke + Duration::from_secs(to);
            let mut asked = BTreeMap::<_, Vec<_>>::new();
            for (at, task) in log.iter().filter(|(at, _)| within.contains(at)) {
                asked.entry(task.clone()).or_default().push(*at);
            }
            asked
        };
        // Two minutes after its beginning a job asks every fifteen seconds, and after eight hours every thirty.
        let (first, next) = (asked(0, 15), if how == Sleep::Still { asked(15, 30) } else { asked(15, 45) });
        for round in [&first, &next] {
            assert_eq!(round.len(), JOBS, "{how:?}: every job asks");
            assert!(round.values().all(|times| times.len() == 1), "{how:?}: once: {round:?}");
        }
        // Where the clock stood still nobody knows of the sleep; where it went on every job is due, and asks at once.
        let moments = first.values().flatten().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(moments, if how == Sleep::Still { JOBS } else { 1 }, "{how:?}");
    }
}
