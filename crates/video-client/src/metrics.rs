//! Counts and times of jobs, by model and gateway.
//!
//! [`Metrics`] is a value: what is told is added to it, and it can be asked, copied and printed. [`Recorder`] keeps one up to date
//! from the [events](crate::events) of clients. No prompt, no key and no id is in it, and however many models there are, it does not
//! grow beyond a bound.
//!
//! ```
//! use std::sync::Arc;
//! use video_client::events::Events;
//! use video_client::metrics::Recorder;
//!
//! let events = Events::new(); // given to `ClientBuilder::events`
//! let recorder = Recorder::new();
//! events.observe(Arc::new(recorder.clone()));
//! // … jobs run …
//! let metrics = recorder.snapshot();
//! assert_eq!(metrics.total().success_rate(), None); // nothing has ended yet
//! print!("{}", metrics.to_prometheus());
//! ```

mod counts;
#[cfg(feature = "metrics")]
mod facade;
mod prometheus;
mod recorder;
mod table;
mod times;

pub use counts::{Answered, Counts};
#[cfg(feature = "metrics")]
pub use facade::Facade;
pub use recorder::Recorder;
pub use table::{Labels, Metrics};
pub use times::Times;
