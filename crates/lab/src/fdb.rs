use crate::error::Result;
use crate::mac::Mac;
use crate::neighbour::Reachability;
use crate::netns::Netns;

/// A row of a bridge's forwarding database: which port an Ethernet address is behind.
///
/// Rows are ordered and hold no timer, so that two readings can be compared as they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FdbEntry {
    /// The address.
    pub mac: Mac,
    /// The port, or the bridge itself.
    pub port: String,
    /// The VLAN, on bridges that filter them.
    pub vlan: Option<u16>,
    /// Learned from a frame; otherwise it is the address of a port, or set by hand.
    pub learned: bool,
}

impl Netns {
    /// The forwarding database of one bridge, sorted.
    pub fn fdb(&self, bridge: &str) -> Result<Vec<FdbEntry>> {
        let master = self.link(bridge)?.index();
        let rows = self.rtnl(|| format!("list the fdb of {bridge}"), |rtnl| rtnl.fdb())?;
        let names = self.names()?;
        let of_this_bridge = rows.into_iter().filter(|row| row.master == Some(master));
        let mut entries: Vec<_> = of_this_bridge
            .filter_map(|row| {
                let learned = !matches!(row.state, Reachability::Permanent | Reachability::NoArp);
                Some(FdbEntry {
                    mac: row.mac?,
                    port: names.of(row.device),
                    vlan: row.vlan,
                    learned,
                })
            })
            .collect();
        entries.sort();
        Ok(entries)
    }

    /// The port behind which the bridge believes an address to be, if it has learned one.
    pub fn learned_port(&self, bridge: &str, mac: Mac) -> Result<Option<String>> {
        let row = self
            .fdb(bridge)?
            .into_iter()
            .find(|row| row.learned && row.mac == mac);
        Ok(row.map(|row| row.port))
    }
}
