//! What time it is, from outside.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// The wall clock of a client: the time in its journal, in signatures, and beside the gateway's own.
///
/// How long things take is measured elsewhere, by tokio's clock, which does not jump. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the driver is where time comes from")]
        let now = SystemTime::now;
        Self::new(now)
    }

    /// A clock that is read by `now`; it may jump, as clocks do.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock(..)")
    }
}
