//! nf_tables objects (linux/netfilter/nf_tables.h), as values and on the wire.

mod batch;
mod chain;
mod connection;
mod counter;
mod element;
mod expr;
mod listen;
mod numbers;
mod rule;
mod set;

pub use batch::{Batch, Batched};
pub use chain::{BaseChain, Chain, DeviceSpec, Hook, Policy};
pub use connection::{Connection, Generation};
pub use counter::Counter;
pub use element::{Element, Value};
pub use expr::{Base, CmpOp, Expr, MetaKey, Reg, Verdict};
pub use listen::listen;
pub use rule::Rule;
pub use set::{Set, SetData};

/// The protocol family of a table (`NFPROTO_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Family {
    /// IPv4 and IPv6 of the host's own stack.
    Inet = 1,
    /// ARP of the host's own stack.
    Arp = 3,
    /// What a device receives, before anybody else sees it.
    Netdev = 5,
    /// What a bridge port receives.
    Bridge = 7,
}

impl Family {
    /// The family's name, as the `nft` program writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Family::Inet => "inet",
            Family::Arp => "arp",
            Family::Netdev => "netdev",
            Family::Bridge => "bridge",
        }
    }
}

/// A table: the unit of ownership. Whoever made it may change it; nobody else's is touched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId {
    /// Its family.
    pub family: Family,
    /// Its name, unique in the family.
    pub name: String,
}
