//! The gateway's log, as text.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// What was logged on this thread since it was made.
#[derive(Clone, Default)]
pub(crate) struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    changed: Arc<watch::Sender<usize>>,
}

impl Log {
    /// Listens on this thread until the guard is dropped.
    pub(crate) fn listen() -> (Self, DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(log.clone())
            .without_time()
            .with_target(false)
            .with_ansi(false)
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        (log, guard)
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

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.lock().expect("a lock nobody broke").extend_from_slice(bytes);
        self.changed.send_modify(|count| *count += 1);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
