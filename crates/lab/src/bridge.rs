use std::time::Duration;

use crate::error::Result;
use crate::link::Link;
use crate::mac::Mac;
use crate::netns::Netns;

/// How a bridge is made. The default is quiet: no spanning tree, no snooping, the kernel's ageing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BridgeOptions {
    /// How long a learned entry lives without a frame; `None` for the kernel's 300 s.
    pub ageing: Option<Duration>,
    /// Multicast snooping. Off, so that a bridge sends no queries and floods every group.
    pub mcast_snooping: bool,
    /// The spanning tree of the kernel. Off, so that a port forwards as soon as it is up.
    pub stp: bool,
    /// Its own address. Left out, it is random, and follows the lowest address among the ports.
    pub mac: Option<Mac>,
}

impl Netns {
    /// A new bridge with the defaults of [`BridgeOptions`], up.
    pub fn bridge(&self, name: &str) -> Result<Link> {
        self.bridge_with(name, &BridgeOptions::default())
    }

    /// A new bridge, up.
    pub fn bridge_with(&self, name: &str, options: &BridgeOptions) -> Result<Link> {
        self.rtnl(
            || format!("make bridge {name}"),
            |rtnl| rtnl.add_bridge(name, options),
        )?;
        let bridge = self.link(name)?;
        bridge.up()?;
        Ok(bridge)
    }
}
