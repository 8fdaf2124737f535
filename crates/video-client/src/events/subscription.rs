//! Reading events at one's own pace.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::JobEvent;
use super::queue::Queue;

/// Events to be read at the reader's own pace. Dropping it ends it.
///
/// A reader that is slow holds up nobody. It misses progress: of each job only the last is kept. If even so more than the room it was
/// given is waiting, the oldest go, progress first. The end of a job is never missed, so what is held is at most the room and one
/// event for each end of a job that was not read.
#[derive(Debug)]
pub struct Subscription {
    mailbox: Arc<Mailbox>,
}

/// What a subscription and the hub share.
#[derive(Debug)]
pub(super) struct Mailbox {
    /// The only job that is wanted; all of them if absent.
    only: Option<u64>,
    queue: Mutex<Waiting>,
    news: Notify,
}

#[derive(Debug)]
struct Waiting {
    queue: Queue,
    closed: bool,
}

impl Subscription {
    pub(super) fn new(room: usize, only: Option<u64>) -> (Self, Arc<Mailbox>) {
        let queue = Mutex::new(Waiting { queue: Queue::new(room), closed: false });
        let mailbox = Arc::new(Mailbox { only, queue, news: Notify::new() });
        (Self { mailbox: Arc::clone(&mailbox) }, mailbox)
    }

    /// The next event; `None` once nothing can come any more. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<JobEvent> {
        loop {
            let news = self.mailbox.news.notified();
            {
                let mut waiting = self.mailbox.lock();
                if let Some(event) = waiting.queue.pop() {
                    return Some(event);
                }
                if waiting.closed {
                    return None;
                }
            }
            news.await;
        }
    }

    /// The next event, if one is waiting.
    pub fn try_next(&mut self) -> Option<JobEvent> {
        self.mailbox.lock().queue.pop()
    }

    /// How many events are waiting.
    pub fn held(&self) -> usize {
        self.mailbox.lock().queue.len()
    }

    /// How many events were passed over so far because this was read too slowly.
    pub fn passed_over(&self) -> u64 {
        self.mailbox.lock().queue.passed_over()
    }
}

impl Mailbox {
    pub(super) fn put(&self, event: &JobEvent) {
        if self.only.is_none_or(|only| only == event.subject.stream) {
            self.lock().queue.push(event.clone());
            self.news.notify_one();
        }
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.news.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // A queue is changed by steps that cannot fail.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
