//! The answer to come of something handed to the journal.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use futures_channel::oneshot;

use crate::JournalError;

/// The answer to come of something handed to the journal.
///
/// The work is under way already. Await it in any runtime, or block on it with [`wait`](Self::wait). Dropping it
/// stops nothing: what was handed over is done all the same.
#[must_use = "only the answer says that it is done, and durable"]
pub struct Receipt<T>(oneshot::Receiver<Result<T, JournalError>>);

impl<T> Receipt<T> {
    pub(crate) fn new() -> (oneshot::Sender<Result<T, JournalError>>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self(receiver))
    }

    /// Blocks the thread until the answer is there. Not for use inside of an asynchronous task.
    pub fn wait(self) -> Result<T, JournalError> {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut receipt = pin!(self);
        loop {
            match receipt.as_mut().poll(&mut context) {
                Poll::Ready(answer) => return answer,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<T> Future for Receipt<T> {
    type Output = Result<T, JournalError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.unwrap_or(Err(JournalError::Closed)))
    }
}

impl<T> fmt::Debug for Receipt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(..)")
    }
}
