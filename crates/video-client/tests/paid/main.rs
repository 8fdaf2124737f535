//! Paid jobs against a gateway that loses answers, judged by the gateway's own book.
#![cfg(feature = "reqwest")]

mod batches;
mod caching;
mod desk;
mod one_fault;
mod polls;
mod purchase;
mod steps;
mod submits;
mod w4;
