use ipnet::IpNet;

use crate::{Binding, GuardSet, MacAddr, Profile};

/// One virtual NIC of a guest, as the operator wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name, unique in the policy.
    pub name: String,
    /// Its network, as an index into [`crate::Policy::networks`].
    pub network: usize,
    /// Where its VIF is found, unique in the policy.
    pub binding: Binding,
    /// Its MACs, the primary one first.
    pub macs: Vec<Shareable<MacAddr>>,
    /// Its addresses and prefixes, in the order of the file.
    pub addresses: Vec<Shareable<IpNet>>,
    /// The profile that [`Port::guards`] started from.
    pub profile: Profile,
    /// The guards that are on.
    pub guards: GuardSet,
    /// Which link-local addresses are its own besides those listed.
    pub link_local: LinkLocal,
    /// EtherTypes that pass although `l2` is on.
    pub ethertypes: Vec<u16>,
    /// Whether refusals are carried out or only counted.
    pub mode: Mode,
    /// Whether a weaker driver will do.
    pub enforcement: Enforcement,
}

/// A claim that a second port of the network may make too, if both say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shareable<T> {
    /// What is claimed.
    pub value: T,
    /// May another port claim it as well?
    pub shared: bool,
}

/// Which link-local addresses are a port's own besides those listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LinkLocal {
    /// The one that a stack forms from each own MAC.
    #[default]
    Eui64,
    /// All but those that belong to somebody else on the network.
    Any,
    /// No more.
    None,
}

/// Whether refusals are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Mode {
    /// Refused frames are dropped.
    #[default]
    Enforce,
    /// Everything passes; what would have been refused is counted.
    Audit,
}

/// Whether a weaker driver will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Enforcement {
    /// A driver that cannot enforce a guard of this port is an error.
    #[default]
    Required,
    /// The port takes what the driver can do and is shown as degraded everywhere.
    BestEffort,
}

impl LinkLocal {
    /// Every value.
    pub const ALL: [LinkLocal; 3] = [LinkLocal::Eui64, LinkLocal::Any, LinkLocal::None];

    /// The name as written in a policy file.
    pub const fn name(self) -> &'static str {
        match self {
            LinkLocal::Eui64 => "eui64",
            LinkLocal::Any => "any",
            LinkLocal::None => "none",
        }
    }
}

impl Mode {
    /// Every value.
    pub const ALL: [Mode; 2] = [Mode::Enforce, Mode::Audit];

    /// The name as written in a policy file.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Enforce => "enforce",
            Mode::Audit => "audit",
        }
    }
}

impl Enforcement {
    /// Every value.
    pub const ALL: [Enforcement; 2] = [Enforcement::Required, Enforcement::BestEffort];

    /// The name as written in a policy file.
    pub const fn name(self) -> &'static str {
        match self {
            Enforcement::Required => "required",
            Enforcement::BestEffort => "best-effort",
        }
    }
}
