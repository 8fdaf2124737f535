//! Local far ends with a ledger, for the tests of this workspace.
//!
//! A test of something that sends requests is only as good as its witness. Here the witness is the server: it writes
//! down what really arrived, connection by connection and byte by byte, and the test asks its [`Ledger`], not the client.
//!
//! - [`SimulatedGateway`]: a gateway of both formats that takes paid orders, with an [`Account`] of what was ordered and
//!   handed out, and [`Faults`] by seed or by plan; [`LocalGateway`] is the same without a socket, for simulations.
//! - [`FarEnd`]: a well-behaved HTTP/1.1 and HTTP/2 server, told per request what to answer.
//! - [`RawServer`]: bytes by script, for what no well-behaved server does: resets, cuts, stalls, garbage.
//! - [`FrameServer`]: HTTP/2 by frames, for refusals and farewells at the exact moment wanted.
//! - [`ClosedPort`]: a port that refuses every connection.
//! - [`Identity`]: a certificate for 127.0.0.1 whose root nobody trusts until told to.
//!
//! All of them listen on a free port of 127.0.0.1, need a running tokio runtime, and end when dropped. No test has to
//! sleep: what has to be waited for is waited for in the ledger. Only a reply that is told to be late sleeps. This crate depends on no other of the workspace, so it
//! shares no mistake with what it judges.

mod closed;
mod far_end;
mod frames;
mod gateway;
mod ledger;
mod listening;
mod raw;
mod reply;
mod tls;

pub use closed::ClosedPort;
pub use far_end::FarEnd;
pub use frames::{FrameServer, Move, Setting};
pub use gateway::{
    Account, Fault, Faults, GatewayClock, GatewayOptions, HandedOut, Hit, Judgement, LocalGateway, PaidTask, Route,
    SimulatedGateway,
};
pub use ledger::{Delivery, Ledger, Seen};
pub use raw::{RawServer, Step};
pub use reply::{Cut, LocalBody, Reply};
pub use tls::Identity;
