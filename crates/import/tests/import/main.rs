//! Whole sources in, whole policies out.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says 'this cannot happen' in the shortest way"
)]

mod claims;
mod common;
mod damaged;
mod filters;
mod generated;
mod interfaces;
mod model;
mod networks;
mod neutron;
mod pairs;
mod scale;
mod snapshots;
