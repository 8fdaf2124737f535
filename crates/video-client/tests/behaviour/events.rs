//! What is told of a job, from its order to its file.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use video_client::events::{Events, Exchange, JobEvent, JobEventKind, Observer};
use video_client::{Journaled, NewJob, Outcome, PollSchedule, Target};
use video_journal::{
    Destination, Event, Intent, Journal, KeyFingerprint, Lease, MemoryStore, Millis, Order, Owner, Prompts, Request,
    SavedFile,
};
use video_transport::Answer;

use crate::answers::{accepted, broken, failed, no_connection, page, running, succeeded, video, wrapper};
use crate::stage::{Record, Stage, generation};

/// Writes down what it is told.
struct Scribe(Record);

impl Observer for Scribe {
    fn event(&self, event: &JobEvent) {
        self.0.say(format!("  {}", told(event)));
    }

    fn exchange(&self, exchange: &Exchange) {
        let status = exchange.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        self.0.say(format!("  ({} {status}, {} bytes)", exchange.activity.as_str(), exchange.received));
    }
}

/// `70 s`, or `-` for none.
fn seconds(duration: Option<Duration>) -> String {
    duration.map_or_else(|| "-".to_owned(), |duration| format!("{:.0} s", duration.as_secs_f64()))
}

/// `3 status running, working, 42 %`.
fn told(event: &JobEvent) -> String {
    let mut text = format!("{} {}", event.sequence, event.kind.as_str());
    match &event.kind {
        JobEventKind::TakenUp { state } => write!(text, " {state:?}"),
        JobEventKind::Sent { attempt } => write!(text, " {attempt}"),
        JobEventKind::Accepted => {
            write!(text, " {}", event.task.as_ref().map(ToString::to_string).unwrap_or_default())
        }
        JobEventKind::Seen(seen) => {
            write!(text, " {}, {}", seen.status, seen.progress.stage().as_str()).expect("text");
            if let Some(percent) = seen.progress.percent() {
                write!(text, ", {percent} %").expect("text");
            }
            match seen.estimate {
                Some(it) => write!(
                    text,
                    ", about {} left ({} to {}) by {} jobs",
                    seconds(Some(it.remaining)),
                    seconds(Some(it.least)),
                    seconds(Some(it.most)),
                    it.samples
                ),
                None => Ok(()),
            }
        }
        JobEventKind::Trouble(it) => write!(
            text,
            " {} {:?} {:?} {:?}, {} in a row, again in {:.1?}",
            it.activity.as_str(),
            it.kind,
            it.status,
            it.message,
            it.in_a_row,
            it.again_in
        ),
        JobEventKind::Settling { again_in } => write!(text, " {again_in:?}"),
        JobEventKind::Succeeded { queued, generated } => write!(text, " {} {}", seconds(*queued), seconds(*generated)),
        JobEventKind::Downloading { received, total } => write!(text, " {received} of {total:?}"),
        JobEventKind::Saved(stored) => write!(text, " {} bytes, {} there before", stored.bytes, stored.taken_over),
        JobEventKind::Ended(ending) => write!(text, " {} {:?} {:?}", ending.verdict, ending.error, ending.message),
        _ => Ok(()),
    }
    .expect("text");
    text
}

fn queued() -> Answer {
    wrapper(&serde_json::json!({"task_id": "task_1", "status": "QUEUED", "progress": "20%"}))
}

fn stage(answers: impl IntoIterator<Item = Answer>) -> Stage {
    let events = Events::new();
    let stage = Stage::with(answers, |builder| builder.events(&events));
    events.observe(Arc::new(Scribe(stage.record.clone())));
    stage
}

/// Keeps what it is told.
#[derive(Default)]
struct Lines(Mutex<String>);

impl Observer for Lines {
    fn event(&self, event: &JobEvent) {
        *self.0.lock().expect("lines") += &(told(event) + "\n");
    }
}

impl Lines {
    /// Has all that is told from here on noted.
    fn of(stage: &Stage) -> Arc<Self> {
        let lines = Arc::<Self>::default();
        stage.client.events().observe(lines.clone());
        lines
    }

    fn text(&self) -> String {
        self.0.lock().expect("lines").clone()
    }
}

