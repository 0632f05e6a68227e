use vifguard_driver::Result;
use vifguard_netlink::nft::Family;

use crate::driver::{connect, step};
use crate::held::Held;
use crate::probe;
use crate::tables::Tables;

/// All that the kernel holds of ours at one moment, claims included, and the interfaces there were.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The table at netdev ingress.
    pub main: Held,
    /// The gates, by family.
    pub gates: Vec<(Family, Held)>,
    /// Names and numbers of the interfaces.
    pub interfaces: Vec<(String, u32)>,
}

impl Snapshot {
    /// Reads it.
    pub fn read() -> Result<Snapshot> {
        let mut kernel = connect()?;
        let read = Tables::read_settled(&mut kernel);
        let tables = read.map_err(|error| step("read what is in force", error))?;
        let links = probe::interfaces()?.into_iter();
        Ok(Snapshot {
            main: tables.main,
            gates: tables.gates,
            interfaces: links.map(|link| (link.name, link.index)).collect(),
        })
    }
}
