use std::os::fd::AsFd;

use crate::error::Result;
use crate::link::Link;
use crate::mac::Mac;
use crate::netns::Netns;
use crate::rtnl::End;

/// A pair of devices, each end in a namespace of its own; what one sends, the other receives. Both are down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Veth {
    /// The end in the namespace that made the pair.
    pub here: Link,
    /// The other end.
    pub there: Link,
}

impl Netns {
    /// A pair with random addresses: `name` here, `peer` in the other namespace (which may be the same).
    pub fn veth(&self, name: &str, other: &Netns, peer: &str) -> Result<Veth> {
        self.veth_with(name, None, other, peer, None)
    }

    /// A pair with given addresses.
    pub fn veth_with(
        &self,
        name: &str,
        mac: Option<Mac>,
        other: &Netns,
        peer: &str,
        peer_mac: Option<Mac>,
    ) -> Result<Veth> {
        let here = End {
            name,
            mac,
            netns: self.as_fd(),
        };
        let there = End {
            name: peer,
            mac: peer_mac,
            netns: other.as_fd(),
        };
        let step = || format!("make the pair {name} and {peer} (in {})", other.name());
        self.rtnl(step, |rtnl| rtnl.add_veth(&here, &there))?;
        Ok(Veth {
            here: self.link(name)?,
            there: other.link(peer)?,
        })
    }
}
