//! Whoever drops a future leaves nothing: no task, no connection, no lock, no claim; counted in a runtime that has nothing else.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};
use video_client::scheduler::{JobEnd, Limits, Scheduler};
use video_client::{Client, Journaled, NewJob, Outcome, Target};
use video_journal::Query;
use video_testkit::{Delivery, FarEnd, Ledger, Reply, Seen};
use video_types::Generation;

use crate::desk::{client, journal, owner, stand};

/// A far end in a runtime and a thread of its own, and a place for files.
struct Scene {
    url: String,
    ledger: Ledger,
    /// Dropped, it ends the far end.
    _ends: oneshot::Sender<()>,
    folder: tempfile::TempDir,
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

impl Scene {
    fn new(answer: impl Fn(&Delivery) -> Reply + Send + Sync + 'static) -> Self {
        let (tell, told) = mpsc::channel();
        let (ends, end) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            runtime().block_on(async {
                let far = FarEnd::start(answer).expect("a free port");
                tell.send((far.url(""), far.ledger().clone())).expect("somebody waits");
                end.await.expect_err("only dropped");
            });
        });
        let (url, ledger) = told.recv().expect("it begins");
        Self { url, ledger, _ends: ends, folder: tempfile::tempdir().expect("a folder") }
    }

    fn client(&self) -> Client {
        client(&self.url)
    }

    fn desk(&self) -> Journaled {
        let journal = journal(&self.folder.path().join("journal.sqlite"));
        Journaled::new(self.client(), journal, owner("desk"))
    }

    /// Does some work until the far end has seen enough, and drops it there.
    async fn dropped_when<T>(&self, enough: impl FnMut(&Seen) -> bool, work: impl Future<Output = T>) {
        tokio::select! {
            _ = work => panic!("it ended by itself:\n{}", self.ledger.seen()),
            _ = self.ledger.until(enough) => {}
        }
    }

    /// Waits until so many tasks are alive here and so many connections open at the far end; for two seconds at most.
    async fn leaves(&self, tasks: usize, connections: usize) {
        let end = Instant::now() + Duration::from_secs(2);
        loop {
            let seen = self.ledger.seen();
            let left = (Handle::current().metrics().num_alive_tasks(), seen.connections - seen.ended);
            if left == (tasks, connections) {
                return;
            }
            assert!(Instant::now() < end, "tasks and connections: {left:?}, not {:?}\n{seen}", (tasks, connections));
            sleep_until(Instant::now() + Duration::from_millis(2)).await;
        }
    }
}

/// A client that has once kept a connection for its next request has one task, which closes idle ones in time. It ends
/// with the client, and is no job's.
const POOL: usize = 1;

fn json(body: &'static str) -> Reply {
    Reply::status(200).header("content-type", "application/json").body(body)
}

