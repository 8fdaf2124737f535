//! The gateway's log, as text.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};

use tokio::sync::watch;
use tracing_subscriber::fmt::MakeWriter;

thread_local! {
    /// Where the events of this thread go; every test has a thread of its own.
    static LISTENING: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// What was logged on this thread since it was made.
#[derive(Clone, Default)]
pub(crate) struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    changed: Arc<watch::Sender<usize>>,
}

/// Ends the listening.
pub(crate) struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        LISTENING.set(None);
    }
}

impl Log {
    /// Listens on this thread until the guard is dropped.
    ///
    /// One subscriber serves all tests: with one each, tracing may take an event for unwanted that another thread, which
    /// has none, saw first.
    pub(crate) fn listen() -> (Self, Guard) {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            tracing_subscriber::fmt().with_writer(ToThread).without_time().with_target(false).with_ansi(false).init();
        });
        let log = Self::default();
        LISTENING.set(Some(log.clone()));
        (log, Guard)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("a lock nobody broke")).into_owned()
    }

    /// Waits for words.
    pub(crate) async fn until(&self, words: &str) {
        self.changed.subscribe().wait_for(|_| self.text().contains(words)).await.expect("a sender in self");
    }

    /// The lines, without what differs from run to run.
    pub(crate) fn show(&self) -> String {
        let mut text = String::new();
        for line in self.text().lines() {
            let words = line.trim().split(' ').map(|word| match word.split_once('=') {
                Some((name @ ("request_id" | "ms" | "connections"), _)) => format!("{name}=<{name}>"),
                _ => word.to_owned(),
            });
            text.push_str(&words.collect::<Vec<_>>().join(" "));
            text.push('\n');
        }
        text
    }
}

/// Writes to whoever listens on the thread that writes.
struct ToThread;

impl Write for ToThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(log) = LISTENING.with_borrow(Clone::clone) {
            log.text.lock().expect("a lock nobody broke").extend_from_slice(bytes);
            log.changed.send_modify(|count| *count += 1);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for ToThread {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}
