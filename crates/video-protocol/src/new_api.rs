//! The format of New API and its resellers, both halves.

mod client;
mod server;

/// `POST /v1/video/generations`, `GET /v1/video/generations/{id}`, `GET /v1/videos/{id}/content`.
///
/// Spoken by New API (v0.8.6 to v1.0.0-rc.24 and after), 88API, 兆投算力 and every other reseller of it.
/// Reads every version's answers and those of look-alikes; writes what New API ≥ 0.11 writes.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "a format has no settings")]
pub struct NewApi;

/// Stable name of the format.
const NAME: &str = "new-api";
/// Path of submit, and of poll with an id after it.
const GENERATIONS: &str = "/v1/video/generations";
