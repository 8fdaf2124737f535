//! What really arrived, written down by the server.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Version};
use tokio::sync::watch;

/// The record of one server, shared by all its connections.
///
/// Clones are the same record.
#[derive(Debug, Clone, Default)]
pub struct Ledger(Arc<watch::Sender<Seen>>);

/// Everything a server has seen so far. Its text is what a test prints.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Seen {
    /// How many connections were accepted.
    pub connections: usize,
    /// How many connections are over, whoever ended them.
    pub ended: usize,
    /// The requests whose head arrived, in that order.
    pub deliveries: Vec<Delivery>,
}

/// One request as it arrived.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Delivery {
    /// The number of its connection, from 1.
    pub connection: usize,
    /// Its method; `STREAM` where only frames were looked at.
    pub method: String,
    /// Its target as sent; the number of the stream where only frames were looked at.
    pub target: String,
    /// The version of HTTP it came over.
    pub version: Version,
    /// Its headers.
    pub headers: HeaderMap,
    /// What arrived of its body.
    pub body: Vec<u8>,
    /// Whether it arrived to the end.
    pub whole: bool,
    /// Whether the server told the client, in the protocol, that it did not look at it.
    pub thrown_away: bool,
}

impl Ledger {
    /// What was seen so far.
    pub fn seen(&self) -> Seen {
        self.0.borrow().clone()
    }

    /// Waits until what was seen meets `condition`, and returns it.
    pub async fn until(&self, condition: impl FnMut(&Seen) -> bool) -> Seen {
        let mut changes = self.0.subscribe();
        match changes.wait_for(condition).await {
            Ok(seen) => seen.clone(),
            // Cannot be: the sender is in `self`.
            Err(_) => self.seen(),
        }
    }

    /// Notes a connection and gives its number.
    pub(crate) fn connected(&self) -> usize {
        self.0.send_modify(|seen| seen.connections += 1);
        self.0.borrow().connections
    }

    /// Notes that a connection is over.
    pub(crate) fn ended(&self) {
        self.0.send_modify(|seen| seen.ended += 1);
    }

    /// Notes the head of a request and gives its place.
    pub(crate) fn head(&self, delivery: Delivery) -> usize {
        let mut place = 0;
        self.0.send_modify(|seen| {
            place = seen.deliveries.len();
            seen.deliveries.push(delivery);
        });
        place
    }

    /// Changes what is known of the request at `place`, and gives it as it is then.
    pub(crate) fn note(&self, place: usize, change: impl FnOnce(&mut Delivery)) -> Delivery {
        let mut noted = Delivery::default();
        self.0.send_modify(|seen| {
            if let Some(delivery) = seen.deliveries.get_mut(place) {
                change(delivery);
                noted = delivery.clone();
            }
        });
        noted
    }
}

impl Seen {
    /// How many bytes of request bodies arrived at something that could act on them.
    pub fn body_bytes(&self) -> usize {
        self.deliveries.iter().filter(|delivery| !delivery.thrown_away).map(|delivery| delivery.body.len()).sum()
    }

    /// How many requests with this method arrived whole at something that could act on them.
    pub fn whole(&self, method: &str) -> usize {
        self.deliveries.iter().filter(|d| d.whole && !d.thrown_away && d.method == method).count()
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.connections == 1 { "" } else { "s" };
        write!(f, "{} connection{plural}", self.connections)?;
        self.deliveries.iter().try_for_each(|delivery| write!(f, "; {delivery}"))
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)?;
        if !self.body.is_empty() || !self.whole {
            write!(f, " + {} body bytes", self.body.len())?;
        }
        f.write_str(if self.whole { ", whole" } else { ", not whole" })?;
        f.write_str(if self.thrown_away { ", thrown away" } else { "" })
    }
}
