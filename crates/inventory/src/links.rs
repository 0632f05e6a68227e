use std::io;

use crate::{bypass, read};

/// The interfaces of a network namespace and its default routes, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The interfaces.
    pub links: Vec<Link>,
    /// The default routes of the main table.
    pub default_routes: Vec<DefaultRoute>,
}

/// One interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub index: u32,
    /// Its own name.
    pub name: String,
    /// Further names that it can be found by, and that nothing is bound to.
    pub other_names: Vec<String>,
    /// What made it: `tun` (taps too), `veth`, `bridge`, `vlan`; nothing for hardware and `lo`.
    pub kind: String,
    /// The bus of the hardware behind it, where the kernel says so (since 5.14).
    pub bus: String,
    /// The name of the hardware on its bus.
    pub parent: String,
    /// What a switch calls the port behind it.
    pub port_name: String,
    /// It is the loopback interface.
    pub loopback: bool,
    /// Somebody set it up.
    pub up: bool,
    /// There is somebody at the other end.
    pub carrier: bool,
    /// The bridge, bond or VRF that it is in.
    pub master: Option<u32>,
    /// The interface of this namespace that it stands on, as a VLAN does.
    pub lower: Option<u32>,
}

/// A default route of the main table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultRoute {
    /// The interface, by its index.
    pub device: u32,
    /// IPv4 or IPv6, in words.
    pub family: &'static str,
}

impl Links {
    /// Reads them in the network namespace of the calling thread. Needs no rights.
    ///
    /// # Errors
    ///
    /// What routing netlink said.
    pub fn read() -> io::Result<Links> {
        read::read()
    }

    /// The interface of this index.
    pub fn at(&self, index: u32) -> Option<&Link> {
        self.links.iter().find(|link| link.index == index)
    }
}

impl Link {
    /// Why frames of a guest behind this interface do not pass netdev ingress, if they do not.
    pub fn bypass(&self) -> Option<String> {
        bypass::of(self)
    }
}
