//! What is asked of every port, and what is asked of one.
//!
//! **Shared** flows depend on no port: the form of a packet, what only routers say, and the order of
//! questions. What a port is asked they find in a register that the gate fills. **Own** flows are a
//! port's: its entry at the gate, what it may claim, and its counters.

mod arp;
mod builder;
mod elsewhere;
mod ether;
mod ipv4;
mod ipv6;
mod nd;
mod port;
mod shared;
pub mod sieve;
mod table;
pub(crate) mod word;

pub(crate) use builder::{Builder, because, code};
pub use elsewhere::Elsewhere;
pub use port::{Entry, own};
pub(crate) use port::{at_the_gate, passed, refused};
pub use shared::{Shape, Sight, shared};
pub use table::Table;

use vifguard_policy::Ipv4Net;

/// Where no IPv4 address is own, whatever prefix is listed.
pub(crate) fn never_own_v4() -> [Ipv4Net; 4] {
    [(0, 8), (127, 8), (224, 4), (255, 32)].map(|(first, length)| {
        let rest = if length == 32 { 255 } else { 0 };
        Ipv4Net::new_assert([first, rest, rest, rest].into(), length)
    })
}
