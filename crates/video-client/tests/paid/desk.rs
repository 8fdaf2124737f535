//! What every test here begins with.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use video_client::{Client, PollSchedule, RetryPolicy};
use video_journal::{Journal, Owner, SqliteStore};
use video_protocol::OpenAi;

pub(crate) const MILLI: Duration = Duration::from_millis(1);
/// The key of every client here; nothing but the gateway may ever see it.
pub(crate) const KEY: &str = "planted-key-6f1d";

pub(crate) fn client(base_url: &str) -> Client {
    let mut retry = RetryPolicy::default();
    // An order is held back for the cap at most while a server that is down has not answered once.
    (retry.attempts, retry.base, retry.cap) = (20, 5 * MILLI, 5000 * MILLI);
    let client = Client::builder(base_url).key(KEY).dialect(OpenAi::default());
    client.schedule(PollSchedule::every(10 * MILLI)).retry(retry).downloads(32).build().expect("a client")
}

pub(crate) fn journal(path: &Path) -> Journal {
    Journal::start(Arc::new(SqliteStore::open(path).expect("a journal"))).expect("threads")
}

pub(crate) fn owner(name: &str) -> Owner {
    Owner::new(name)
}
