//! Drivers that are not what they say, and the reports on them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod forms;
mod liars;
mod support;
