//! A local HTTP gateway for video generation: any client in any language on one side, any upstream on the other.
//!
//! [`Gateway`] answers the routes of New API (`POST /v1/video/generations`, `GET /v1/video/generations/{id}`) and the
//! OpenAI-compatible ones (`/v1/videos`: create, list, retrieve, content, remix, delete), and asks one upstream, which
//! is a [`video_client::Client`]: a remote gateway, or the embedded sandbox. Ids are the upstream's own, so a restart
//! loses no task; only idempotency keys are kept, in memory.
//!
//! What it promises about money: an order that reached it is sent upstream once and finished, even if whoever sent it
//! hangs up; an outcome nobody knows is said to be one, never "failed", and never repeated.
//!
//! It speaks HTTP/1.1 without TLS. Put a reverse proxy in front of it for anything else.

mod as_ordered;
mod body_memory;
mod browser;
mod cancel;
mod compat;
mod content;
mod exposure;
mod fault;
mod gateway;
mod host;
mod keeping;
mod listing;
mod order_keys;
mod pass;
mod poll;
mod record;
mod refusal;
mod request_body;
mod request_id;
mod server;
mod service;
mod status_page;
mod submit;
mod token;

pub use compat::Compat;
pub use exposure::{Exposed, check_exposure};
pub use fault::{BadFaultPlan, Fault, FaultPlan, FaultRoute};
pub use gateway::Gateway;
pub use token::{Token, UnusableToken};

/// The examples of the README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
