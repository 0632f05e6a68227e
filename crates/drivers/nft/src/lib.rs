//! nftables at netdev ingress: the plan and its driver.
//!
//! **Property.** A frame that the contract refuses dies before anything else of the host has seen it:
//! before a bridge learns its source, before a route is looked up, before the host's own stack.
//! Netdev ingress is the first netfilter hook there is, and it serves bridged ports, routed taps and
//! frames to the host alike.
//!
//! **Shape.** [`program`] turns what ports ask for (not the ports) into chains and sets; [`contents`]
//! turns ports into elements of those sets, [`ways`] among them; [`change`] compares that with what the kernel
//! [holds](held) and gives steps that leave no frame half judged; `apply` carries them out. All but
//! the last are pure. What a frame costs does not depend on the number of ports.

#![forbid(unsafe_code)]

mod apply;
mod audit;
pub mod binding;
pub mod change;
pub mod class;
pub mod contents;
mod driver;
pub mod edit;
mod goal;
pub mod held;
pub mod names;
mod preview;
mod probe;
pub mod program;
mod release;
mod snapshot;
pub mod tables;
pub mod ways;

pub use binding::Binding;
pub use driver::Nft;
pub use snapshot::Snapshot;
