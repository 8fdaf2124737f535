//! Which orders came under which idempotency key, so that none is sent twice.
//!
//! Held in memory: a restart forgets them. Within the life of the process an order that was accepted, or whose outcome
//! nobody knows, is answered again as it was answered first; one that was refused may be sent again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use tokio::sync::watch;
use video_protocol::HttpResponse;

use crate::refusal::Refusal;

/// How long a key is kept.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// Most keys that are kept, about 1 KB each; beyond, the oldest goes.
const MOST: usize = 50_000;

/// A key together with whoever sent it, or what was asked for under it.
type Fingerprint = [u8; 32];

/// The fingerprint of parts that stand apart from each other.
pub(crate) fn fingerprint(parts: &[&[u8]]) -> Fingerprint {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// All keys at hand. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct OrderKeys {
    kept: Arc<Mutex<Kept>>,
    most: usize,
}

#[derive(Debug, Default)]
struct Kept {
    orders: BTreeMap<Fingerprint, Order>,
    /// The oldest first; those of orders that were refused stay here until their time.
    ages: VecDeque<(Instant, Fingerprint)>,
}

#[derive(Debug)]
struct Order {
    since: Instant,
    asked: Fingerprint,
    answer: watch::Receiver<Option<HttpResponse>>,
}

/// What a key says of the order it came with.
#[derive(Debug)]
pub(crate) enum Begun {
    /// It is the first: send it upstream and settle it.
    First(Ticket),
    /// It was here before.
    Again(Repeated),
    /// Something else was ordered under this key.
    Other,
}

impl OrderKeys {
    pub(crate) fn new() -> Self {
        Self { kept: Arc::default(), most: MOST }
    }

    /// Takes an order for `asked` under a key. Deciding and noting are one step, so of two at once one is the first.
    pub(crate) fn begin(&self, key: Fingerprint, asked: Fingerprint, now: Instant) -> Begun {
        let mut kept = lock(&self.kept);
        kept.forget_old(now, self.most);
        match kept.orders.get(&key) {
            Some(order) if order.asked == asked => Begun::Again(Repeated(order.answer.clone())),
            Some(_) => Begun::Other,
            None => {
                let (sender, answer) = watch::channel(None);
                kept.orders.insert(key, Order { since: now, asked, answer });
                kept.ages.push_back((now, key));
                Begun::First(Ticket { kept: self.kept.clone(), key, answer: sender })
            }
        }
    }
}

impl Kept {
    fn forget_old(&mut self, now: Instant, most: usize) {
        while let Some((since, key)) = self.ages.front().copied() {
            if self.ages.len() < most && now.saturating_duration_since(since) < KEPT_FOR {
                return;
            }
            self.ages.pop_front();
            // A key that was refused may have come again since.
            if self.orders.get(&key).is_some_and(|order| order.since == since) {
                self.orders.remove(&key);
            }
        }
    }
}

/// An order that is under way. Dropping it unsettled leaves its outcome unknown for good.
#[derive(Debug)]
pub(crate) struct Ticket {
    kept: Arc<Mutex<Kept>>,
    key: Fingerprint,
    answer: watch::Sender<Option<HttpResponse>>,
}

impl Ticket {
    /// Tells those who wait. If no task can exist the key is free again.
    pub(crate) fn settle(self, answer: HttpResponse, may_exist: bool) {
        if !may_exist {
            lock(&self.kept).orders.remove(&self.key);
        }
        self.answer.send_replace(Some(answer));
    }
}

/// An order that was here before.
#[derive(Debug)]
pub(crate) struct Repeated(watch::Receiver<Option<HttpResponse>>);

impl Repeated {
    /// The answer to the first one, once there is one.
    pub(crate) async fn answer(mut self) -> Result<HttpResponse, Refusal> {
        let settled = self.0.wait_for(Option::is_some).await.ok().and_then(|answer| answer.clone());
        settled.ok_or_else(Refusal::broken_order)
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    // Every change is made whole under the lock.
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::FutureExt as _;

    use super::*;

    fn said(begun: &Begun) -> &'static str {
        match begun {
            Begun::First(_) => "first",
            Begun::Again(_) => "again",
            Begun::Other => "other",
        }
    }

    fn settled(begun: Begun, may_exist: bool) {
        let Begun::First(ticket) = begun else { panic!("{begun:?}") };
        ticket.settle(http::Response::new(Bytes::from_static(b"answer")), may_exist);
    }

    #[expect(clippy::disallowed_methods, reason = "an origin for moments that the test counts itself")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_key_means_one_order_until_that_was_refused_or_a_day_has_passed() {
        let (keys, now) = (OrderKeys::new(), start());
        let (key, order, other) = ([1; 32], [2; 32], [3; 32]);
        let mut told = vec![];
        let first = keys.begin(key, order, now);
        told.push(said(&first));
        told.push(said(&keys.begin(key, order, now)));
        told.push(said(&keys.begin(key, other, now)));
        settled(first, false);
        let second = keys.begin(key, other, now);
        told.push(said(&second));
        settled(second, true);
        told.push(said(&keys.begin(key, other, now + KEPT_FOR / 2)));
        told.push(said(&keys.begin(key, order, now + KEPT_FOR / 2)));
        told.push(said(&keys.begin(key, order, now + KEPT_FOR)));
        assert_eq!(told, ["first", "again", "other", "first", "again", "other", "first"]);
    }

    #[test]
    fn a_key_that_came_again_after_a_refusal_lives_its_own_day() {
        let (keys, now) = (OrderKeys::new(), start());
        settled(keys.begin([1; 32], [2; 32], now), false);
        settled(keys.begin([1; 32], [2; 32], now + KEPT_FOR / 2), true);
        assert_eq!(said(&keys.begin([1; 32], [2; 32], now + KEPT_FOR)), "again");
    }

    #[test]
    fn the_oldest_key_goes_when_there_are_too_many() {
        let (keys, now) = (OrderKeys { most: 3, ..OrderKeys::new() }, start());
        for number in 0..4 {
            settled(keys.begin([number; 32], [9; 32], now), true);
        }
        let told: Vec<_> = [3, 2, 1].map(|number| keys.begin([number; 32], [9; 32], now)).iter().map(said).collect();
        assert_eq!(told, ["again", "again", "first"]);
        assert_eq!(lock(&keys.kept).orders.len(), 3);
    }

    #[test]
    fn who_comes_again_gets_the_first_answer_and_an_order_that_broke_stays_unknown() {
        let (keys, now) = (OrderKeys::new(), start());
        let first = keys.begin([1; 32], [2; 32], now);
        let Begun::Again(waiting) = keys.begin([1; 32], [2; 32], now) else { panic!("again") };
        let mut waiting = Box::pin(waiting.answer());
        assert!(waiting.as_mut().now_or_never().is_none());
        settled(first, true);
        assert_eq!(waiting.now_or_never().expect("an answer").expect("the first").body(), "answer");

        drop(keys.begin([4; 32], [2; 32], now));
        let Begun::Again(broken) = keys.begin([4; 32], [2; 32], now) else { panic!("again") };
        assert!(broken.answer().now_or_never().expect("an answer").is_err());
    }

    #[test]
    fn parts_of_a_fingerprint_stand_apart() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
    }
}
