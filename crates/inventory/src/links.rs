use std::fmt;
use std::io;
use std::net::IpAddr;

use crate::{bypass, read};

/// The interfaces of a network namespace and its default routes, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The interfaces.
    pub links: Vec<Link>,
    /// The default routes of all routing tables, and the halves of such.
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
    /// What somebody noted about it (`ip link set … alias`).
    pub alias: String,
    /// What made it: `tun` (taps too), `veth`, `bridge`, `vlan`; nothing for hardware and `lo`.
    pub kind: String,
    /// The bus of the hardware behind it, where the kernel says so (since 5.14).
    pub bus: String,
    /// The name of the hardware on its bus.
    pub parent: String,
    /// What a switch calls the port behind it.
    pub port_name: String,
    /// Its frames have Ethernet headers (`ARPHRD_ETHER`).
    pub ethernet: bool,
    /// It is the loopback interface.
    pub loopback: bool,
    /// Somebody set it up.
    pub up: bool,
    /// There is somebody at the other end, and it is up.
    pub carrier: bool,
    /// There is somebody at the other end, up or not; of a tap: a file is attached to it.
    pub attached: bool,
    /// The bridge, bond or VRF that it is in.
    pub master: Option<u32>,
    /// The interface of this namespace that it stands on, as a VLAN does.
    pub lower: Option<u32>,
}

/// A way to everything outside, or to half of it: by itself or with its other half it carries what the
/// host sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultRoute {
    /// The interface, by its index.
    pub device: u32,
    /// Where it leads: `0.0.0.0` or `::`, or the beginning of the other half.
    pub to: IpAddr,
    /// The length of that prefix: 0, or 1 for a half.
    pub length: u8,
    /// The routing table; 254 is the main one.
    pub table: u32,
}

/// The table that is asked if no rule says otherwise.
const MAIN: u32 = 254;

impl fmt::Display for DefaultRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.length > 0 { "half of " } else { "" };
        let family = if self.to.is_ipv4() { "IPv4" } else { "IPv6" };
        write!(f, "{half}the {family} default route")?;
        if self.table != MAIN {
            write!(f, " of table {}", self.table)?;
        }
        if self.length > 0 {
            write!(f, " ({}/{})", self.to, self.length)?;
        }
        Ok(())
    }
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
