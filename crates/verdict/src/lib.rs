//! May this port send this frame? The contract, once, in plain Rust.
//!
//! [`decide`] is total: for any bytes it gives a [`Verdict`] without a panic, without an allocation
//! and without unsafe code. Every driver is a compilation of the same rules and is judged against it
//! frame by frame. The rules in words, with their numbers, are in `docs/verdicts.md`.
//!
//! This crate knows nothing of drivers and does no IO.

#![forbid(unsafe_code)]

mod reason;
mod verdict;

pub use reason::Reason;
pub use verdict::{Verdict, VlanTag};
