use ipnet::IpNet;

use crate::{MacAddr, Shareable};

/// A layer 2 segment on which ports meet; addresses are compared only within one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its name, unique in the policy.
    pub name: String,
    /// Who else is on it.
    pub kind: NetworkKind,
    /// What belongs to the gateway, the name server, the DHCP server, and to no port.
    pub reserved: Reserved,
    /// On a flat network: ports may switch off identity guards and hold very short prefixes.
    pub relaxed_ports: bool,
}

/// Who is on a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkKind {
    /// Many tenants side by side: no port may claim more than its own.
    Flat,
    /// One tenant alone.
    Private,
}

/// Addresses and MACs that no port may hold.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reserved {
    /// Reserved addresses and prefixes.
    pub addresses: Vec<Shareable<IpNet>>,
    /// Reserved MACs.
    pub macs: Vec<Shareable<MacAddr>>,
}

impl NetworkKind {
    /// Every value.
    pub const ALL: [NetworkKind; 2] = [NetworkKind::Flat, NetworkKind::Private];

    /// The name as written in a policy file.
    pub const fn name(self) -> &'static str {
        match self {
            NetworkKind::Flat => "flat",
            NetworkKind::Private => "private",
        }
    }
}
