//! Which interfaces this host has, what they stand on, and how frames reach them.
//!
//! Facts about the host only: this crate knows neither policies nor drivers.

#![forbid(unsafe_code)]

mod bypass;
mod bytes;
mod lent;
mod links;
mod read;
mod routes;
mod rtnl;
pub mod vifs;
pub mod watch;

pub use lent::note_of;
pub use links::{DefaultRoute, Link, Links};
pub use vifguard_programs::ProgramError;
