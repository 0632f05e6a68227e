//! What an operator wants of a guest's network port, as a value that has been checked.
//!
//! A [`Policy`] exists only if it is whole and free of conflicts: [`Policy::parse`] reads YAML 1.2 and
//! JSON and gives either that, or every error of the file at once, each with its place, its object and
//! what to write instead. (Of a file that is neither YAML nor JSON it gives the first place where it is
//! not: nobody can know what the rest was meant to be.) [`Policy::identities`] turns each port into the
//! [`Identity`] that the judge and every driver compile from, so that no two of them can disagree about
//! which addresses a port owns.
//!
//! ```
//! use vifguard_policy::Policy;
//!
//! let text = "
//! version: 1
//! networks: [{ name: public, kind: flat, reserved: [192.0.2.1] }]
//! ports:
//!   - name: web-1
//!     network: public
//!     device: tap-web1
//!     mac: 02:00:00:00:00:01
//!     addresses: [192.0.2.1]
//! ";
//! let errors = Policy::parse(text, "policy.yaml").unwrap_err();
//! assert!(errors.to_string().starts_with(
//!     "policy.yaml:9:17: port web-1, addresses: \"192.0.2.1\" is reserved by network public"
//! ));
//! let policy = Policy::parse(&text.replace("[192.0.2.1]\n", "[192.0.2.10]\n"), "policy.yaml")?;
//! assert!(policy.identities()[0].owns_v4("192.0.2.10".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The way of a file: `yaml` makes a tree that knows where everything stands (a large file is read in
//! two halves side by side, which the tree does not show), `read` takes every value by itself, `check`
//! compares them (in O(n log n): ten thousand ports are one sort and one sweep), and only if none of
//! them found a fault does a draft become a policy.
//!
//! This crate knows nothing of drivers, of the kernel, or of any IO.

#![forbid(unsafe_code)]

mod address;
mod binding;
mod check;
mod device;
mod error;
mod excerpt;
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
mod profile;
mod quote;
mod read;
mod schema;
mod spot;
mod suggest;
mod yaml;

pub use address::{EntryError, never_own_v4, never_own_v6, parse_entry};
pub use binding::{Binding, OvsId};
pub use device::{DeviceName, DeviceNameError, DevicePattern};
pub use error::{OtherPlace, PolicyError, PolicyErrors};
pub use excerpt::Excerpt;
pub use guard::{Guard, GuardSet};
pub use host::{Host, Unknown};
pub use identity::{Identity, LinkLocalRule};
pub use ipnet::{IpNet, Ipv4Net, Ipv6Net};
pub use link_locals::NetworkLinkLocals;
pub use mac::{MacAddr, MacAddrError};
pub use network::{Network, NetworkKind, Reserved};
pub use policy::Policy;
pub use port::{Enforcement, LinkLocal, Mode, Port, Shareable};
pub use profile::Profile;
pub use schema::schema;
