//! Putting a client together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use video_protocol::{Bearer, Dialect, Endpoint, Error, NewApi, PollSchedule, RetryPolicy};
use video_transport::Transport;

use crate::client::Parts;
use crate::events::Events;
use crate::{Chance, Client, Clock, Restraints};

/// Puts a [`Client`] together.
///
/// Only a key is required; the format is New API, the transport is the ready-made one where the feature
/// `reqwest` is on, and there is no deadline.
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    base_url: String,
    key: Option<Secret>,
    dialect: Arc<dyn Dialect>,
    transport: Option<Arc<dyn Transport>>,
    schedule: PollSchedule,
    retry: RetryPolicy,
    deadline: Option<Duration>,
    downloads: usize,
    clock: Clock,
    chance: Chance,
    restraints: Restraints,
    events: Events,
}

/// A key; it cannot be printed.
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl ClientBuilder {
    pub(crate) fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            key: None,
            dialect: Arc::new(NewApi),
            transport: None,
            schedule: PollSchedule::default(),
            retry: RetryPolicy::default(),
            deadline: None,
            downloads: 8,
            clock: Clock::system(),
            chance: Chance::system(),
            restraints: Restraints::default(),
            events: Events::new(),
        }
    }

    /// The API key; white space and a `Bearer ` around it are cut.
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(Secret(key.to_owned()));
        self
    }

    /// The wire format; [`NewApi`] by default.
    pub fn dialect(mut self, dialect: impl Dialect) -> Self {
        self.dialect = Arc::new(dialect);
        self
    }

    /// What carries the requests.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// When to poll.
    pub fn schedule(mut self, schedule: PollSchedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// How to repeat what may be repeated.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// How long one job may take from its submit; then it ends as [`Outcome::Running`](crate::Outcome::Running)
    /// and its handle remains. No limit by default.
    pub fn deadline(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = deadline;
        self
    }

    /// How many downloads of this client and its clones run at the same time; the others wait. 8 by default, and 0
    /// counts as 1. Submits and polls have no part in it.
    pub fn downloads(mut self, most: usize) -> Self {
        self.downloads = most.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Where to tell what happens to the jobs; a hub of its own by default, see [`Client::events`].
    pub fn events(mut self, events: &Events) -> Self {
        self.events = events.clone();
        self
    }

    /// The wall clock; that of this machine by default. Whoever gives another runs the client in a time of its own.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The random numbers; the system's by default.
    pub fn chance(mut self, chance: Chance) -> Self {
        self.chance = chance;
        self
    }

    /// What clients that are built apart share, so that together they do not press a server that is in trouble; a new one
    /// by default. The clones of a client share it in any case.
    pub fn restraints(mut self, restraints: Restraints) -> Self {
        self.restraints = restraints;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// The base URL is none, the key is missing or cannot be sent, or there is no transport.
    pub fn build(self) -> Result<Client, Error> {
        let signer = Bearer::new(self.key.as_ref().map_or("", |key| &key.0))?;
        let endpoint = Endpoint::new(&self.base_url, signer)?;
        let key = self.key.unwrap_or(Secret(String::new()));
        Ok(Client::new(Parts {
            restraint: self.restraints.of(endpoint.origin(), &key.0, self.chance.seed()),
            endpoint,
            dialect: self.dialect,
            transport: self.transport.map_or_else(ready_made, Ok)?,
            schedule: self.schedule,
            retry: self.retry,
            deadline: self.deadline,
            downloads: Semaphore::new(self.downloads),
            clock: self.clock,
            chance: self.chance,
            events: self.events,
            secret: key,
        }))
    }
}

#[cfg(feature = "reqwest")]
fn ready_made() -> Result<Arc<dyn Transport>, Error> {
    let transport = video_transport_reqwest::Reqwest::new().map_err(|source| {
        Error::new(video_protocol::ErrorKind::Local).with_message("the transport cannot be set up").with_source(source)
    })?;
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "reqwest"))]
fn ready_made() -> Result<Arc<dyn Transport>, Error> {
    Err(Error::new(video_protocol::ErrorKind::Local)
        .with_message("no transport: give one with ClientBuilder::transport, or switch the feature `reqwest` on"))
}
