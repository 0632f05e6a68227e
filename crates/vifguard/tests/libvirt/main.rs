//! Ports under a real libvirt, with real guests: found by their domains, guarded, followed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod corpus;
mod drivers;
mod filters;
mod follow;
mod migrate;
mod named;
mod scene;
mod support;
mod update;
