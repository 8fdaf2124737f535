//! The body of a request, and the proof of whether anyone got hold of it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

const KEPT: u8 = 0;
const HANDED_OVER: u8 = 1;
const LOCKED: u8 = 2;

/// Who has the body of one request. It changes hands at most once, or is locked away for good.
#[derive(Debug, Clone, Default)]
pub(crate) struct Custody(Arc<AtomicU8>);

impl Custody {
    /// Locks the body away; `true` if nobody has got hold of it, and then nobody will.
    ///
    /// A connection may still hold the request at this moment, on another thread, about to ask for the body. One of the
    /// two comes first, and the other is refused.
    fn lock(&self) -> bool {
        match self.0.compare_exchange(KEPT, LOCKED, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(state) => state == LOCKED,
        }
    }

    fn hand_over(&self) -> bool {
        self.0.compare_exchange(KEPT, HANDED_OVER, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// What the sender of a request holds while it waits: dropped, it locks the body away.
///
/// So a request that was given up while it waited for a connection is not sent later.
#[derive(Debug)]
pub(crate) struct Claim(Option<Custody>);

impl Claim {
    /// The claim on a request; `None` if it has no body, so that nothing can be proved.
    pub(crate) fn new(custody: Option<Custody>) -> Self {
        Self(custody)
    }

    /// The request failed: `true` if it has a body, and nobody got or will get hold of it.
    pub(crate) fn lock(self) -> bool {
        self.0.as_ref().is_some_and(Custody::lock)
    }

    /// The request was answered: whoever still has the body may go on with it.
    pub(crate) fn release(mut self) {
        self.0 = None;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(custody) = &self.0 {
            custody.lock();
        }
    }
}

/// A request body in one piece, handed over only while in custody.
#[derive(Debug)]
pub(crate) struct KeptBody {
    bytes: Option<Bytes>,
    custody: Custody,
}

impl KeptBody {
    /// `bytes` must not be empty: nobody asks for a body without a byte, so custody would prove nothing.
    pub(crate) fn new(bytes: Bytes, custody: Custody) -> Self {
        Self { bytes: Some(bytes), custody }
    }
}

impl Body for KeptBody {
    type Data = Bytes;
    type Error = Locked;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Locked>>> {
        let Some(bytes) = self.bytes.take() else { return Poll::Ready(None) };
        Poll::Ready(Some(if self.custody.hand_over() { Ok(Frame::data(bytes)) } else { Err(Locked) }))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// Tells hyper to give the request up: its sender has stopped waiting.
#[derive(Debug)]
pub(crate) struct Locked;

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request was given up before its body was sent")
    }
}

impl std::error::Error for Locked {}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn ask(body: &mut KeptBody) -> String {
        match Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Ok(frame))) => format!("{:?}", frame.into_data().expect("data")),
            Poll::Ready(Some(Err(error))) => error.to_string(),
            Poll::Ready(None) => "end".to_owned(),
            Poll::Pending => "pending".to_owned(),
        }
    }

    #[test]
    fn a_body_that_was_handed_over_cannot_be_locked_any_more() {
        let custody = Custody::default();
        let mut body = KeptBody::new(Bytes::from("body"), custody.clone());
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(4), false));
        assert_eq!(ask(&mut body), "b\"body\"");
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(0), true));
        assert_eq!(ask(&mut body), "end");
        assert!(!custody.lock());
        assert!(!custody.lock());
    }

    #[test]
    fn a_body_that_was_locked_is_not_handed_over_any_more() {
        let custody = Custody::default();
        let mut body = KeptBody::new(Bytes::from("body"), custody.clone());
        assert!(custody.lock());
        assert_eq!(ask(&mut body), "the request was given up before its body was sent");
        assert!(custody.lock());
    }

    #[test]
    fn a_claim_that_is_dropped_locks_the_body_and_one_that_is_released_does_not() {
        let bodies = [(); 2].map(|()| {
            let custody = Custody::default();
            (Claim::new(Some(custody.clone())), KeptBody::new(Bytes::from("body"), custody))
        });
        let [(dropped, mut given_up), (released, mut answered)] = bodies;
        drop(dropped);
        released.release();
        assert_eq!(ask(&mut given_up), "the request was given up before its body was sent");
        assert_eq!(ask(&mut answered), "b\"body\"");
        assert!(!Claim::new(None).lock(), "without a body there is no proof");
    }

    #[test]
    fn of_two_threads_one_gets_the_body_or_the_lock_and_never_both() {
        for _ in 0..1000 {
            let custody = Custody::default();
            let mut body = KeptBody::new(Bytes::from("body"), custody.clone());
            let asking = std::thread::spawn(move || ask(&mut body) == "b\"body\"");
            let locked = custody.lock();
            assert_ne!(locked, asking.join().expect("no panic"));
        }
    }
}
