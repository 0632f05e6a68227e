//! May this port send this frame? The contract, once, in plain Rust.
//!
//! [`decide`] is total: for any bytes it gives a [`Verdict`] without a panic, without an allocation
//! and without unsafe code. Every driver is a compilation of the same rules and is judged against it
//! frame by frame. The rules in words, with their numbers, are in `docs/verdicts.md`.
//!
//! This crate knows nothing of drivers and does no IO.

#![forbid(unsafe_code)]

mod arp;
mod bytes;
mod compiled;
mod ipv4;
mod ipv6;
mod judge;
mod judgement;
mod nd;
mod reason;
mod rule;
mod verdict;
mod words;

pub use compiled::CompiledPort;
pub use judge::{decide, judge};
pub use judgement::Judgement;
pub use reason::Reason;
pub use rule::Rule;
pub use verdict::{Verdict, VlanTag};
pub use words::found;
