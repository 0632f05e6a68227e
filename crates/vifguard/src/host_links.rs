//! This host's interfaces and default routes, as far as a policy could cut them off.

mod read;
mod rtnl;

pub(crate) use read::read;

/// The interfaces of a network namespace at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HostLinks {
    pub(crate) links: Vec<HostLink>,
    pub(crate) default_routes: Vec<DefaultRoute>,
}

/// One interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HostLink {
    pub(crate) index: u32,
    pub(crate) name: String,
    /// What made it: `tun` (taps too), `veth`, `bridge`, `vlan`; nothing for hardware and `lo`.
    pub(crate) kind: String,
    /// The bus of the hardware behind it, where the kernel says so (since 5.14).
    pub(crate) bus: String,
    pub(crate) loopback: bool,
    pub(crate) up: bool,
    pub(crate) carrier: bool,
    /// The bridge, bond or VRF that it is in.
    pub(crate) master: Option<u32>,
    /// The interface of this namespace that it stands on, as a VLAN does.
    pub(crate) lower: Option<u32>,
}

/// A default route of the main table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DefaultRoute {
    /// The interface, by its index.
    pub(crate) device: u32,
    /// IPv4 or IPv6, in words.
    pub(crate) family: &'static str,
}

impl HostLinks {
    /// The interface of this index.
    pub(crate) fn at(&self, index: u32) -> Option<&HostLink> {
        self.links.iter().find(|link| link.index == index)
    }
}
