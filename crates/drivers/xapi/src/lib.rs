//! XAPI: the pool's own protection of VIFs, and its driver.
//!
//! XenServer and XCP-ng can hold a VIF to its MAC and to listed addresses (`locking_mode`,
//! `ipv4_allowed`, `ipv6_allowed`). This driver sets these and nothing else; which frames then pass is
//! the pool's doing, and falls short of the contract in ways that [`capability`] lists.
//!
//! **Shape.** [`plan`] says for each port's VIF what is to be set, or why it cannot be said;
//! [`change`] compares that with what the pool [holds](held) and gives single steps, ordered so that
//! none of them opens more than the whole. All of this is pure. Only [`Xapi`] does IO: JSON-RPC over TLS
//! with a pinned certificate, or over the socket of the host itself.
//!
//! **Others.** A VIF whose mode somebody else set is never touched. What we set is marked in
//! `other_config` ([`mark`]), together with what was there before.

#![forbid(unsafe_code)]

mod apply;
pub mod capability;
pub mod change;
mod driver;
pub mod held;
pub mod mark;
mod options;
pub mod plan;
pub mod record;
mod report;
mod trouble;
mod watch;
mod wire;

pub use driver::Xapi;
pub use options::{OptionError, Options};
pub use watch::Watch;
pub use wire::{Endpoint, Fingerprint, XapiError};
