//! What clients of the gateway see, over real connections.

mod bodies;
mod browsers;
mod content;
mod far_end;
mod faults;
mod garbage;
mod log;
mod running;
mod submits;
mod time_limits;
mod tokens;
mod upstream;
mod whole_job;
mod wire;
