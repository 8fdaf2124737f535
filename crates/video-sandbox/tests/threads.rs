//! A sandbox that is dropped leaves no thread behind. Alone in its process, since it looks at all threads of it.

#![cfg(target_os = "linux")]

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, UNIX_EPOCH};

use video_sandbox::Sandbox;
use video_transport::Transport as _;

/// Tells of its end, which is that of the thread it lies in.
struct Farewell(Sender<()>);

impl Drop for Farewell {
    fn drop(&mut self) {
        // Nobody listens if the test has failed already.
        let _ = self.0.send(());
    }
}

thread_local! {
    static FAREWELL: RefCell<Option<Farewell>> = const { RefCell::new(None) };
}

async fn order(sandbox: &Sandbox, body: &'static str) {
    let request = http::Request::post("http://sandbox/v1/video/generations").header("content-type", "application/json");
    let response = sandbox.send(request.body(body.into()).expect("a request")).await.expect("an answer");
    assert_eq!(response.status(), 200);
}

fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the threads");
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "video-sandbox").count()
}

#[test]
fn a_sandbox_that_is_dropped_in_the_middle_leaves_no_thread() {
    let (goodbye, gone) = channel();
    let (hello, begun) = channel();
    let clock = move || {
        // The thread that renders asks for the time once its first clip is done.
        if std::thread::current().name() == Some("video-sandbox") {
            FAREWELL.with_borrow_mut(|farewell| *farewell = Some(Farewell(goodbye.clone())));
            hello.send(()).expect("the test waits");
        }
        UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let sandbox = Sandbox::builder().renders_at_once(NonZeroUsize::MIN).clock(clock).build();
    let long = r#"{"model":"m","prompt":"long","size":"1920x1080","duration":60,"fps":60}"#;
    runtime.block_on(order(&sandbox, r#"{"model":"m","prompt":"short","size":"64x64","duration":1,"fps":4}"#));
    runtime.block_on(order(&sandbox, long));
    begun.recv_timeout(Duration::from_secs(60)).expect("the first clip");
    assert!(threads() > 0);
    drop(sandbox);
    // Minutes of rendering are left; the thread ends within a frame.
    gone.recv_timeout(Duration::from_secs(60)).expect("the end of the thread");
    // It said goodbye with its last breath; the system may still be clearing up.
    let mut looks = 0;
    while threads() > 0 {
        looks += 1;
        assert!(looks < 10_000_000, "a thread is left");
        std::thread::yield_now();
    }
}
