//! What a download does, told by scripted sources: no network, real files.

mod boxes;
mod cancelling;
mod cases;
mod failures;
mod files;
mod memory;
mod output;
mod real_files;
mod resuming;
mod retries;
mod saving;
mod sources;
mod targets;
