//! The sandbox as a gateway, over its transport: what is asked and what is answered.

mod any_request;
mod content;
mod folder;
mod jobs;
mod latency;
mod refusals;
mod stage;
mod steering;
mod verbs;
