use std::cmp::{Ordering, Reverse};

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
    /// The key under which it stands.
    pub(super) field: Field,
    /// The index of the port, or of the network that reserves it.
    pub(super) owner: u32,
    /// Where it stands: the address, or the MAC that it is or is derived from.
    pub(super) node: Node<'t>,
}

/// A key under which claims stand.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Mac,
    ExtraMacs,
    Addresses,
    Reserved,
}

impl Claim<'_> {
    /// The key of the entry: where it could say `shared`.
    pub(super) fn key(&self) -> &'static str {
        if self.derived {
            Kind::Mac.key()
        } else {
            self.space.kind.key()
        }
    }

    /// The order of a sweep: wider ranges before those inside them, listed before derived.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let range = |claim: &Self| (claim.space, claim.start, Reverse(claim.end), claim.derived);
        // Where they stand is looked up for the few that are equal: it lies far away.
        let place = |claim: &Self| claim.node.spot().index;
        range(self)
            .cmp(&range(other))
            .then_with(|| place(self).cmp(&place(other)))
    }
}

impl Field {
    /// The key as it is written.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Field::Mac => "mac",
            Field::ExtraMacs => "extra_macs",
            Field::Addresses => "addresses",
            Field::Reserved => "reserved",
        }
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
