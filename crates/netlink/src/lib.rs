//! The one place that speaks raw netlink: nf_tables objects in and out of the kernel, and interfaces made
//! for guests ([`tap`], [`link`]).
//!
//! Values here are what the kernel holds, no more: tables, chains, sets, elements, rules and their
//! expressions. What they mean for a port is the drivers' business; this crate knows no policy.

#![deny(unsafe_code)]

mod attr;
mod error;
mod grace;
pub mod link;
mod message;
pub mod nft;
mod process;
mod socket;
pub mod tap;

pub use error::Error;
pub use grace::wait_for_readers;
pub use process::pidfd;
