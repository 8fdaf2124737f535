//! What clients of the gateway see, over real connections.

mod bodies;
mod browsers;
mod compat;
mod content;
mod far_end;
mod faults;
mod garbage;
mod keys;
mod log;
mod running;
mod submits;
mod time_limits;
mod tokens;
mod upstream;
mod videos;
mod whole_job;
mod wire;
