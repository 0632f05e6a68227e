//! The proof against the kernel: what the driver puts in force is equal, what somebody changes of it is
//! found, and the frame that is shown really meets the fate that is said.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;
mod bound;
mod claims;
mod corpus;
mod harm;
mod numbers;
mod pinned;
mod repair;
mod rules;
mod short;
