use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::error::Result;
use crate::link::Link;
use crate::netns::Netns;

/// A unicast route of the main table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The destination; a length of 0 is the default route.
    pub to: IpNet,
    /// The gateway, unless the destination is on the link.
    pub via: Option<IpAddr>,
    /// The device.
    pub device: String,
}

impl Netns {
    /// The unicast routes of its main table, both families.
    pub fn routes(&self) -> Result<Vec<Route>> {
        let found = self.rtnl(|| "list routes".to_owned(), |rtnl| rtnl.routes())?;
        let names = self.names()?;
        Ok(found
            .into_iter()
            .map(|(index, route)| Route {
                device: names.of(index),
                ..route
            })
            .collect())
    }
}

impl Link {
    /// Adds the default route of the gateway's family. The gateway need not lie in a prefix of the device.
    pub fn add_default_route(&self, via: IpAddr) -> Result<()> {
        let to = match via {
            IpAddr::V4(_) => IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
            IpAddr::V6(_) => IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)),
        };
        self.add_route(to, Some(via))
    }

    /// Adds a route over this device, with or without a gateway.
    pub fn add_route(&self, to: IpNet, via: Option<IpAddr>) -> Result<()> {
        let step = || format!("add a route to {to} over {}", self.name());
        self.netns()
            .rtnl(step, |rtnl| rtnl.add_route(self.index(), to, via))
    }

    /// Removes a route over this device.
    pub fn delete_route(&self, to: IpNet) -> Result<()> {
        let step = || format!("remove the route to {to} over {}", self.name());
        self.netns()
            .rtnl(step, |rtnl| rtnl.delete_route(self.index(), to))
    }
}
