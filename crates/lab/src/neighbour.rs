use std::net::IpAddr;

use crate::error::Result;
use crate::link::Link;
use crate::mac::Mac;
use crate::netns::Netns;

/// How sure the kernel is of a neighbour (`NUD_*`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reachability {
    /// Nothing known.
    #[default]
    None,
    /// Asked, not answered yet.
    Incomplete,
    /// Confirmed a moment ago.
    Reachable,
    /// Was known once; to be confirmed when used.
    Stale,
    /// Used, about to be confirmed.
    Delay,
    /// Being confirmed.
    Probe,
    /// Asked in vain.
    Failed,
    /// Needs no resolving: multicast, or a static entry of a bridge.
    NoArp,
    /// Set by hand, or a bridge's own address.
    Permanent,
}

/// What the stack believes about who has an address: what ARP and ND spoofing is after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The address.
    pub ip: IpAddr,
    /// The Ethernet address believed to have it, if any.
    pub mac: Option<Mac>,
    /// The device it was learned on.
    pub device: String,
    /// How sure it is.
    pub state: Reachability,
}

impl Netns {
    /// The neighbour table, both families.
    pub fn neighbours(&self) -> Result<Vec<Neighbour>> {
        let rows = self.rtnl(|| "list neighbours".to_owned(), |rtnl| rtnl.neighbours())?;
        let names = self.names()?;
        let named = rows.into_iter().filter_map(|row| {
            Some(Neighbour {
                ip: row.ip?,
                mac: row.mac,
                device: names.of(row.device),
                state: row.state,
            })
        });
        Ok(named.collect())
    }

    /// Whom the stack believes to have an address; `None` if it has no answer.
    pub fn neighbour(&self, ip: IpAddr) -> Result<Option<Mac>> {
        Ok(self
            .neighbours()?
            .into_iter()
            .find(|row| row.ip == ip)
            .and_then(|row| row.mac))
    }
}

impl Link {
    /// Sets an entry that no ARP or neighbor discovery changes.
    pub fn pin_neighbour(&self, ip: IpAddr, mac: Mac) -> Result<()> {
        let step = || format!("set neighbour {ip} on {}", self.name());
        self.netns()
            .rtnl(step, |rtnl| rtnl.pin_neighbour(self.index(), ip, mac))
    }
}
