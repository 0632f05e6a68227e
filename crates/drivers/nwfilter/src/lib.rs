//! libvirt's network filters: the plan and its driver.
//!
//! **Shape.** [`program`] turns what is asked of a port into chains of rules, as libvirt's filters have them;
//! [`plan`] makes filters of them: *parts*, which never change because they are named after what they say,
//! and one *wrapper* for each port, which refers to its parts. [`change`] compares that with what libvirt
//! [holds](held). All of this is pure. Only the driver does IO, by running `virsh`, which finds libvirt as
//! the operator's commands do, and `ebtables`, which libvirt itself runs. Whether the kernel has rules of ours is
//! seen in nf_tables without either: libvirt may be away.
//!
//! **A change** makes new parts beside the old ones, and then changes the one wrapper. libvirt builds the new
//! rules beside the old ones, links them behind them, and takes the old ones away: until then both judge.
//!
//! **What libvirt cannot say.** Its filters at the bridge see some fields of a frame and no bytes. Where the
//! contract needs what they do not see, the driver refuses, and says so ([`Capabilities`]).
//!
//! [`Capabilities`]: vifguard_driver::Capabilities

#![forbid(unsafe_code)]

mod apply;
pub mod change;
mod counters;
mod digest;
mod driver;
pub mod filter;
mod glance;
pub mod held;
mod names;
mod note;
mod options;
pub mod plan;
mod probe;
pub mod program;
mod rules;
mod tool;
mod xml;

pub use driver::Nwfilter;
pub use names::{of_device, of_port};
pub use options::{NeighborDiscovery, Options};
