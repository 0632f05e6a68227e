//! The lab against the real kernel. Needs root; says so and skips otherwise.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, not in their helpers"
)]

mod bridge;
mod gso;
mod guest;
mod link;
mod namespace;
mod observer;
mod process;
mod speed;
mod support;
mod tap;
mod topology;