#[tokio::test(start_paused = true)]
async fn everything_that_happens_to_a_job_is_told_in_one_order_from_the_order_to_the_file() {
    let stage = stage([
        no_connection(),
        accepted(),
        queued(),
        page(502, "Bad Gateway"),
        broken(),
        running(7),
        running(42),
        succeeded("https://cdn.example/v.mp4"),
        video(),
    ]);
    let job = stage.accepted().await;
    let Outcome::Succeeded(task) = job.finish().await else { panic!("{}", stage.record.text()) };
    stage.download(&task).await;
    insta::assert_snapshot!(stage.transcript());
}

#[tokio::test(start_paused = true)]
async fn an_end_without_a_video_is_told_with_its_reason() {
    let stage = stage([accepted(), failed("too dark")]);
    stage.accepted().await.finish().await;
    insta::assert_snapshot!(stage.transcript());
}

/// A desk over a journal in memory in which jobs of the same model took so many seconds.
async fn desk(stage: &Stage, took: &[u64]) -> Journaled {
    let journal = Journal::start(Arc::new(MemoryStore::new())).expect("threads");
    let me = Owner::new("before");
    for (number, seconds) in (1..).zip(took) {
        let at = |seconds: u64| Millis::new(1_790_000_000_000).after(Duration::from_secs(seconds));
        let lease = Lease { owner: me.clone(), until: at(60) };
        let to = Destination {
            dialect: "new-api".to_owned(),
            origin: "gateway.example".to_owned(),
            key_fingerprint: KeyFingerprint::of("sk-old"),
        };
        let request = Request::new(&Order::from(generation()), Prompts::Stored);
        let job: video_journal::JobId = format!("job-{number}").parse().expect("an id");
        let intent = Intent::new(job.clone(), at(0), request, format!("key-{number}"), to.clone());
        journal.begin(intent, lease).await.expect("begun");
        let task = format!("new-api:task_old_{number}@gateway.example").parse().expect("a task");
        let file = SavedFile { path: "/v.mp4".to_owned(), bytes: 1, sha256: "00".to_owned() };
        let steps = [
            (Event::Sent { to }, 0),
            (Event::Accepted { task }, 1),
            (Event::Succeeded { billing: None }, 1 + seconds),
            (Event::Saved { file }, 1 + seconds),
        ];
        for (event, seconds) in steps {
            journal.note(job.clone(), event, me.clone(), at(seconds)).await.expect("noted");
        }
    }
    Journaled::new(stage.client.clone(), journal, Owner::new("desk"))
}

#[tokio::test]
async fn a_job_of_the_journal_is_told_with_how_long_it_will_take_by_those_before_it() {
    // The threads of a journal know no virtual time.
    let answers = [accepted(), queued(), running(42), succeeded("https://cdn.example/v.mp4"), video()];
    let stage = Stage::with(answers, |builder| builder.schedule(PollSchedule::every(Duration::from_millis(1))));
    let desk = desk(&stage, &[40, 60, 80, 100, 70]).await;
    let lines = Lines::of(&stage);
    let mut job = desk.order(NewJob::new(generation()).named("cat.mp4")).await.expect("noted");
    let mut own = job.watch(64);
    let Outcome::Succeeded(task) = job.finish().await else { panic!("{}", stage.record.text()) };
    job.save(&task, Target::file(stage.folder.path().join("cat.mp4")), &|_| ()).await.expect("saved");
    insta::assert_snapshot!(lines.text());
    let first = own.try_next().expect("an event");
    assert_eq!((first.sequence, first.subject.name.as_deref()), (2, Some("cat.mp4")));
    assert_eq!((first.subject.job.as_ref(), first.subject.model.as_str()), (Some(&job.record().job), "kling-v1-6"));
    assert_eq!(first.subject.gateway, "gateway.example");
}

#[tokio::test]
async fn without_a_past_nothing_is_said_of_the_future() {
    let answers = [accepted(), running(42), succeeded("https://cdn.example/v.mp4")];
    let stage = Stage::with(answers, |builder| builder.schedule(PollSchedule::every(Duration::from_millis(1))));
    let desk = desk(&stage, &[40, 60]).await;
    let lines = Lines::of(&stage);
    let mut job = desk.order(NewJob::new(generation())).await.expect("noted");
    job.finish().await;
    insta::assert_snapshot!(lines.text());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_taken_up_and_watched_by_itself_begins_its_own_stream() {
    let stage = stage([running(3), succeeded("https://cdn.example/v.mp4")]);
    stage.client.resume("new-api:task_1".parse().expect("a task")).expect("resumed").finish().await;
    insta::assert_snapshot!(stage.transcript());
}
