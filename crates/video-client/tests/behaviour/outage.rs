//! A server that is down for ten minutes while two hundred jobs wait for their videos.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use video_client::{Client, Outcome, TaskRef};
use video_transport::{Answer, Request};

use crate::answers::{broken, page, running, succeeded};
use crate::stage::{BASE, KEY, Moody};

const JOBS: usize = 200;
/// When it goes down, and when it is back.
const DOWN: Duration = Duration::from_secs(120);
const BACK: Duration = Duration::from_secs(720);

/// What arrived at the far end: when, in milliseconds, and about which task.
type Log = Arc<Mutex<Vec<(u128, String)>>>;

/// Two hundred jobs, begun within ten seconds, over a server that answers so while it is down and has every video once
/// it was back for two minutes. Gives the log, and how the jobs ended.
async fn sit_out(trouble: fn() -> Answer) -> (Vec<(u128, String)>, usize) {
    let log = Log::default();
    let book = Arc::clone(&log);
    let gateway = Moody::new(move |request: &Request, at: Duration| {
        let task = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        book.lock().expect("whole").push((at.as_millis(), task));
        match at {
            at if at >= DOWN && at < BACK => trouble(),
            at if at >= BACK + Duration::from_secs(120) => succeeded("https://cdn.example/v.mp4"),
            _ => running(10),
        }
    });
    let client = Client::builder(BASE).key(KEY).transport(gateway).build().expect("a client");
    let began = tokio::time::Instant::now();
    let jobs = (0..JOBS).map(|number| {
        let client = client.clone();
        async move {
            tokio::time::sleep_until(began + Duration::from_millis(50 * number as u64)).await;
            let job = client.resume(TaskRef::new("new-api", format!("task_{number}"))).expect("ours");
            job.finish().await
        }
    });
    let outcomes = join_all(jobs).await;
    let saved = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Succeeded(_))).count();
    let log = log.lock().expect("whole").clone();
    (log, saved)
}

#[tokio::test(start_paused = true)]
async fn case_15_in_ten_minutes_of_outage_few_ask_and_all_jobs_resume_one_after_another() {
    for (seed, name, trouble) in [
        (1, "502 page", (|| page(502, "Bad Gateway")) as fn() -> Answer),
        (2, "503 page", || page(503, "Service Unavailable")),
        (3, "connection broken", broken),
        (4, "a page with 200", || page(200, "Back soon")),
    ] {
        fastrand::seed(seed);
        let (log, saved) = sit_out(trouble).await;
        assert_eq!(saved, JOBS, "{name}: every job resumes and ends well");
        let within = |from: Duration, to: Duration| {
            log.iter().filter(move |(at, _)| (from.as_millis()..to.as_millis()).contains(at))
        };
        // G8: what is asked of a server that is down is what it would be asked in vain: repetitions.
        let retries = within(DOWN, BACK).count();
        assert!(retries * 10 <= log.len(), "{name}: {retries} of {} requests", log.len());
        assert!(retries <= 60, "{name}: {retries}");
        let last = within(DOWN, BACK).map(|(at, _)| *at).max().expect("a probe");
        assert!(last >= BACK.as_millis() - 61_000, "{name}: somebody looks whether it is back, last at {last}");

        // All are back within a minute and a quarter, none in step with another, and never a crowd.
        let mut back = BTreeMap::new();
        for (at, task) in within(BACK, BACK + Duration::from_secs(120)) {
            back.entry(task.as_str()).or_insert(*at);
        }
        let mut first: Vec<u128> = back.values().copied().collect();
        first.sort_unstable();
        assert_eq!(back.len(), JOBS, "{name}: every job asks again");
        assert!(first.iter().all(|at| *at <= BACK.as_millis() + 75_000), "{name}: {first:?}");
        let mut moments: Vec<u128> = within(BACK, BACK + Duration::from_secs(120)).map(|(at, _)| *at).collect();
        moments.sort_unstable();
        let crowd = moments.windows(12).filter(|some| some[11] - some[0] < 100).count();
        assert_eq!(crowd, 0, "{name}: more than eleven in a tenth of a second");
        let in_step = first.windows(2).filter(|two| two[0] == two[1]).count();
        assert_eq!(in_step, 0, "{name}: two jobs in step");
    }
}
