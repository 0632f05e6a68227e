//! Network namespaces as values: guests, bridges, senders and observers.
//!
//! Everything happens in namespaces that this crate makes, and nothing else can be named through it:
//! links, addresses and taps are made by methods of [`Netns`], a [`Netns`] is always new, and the two
//! ways to adopt an existing namespace ([`Netns::current`], [`Netns::at`]) refuse the machine's own. A namespace is
//! held by a file descriptor alone, so not even `kill -9` leaves one behind.
//!
//! The parts, from the wire up:
//! - [`Netns`], [`Entered`]: a namespace, and the time that a thread spends in it;
//! - [`Link`], [`Tap`], [`Guest`]: devices, a hypervisor's view of a port, and a real Linux stack behind one;
//! - [`RawSender`], [`Capture`], [`Delivered`]: frames in, frames seen;
//! - [`Netns::fdb`], [`Netns::neighbours`], [`Netns::addresses`]: what the frames taught the kernel;
//! - [`Bridged`], [`Routed`], [`HostOnly`]: the three topologies that the contract speaks of;
//! - [`ovs::Switch`]: a bridge of a real Open vSwitch;
//! - [`libvirt::Libvirtd`]: a host with a bridge and a real libvirtd;
//! - [`lxd::Lxd`]: containers of a real LXD.
//!
//! Tests begin with `if !vifguard_lab::available() { return; }`.
//!
//! This crate knows nothing of policies or drivers.

mod address;
mod bridge;
mod capture;
mod capture_options;
mod captured;
mod command;
mod dad;
mod daemon;
mod delivered;
mod detour;
mod entered;
mod error;
mod fdb;
mod guest;
mod guest_spec;
mod home;
pub mod libvirt;
mod link;
mod link_info;
pub mod lxd;
mod mac;
mod neighbour;
mod netns;
mod netns_id;
pub mod ovs;
mod place;
mod privilege;
mod route;
mod rtnl;
mod sender;
mod sys;
mod sysctl;
mod tap;
mod topology;
mod veth;
mod vnet;
mod wait;

pub use address::{Address, AddressOptions};
pub use bridge::BridgeOptions;
pub use capture::Capture;
pub use capture_options::CaptureOptions;
pub use captured::Captured;
pub use dad::Dad;
pub use daemon::Daemon;
pub use delivered::Delivered;
pub use entered::Entered;
pub use error::{Error, Result};
pub use fdb::FdbEntry;
pub use guest::Guest;
pub use guest_spec::GuestSpec;
pub use home::refuse_home;
pub use ipnet::{IpNet, Ipv4Net, Ipv6Net};
pub use link::Link;
pub use link_info::{LinkInfo, LinkStats};
pub use mac::Mac;
pub use neighbour::{Neighbour, Reachability};
pub use netns::Netns;
pub use netns_id::NetnsId;
pub use place::Place;
pub use privilege::{Missing, available, privileged, skip};
pub use route::Route;
pub use sender::RawSender;
pub use tap::{Tap, TapOptions};
pub use topology::{Bridged, HostOnly, Routed};
pub use veth::Veth;
pub use vnet::{GsoKind, VnetHeader};
pub use wait::wait_until;
