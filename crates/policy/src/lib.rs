//! What an operator wants of a guest's network port, as a value that has been checked.
//!
//! A [`Policy`] exists only if it is whole and free of conflicts: [`Policy::parse`] gives either that
//! or every error of the file at once. [`Policy::identities`] turns each port into the [`Identity`]
//! that the judge and every driver compile from, so that no two of them can disagree about which
//! addresses a port owns.
//!
//! This crate knows nothing of drivers, of the kernel, or of any IO.

mod address;
mod check;
mod device;
mod error;
mod faults;
mod guard;
mod host;
mod identity;
mod link_locals;
mod mac;
mod network;
mod object;
mod parse;
mod policy;
mod port;
mod quote;
mod read;
mod spot;
mod suggest;
mod yaml;

pub use address::{EntryError, never_own_v4, never_own_v6};
pub use device::{DeviceName, DeviceNameError, DevicePattern};
pub use error::{Excerpt, OtherPlace, PolicyError, PolicyErrors};
pub use guard::{Guard, GuardSet, Profile};
pub use host::{Host, Unknown};
pub use identity::{Identity, LinkLocalRule};
pub use ipnet::{IpNet, Ipv4Net, Ipv6Net};
pub use link_locals::NetworkLinkLocals;
pub use mac::{MacAddr, MacAddrError};
pub use network::{Network, NetworkKind, Reserved};
pub use policy::Policy;
pub use port::{Enforcement, LinkLocal, Mode, Port, Shareable};