fn accepted() -> Reply {
    json(r#"{"id":"task_1","object":"video","status":"queued"}"#)
}

fn cat() -> Generation {
    Generation::new("m-1", "a cat")
}

fn asked(method: &'static str, end: &'static str) -> impl Fn(&Seen) -> bool {
    move |seen| seen.deliveries.iter().any(|one| one.whole && one.method == method && one.target.ends_with(end))
}

fn mp4() -> Vec<u8> {
    let mp4_box = |kind: &[u8; 4], content: &[u8]| {
        let size = u32::try_from(content.len() + 8).expect("a small box");
        [&size.to_be_bytes()[..], kind, content].concat()
    };
    let mvhd = [&[0; 12][..], &600_u32.to_be_bytes(), &1500_u32.to_be_bytes(), &[0; 80]].concat();
    let frames: Vec<u8> = (0..=249).cycle().take(600_000).collect();
    [mp4_box(b"ftyp", b"isom\0\0\x02\0isommp41"), mp4_box(b"moov", &mp4_box(b"mvhd", &mvhd)), mp4_box(b"mdat", &frames)]
        .concat()
}

/// Sends half of the video the first time, and all of it from then on.
fn half_once() -> impl Fn(&Delivery) -> Reply + Send + Sync + 'static {
    let asked = AtomicUsize::new(0);
    move |one| match (one.method.as_str(), one.target.ends_with("/content")) {
        ("POST", _) => accepted(),
        (_, false) => json(r#"{"id":"task_1","object":"video","status":"completed"}"#),
        _ => {
            let whole = mp4();
            let reply = Reply::status(200).header("content-type", "video/mp4");
            if asked.fetch_add(1, Ordering::Relaxed) > 0 {
                return reply.body(whole);
            }
            let length = whole.len().to_string();
            reply.header("content-length", &length).pieces([whole[..300_000].to_vec()]).stalling()
        }
    }
}

#[test]
fn a_submit_that_is_dropped_leaves_no_task_and_no_connection() {
    let scene = Scene::new(|_| Reply::never());
    runtime().block_on(async {
        let client = scene.client();
        scene.dropped_when(asked("POST", "/v1/videos"), client.submit(cat())).await;
        scene.leaves(0, 0).await;
    });
}

#[test]
fn a_poll_that_is_dropped_leaves_no_task_and_no_connection() {
    let scene = Scene::new(|one| if one.method == "POST" { accepted() } else { Reply::never() });
    runtime().block_on(async {
        let client = scene.client();
        let work = async { client.submit(cat()).await.expect("accepted").finish().await };
        scene.dropped_when(asked("GET", "task_1"), work).await;
        scene.leaves(POOL, 0).await;
        drop(client);
        scene.leaves(0, 0).await;
    });
}

#[test]
fn a_client_that_is_dropped_between_two_polls_closes_its_idle_connection() {
    let scene = Scene::new(|_| accepted());
    runtime().block_on(async {
        let client = scene.client();
        let mut job = client.submit(cat()).await.expect("accepted");
        job.update().await.expect("seen once more");
        drop(job);
        // One connection waits for the next request of this client, and one task holds it.
        scene.leaves(POOL + 1, 1).await;
        drop(client);
        scene.leaves(0, 0).await;
    });
}

#[test]
fn a_cancel_that_is_dropped_leaves_no_task_no_connection_and_no_claim() {
    let scene = Scene::new(|one| match one.target.as_str() {
        "/v1/videos/task_1/cancel" => Reply::never(),
        _ => accepted(),
    });
    runtime().block_on(async {
        let desk = scene.desk();
        let mut job = desk.order(NewJob::new(cat())).await.expect("a journal");
        job.accepted().await.expect("accepted");
        scene.dropped_when(asked("POST", "/cancel"), Box::pin(async move { job.cancel().await })).await;
        scene.leaves(POOL, 0).await;
        stand(desk.journal(), "accepted").await;
    });
}

#[test]
fn a_job_that_is_dropped_during_a_poll_gives_its_claim_up() {
    let scene = Scene::new(|one| if one.method == "POST" { accepted() } else { Reply::never() });
    runtime().block_on(async {
        let desk = scene.desk();
        let mut job = desk.order(NewJob::new(cat())).await.expect("a journal");
        scene.dropped_when(asked("GET", "task_1"), Box::pin(async move { job.finish().await })).await;
        scene.leaves(POOL, 0).await;
        stand(desk.journal(), "accepted").await;
        drop(desk);
        scene.leaves(0, 0).await;
    });
}

#[test]
fn a_job_that_is_dropped_while_its_order_is_unanswered_keeps_its_claim_until_it_runs_out() {
    let scene = Scene::new(|_| Reply::never());
    runtime().block_on(async {
        let desk = scene.desk();
        let mut job = desk.order(NewJob::new(cat())).await.expect("a journal");
        let (on_its_way, before) = (job.on_its_way(), job.on_its_way().is_true());
        scene.dropped_when(asked("POST", "/v1/videos"), Box::pin(job.accepted())).await;
        assert_eq!((before, on_its_way.is_true()), (false, true));
        drop(job);
        // Whoever takes it up sooner could take the order for lost while it is still carried out.
        stand(desk.journal(), "sent, claimed").await;
        scene.leaves(0, 0).await;
    });
}

#[test]
fn a_job_that_is_dropped_while_its_order_is_looked_for_gives_its_claim_up() {
    let scene = Scene::new(|one| if one.method == "POST" { Reply::hang_up() } else { Reply::never() });
    runtime().block_on(async {
        let desk = scene.desk();
        let mut job = desk.order(NewJob::new(cat())).await.expect("a journal");
        let on_its_way = job.on_its_way();
        let look = |seen: &Seen| seen.deliveries.iter().any(|one| one.method == "GET");
        scene.dropped_when(look, Box::pin(async move { job.accepted().await })).await;
        assert!(!on_its_way.is_true());
        scene.leaves(0, 0).await;
        stand(desk.journal(), "unknown").await;
    });
}

/// Drops the download of half a video, and downloads it again to the same place.
fn dropped_download(work: &impl AsyncFn(&Scene, &Path, &AtomicUsize) -> Outcome, again: &impl AsyncFn(&Scene, &Path)) {
    let scene = Scene::new(half_once());
    runtime().block_on(async {
        let path = scene.folder.path().join("cat.mp4");
        let come = AtomicUsize::new(0);
        {
            let mut work = std::pin::pin!(work(&scene, &path, &come));
            while come.load(Ordering::Relaxed) < 300_000 {
                let soon = sleep_until(Instant::now() + Duration::from_millis(2));
                tokio::select! {
                    _ = &mut work => panic!("it ended by itself"),
                    () = soon => {}
                }
            }
        }
        scene.leaves(0, 0).await;
        assert!(!path.exists());
        again(&scene, &path).await;
        assert_eq!(std::fs::read(&path).expect("the file"), mp4());
    });
}

#[test]
fn a_download_that_is_dropped_leaves_no_task_no_connection_and_no_lock() {
    let download = async |scene: &Scene, path: &Path, come: &AtomicUsize| {
        let client = scene.client();
        let task = client.show(&"openai:task_1".parse().expect("a handle")).await.expect("a task");
        let progress = |progress: video_client::Progress| {
            come.store(usize::try_from(progress.received).expect("small"), Ordering::Relaxed);
        };
        client.download(&task, Target::file(path), &progress).await.expect("saved");
        Outcome::Succeeded(Box::new(task))
    };
    dropped_download(&download, &async |scene: &Scene, path: &Path| {
        download(scene, path, &AtomicUsize::new(0)).await;
    });
}

#[test]
fn a_job_that_is_dropped_during_its_download_gives_its_claim_up() {
    let save = async |scene: &Scene, path: &Path, come: &AtomicUsize| {
        let desk = scene.desk();
        let mut job = desk.order(NewJob::new(cat())).await.expect("a journal");
        let Outcome::Succeeded(task) = job.finish().await else { panic!("no video") };
        let progress = |progress: video_client::Progress| {
            come.store(usize::try_from(progress.received).expect("small"), Ordering::Relaxed);
        };
        job.save(&task, Target::file(path), &progress).await.expect("saved");
        Outcome::Succeeded(task)
    };
    dropped_download(&save, &async |scene: &Scene, path: &Path| {
        let desk = scene.desk();
        stand(desk.journal(), "succeeded").await;
        let record = desk.journal().list(Query::all()).await.expect("a list").records.remove(0);
        let mut job = desk.take_up(record).await.expect("free");
        let Outcome::Succeeded(task) = job.finish().await else { panic!("no video") };
        job.save(&task, Target::file(path), &|_| ()).await.expect("saved");
    });
}

#[test]
fn a_batch_that_is_dropped_leaves_nothing_of_any_of_its_jobs() {
    let number = AtomicUsize::new(0);
    let scene = Scene::new(move |one| {
        if one.method == "GET" {
            return Reply::never();
        }
        let id = number.fetch_add(1, Ordering::Relaxed);
        let body = format!(r#"{{"id":"task_{id}","object":"video","status":"queued"}}"#);
        Reply::status(200).header("content-type", "application/json").body(body)
    });
    runtime().block_on(async {
        let desk = scene.desk();
        let scheduler = Scheduler::new(NonZeroUsize::new(8).expect("eight"));
        let never = std::future::pending();
        let jobs = (0..20).map(|number| Generation::new("m-1", format!("cat {number}")));
        let run = scheduler.run(jobs, Limits::default(), never, async |wanted| {
            let mut job = desk.order(NewJob::new(wanted)).await.expect("a journal");
            job.finish().await;
            JobEnd::Good
        });
        let polls = |seen: &Seen| seen.deliveries.iter().filter(|one| one.method == "GET").count();
        scene.dropped_when(|seen| polls(seen) == 8, run).await;
        scene.leaves(POOL, 0).await;
        stand(desk.journal(), &["accepted"; 8].join("; ")).await;
    });
}
