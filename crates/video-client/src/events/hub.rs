//! Where events go.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use video_protocol::TaskRef;

use super::subscription::Mailbox;
use super::teller::Line;
use super::{Exchange, JobEvent, Subject, Subscription, Teller};
use crate::Clock;

/// So many tasks that succeeded are remembered, so that their downloads go on with their numbers.
const REMEMBERED: usize = 1024;

/// Is told everything at once, where it happens.
///
/// It must be quick and call nothing of the client: the job waits meanwhile.
pub trait Observer: Send + Sync {
    /// Something happened to a job. The events of one job come in order; those of different jobs may come at the same time.
    fn event(&self, event: &JobEvent);

    /// A request was answered or lost, or a download ended.
    fn exchange(&self, _exchange: &Exchange) {}
}

/// Where events go: to observers and subscriptions. Cheap to clone; clones are the same.
#[derive(Clone, Default)]
pub struct Events {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    listeners: Mutex<Listeners>,
    /// Whether there is a listener: with none, telling costs next to nothing.
    heard: AtomicBool,
    streams: AtomicU64,
    /// The jobs without a journal that have a video to fetch, by their tasks, the oldest first.
    remembered: Mutex<VecDeque<Remembered>>,
}

type Remembered = (TaskRef, Arc<Line>);

#[derive(Default)]
struct Listeners {
    observers: Vec<Arc<dyn Observer>>,
    mailboxes: Vec<Weak<Mailbox>>,
}

impl Events {
    /// A hub nobody listens to yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has an observer told everything from here on.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        self.listeners().observers.push(observer);
        self.shared.heard.store(true, Ordering::Release);
    }

    /// Subscribes to the events of all jobs from here on. `room` is how many events that are no end may wait to be read, at least 1.
    pub fn subscribe(&self, room: usize) -> Subscription {
        self.subscribe_to(None, room)
    }

    pub(crate) fn subscribe_to(&self, only: Option<u64>, room: usize) -> Subscription {
        let (subscription, mailbox) = Subscription::new(room, only);
        let mut listeners = self.listeners();
        listeners.mailboxes.retain(|mailbox| mailbox.strong_count() > 0);
        listeners.mailboxes.push(Arc::downgrade(&mailbox));
        self.shared.heard.store(true, Ordering::Release);
        subscription
    }

    /// Whether anybody listens.
    pub(crate) fn are_heard(&self) -> bool {
        self.shared.heard.load(Ordering::Acquire)
    }

    pub(super) fn next_stream(&self) -> u64 {
        self.shared.streams.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn tell(&self, event: &JobEvent) {
        let (observers, mailboxes) = self.all();
        for observer in observers {
            observer.event(event);
        }
        for mailbox in mailboxes {
            mailbox.put(event);
        }
    }

    pub(super) fn tell_exchange(&self, exchange: &Exchange) {
        for observer in self.all().0 {
            observer.exchange(exchange);
        }
    }

    /// The listeners, without the lock, so that one of them may subscribe or go.
    fn all(&self) -> (Vec<Arc<dyn Observer>>, Vec<Arc<Mailbox>>) {
        let mut listeners = self.listeners();
        let mailboxes: Vec<_> = listeners.mailboxes.iter().filter_map(Weak::upgrade).collect();
        if mailboxes.len() < listeners.mailboxes.len() {
            listeners.mailboxes.retain(|mailbox| mailbox.strong_count() > 0);
            let heard = !listeners.observers.is_empty() || !listeners.mailboxes.is_empty();
            self.shared.heard.store(heard, Ordering::Release);
        }
        (listeners.observers.clone(), mailboxes)
    }

    /// Keeps how far a job has been told, so that its download goes on with it.
    pub(super) fn remember(&self, task: &TaskRef, line: &Arc<Line>) {
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED {
            remembered.pop_front();
        }
        remembered.push_back((task.clone(), Arc::clone(line)));
    }

    /// The teller of a task that is downloaded: that of its job, if this process ran it, else a new one.
    pub(crate) fn teller_of(&self, clock: Clock, task: &TaskRef, subject: impl FnOnce() -> Subject) -> Teller {
        let mut remembered = self.remembered();
        let place = remembered.iter().rposition(|(known, _)| known == task);
        let known = place.and_then(|place| remembered.remove(place));
        drop(remembered);
        if let Some((_, line)) = known {
            return Teller::going_on(self, clock, line);
        }
        let teller = Teller::new(self, clock, subject());
        teller.taken_up(None, Some(task));
        teller
    }

    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.shared.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self) -> MutexGuard<'_, VecDeque<Remembered>> {
        self.shared.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let listeners = self.listeners.get_mut().unwrap_or_else(PoisonError::into_inner);
        for mailbox in listeners.mailboxes.iter().filter_map(Weak::upgrade) {
            mailbox.close();
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listeners = self.listeners();
        f.debug_struct("Events")
            .field("observers", &listeners.observers.len())
            .field("subscriptions", &listeners.mailboxes.len())
            .finish()
    }
}
