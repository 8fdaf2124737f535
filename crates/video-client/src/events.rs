//! What happens to jobs, as one ordered stream for each of them.
//!
//! Everything that shows, counts or records jobs is fed from here: a program's own code, the bars and lines of the command line,
//! its `--json`, [metrics](crate::metrics).
//!
//! - An [`Observer`] is told everything at once, in order, where it happens. It must be quick.
//! - A [`Subscription`] is read at the reader's own pace: bounded, and never without the end of a job.
//!
//! ```
//! use video_client::events::{Events, JobEventKind};
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! # use video_types::Generation;
//! let events = Events::new();
//! let client = video_client::Client::builder("https://88api.ai").key("sk-xxxx").events(&events).build()?;
//! let mut told = events.subscribe(1024);
//! let watching = async {
//!     while let Some(event) = told.next().await {
//!         match &event.kind {
//!             JobEventKind::Seen(seen) => println!("{}: {}", event.sequence, seen.progress.stage().as_str()),
//!             JobEventKind::Ended(end) => return println!("{}: {}", event.sequence, end.verdict.as_str()),
//!             _ => {}
//!         }
//!     }
//! };
//! let working = async { Ok::<_, video_client::Error>(client.submit(Generation::new("m", "a cat")).await?.finish().await) };
//! let (outcome, ()) = tokio::join!(working, watching);
//! # outcome?; Ok(()) }
//! ```

mod estimate;
mod event;
mod hub;
mod queue;
mod subscription;
mod teller;
#[cfg(test)]
mod tests;

pub use estimate::Estimate;
pub use event::{Activity, Difficulty, Ending, Exchange, JobEvent, JobEventKind, Seen, Stored, Subject};
pub use hub::{Events, Observer};
pub use subscription::Subscription;

pub(crate) use teller::Teller;
