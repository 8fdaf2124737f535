//! What every test here begins with.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use video_client::{Client, PollSchedule, RetryPolicy};
use video_journal::{Journal, Owner, Query, SqliteStore};
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

/// How the jobs stand and whether somebody holds them, once that is so; giving a job up is handed over and not waited for.
pub(crate) async fn stand(journal: &Journal, expected: &str) {
    let end = Instant::now() + 2000 * MILLI;
    loop {
        let records = journal.list(Query::all()).await.expect("a list").records;
        let told = records
            .iter()
            .map(|record| format!("{}{}", record.state, if record.claim.is_some() { ", claimed" } else { "" }));
        let told = told.collect::<Vec<_>>().join("; ");
        if told == expected {
            return;
        }
        assert!(Instant::now() < end, "{told}, not {expected}");
        sleep_until(Instant::now() + 2 * MILLI).await;
    }
}

pub(crate) fn owner(name: &str) -> Owner {
    Owner::new(name)
}
