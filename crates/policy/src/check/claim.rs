use std::cmp::Reverse;

use crate::yaml::Node;

/// Where claims meet: those of different spaces never overlap.
///
/// Link-locals are a space of their own, because a prefix from outside fe80::/10 owns none of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Space {
    pub(super) network: u32,
    pub(super) kind: Kind,
}

/// What is claimed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    Mac,
    V4,
    V6,
    LinkLocal,
}

/// A range of MACs or addresses that a port or a network claims.
#[derive(Clone, Copy)]
pub(super) struct Claim<'t> {
    pub(super) space: Space,
    pub(super) start: u128,
    pub(super) end: u128,
    pub(super) shared: bool,
    /// The link-local formed from a MAC; not listed by anybody.
    pub(super) derived: bool,
    /// The index of the port, or of the network that reserves it.
    pub(super) owner: u32,
    /// Where it stands: the address, or the MAC that it is or is derived from.
    pub(super) node: Node<'t>,
    /// The key under which it stands.
    pub(super) field: &'static str,
}

impl<'t> Claim<'t> {
    /// The key of the entry: where it could say `shared`.
    pub(super) fn key(&self) -> &'static str {
        if self.derived {
            Kind::Mac.key()
        } else {
            self.space.kind.key()
        }
    }

    /// The order of a sweep: wider ranges before those inside them, listed before derived.
    pub(super) fn order(&self) -> (Space, u128, Reverse<u128>, bool, u32) {
        (
            self.space,
            self.start,
            Reverse(self.end),
            self.derived,
            self.node.spot().index,
        )
    }
}

impl Kind {
    /// The key of an entry of this kind.
    const fn key(self) -> &'static str {
        match self {
            Kind::Mac => "mac",
            Kind::V4 | Kind::V6 | Kind::LinkLocal => "address",
        }
    }
}
