use vifguard_driver::{Error, Result};
use vifguard_netlink::Error as KernelError;
use vifguard_netlink::nft::{Connection, Family};

use crate::driver::{GATES, connect, main_table, step};
use crate::held::{Depth, Held, table};
use crate::probe;

/// How often to begin again when somebody changes nf_tables meanwhile.
const PATIENCE: usize = 20;

/// All that the kernel holds of ours at one moment, claims included, and the interfaces there were.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The table at netdev ingress.
    pub main: Held,
    /// The gates, by family; not there where base chains are bound by name.
    pub gates: Vec<(Family, Held)>,
    /// Names and numbers of the interfaces.
    pub interfaces: Vec<(String, u32)>,
}

impl Snapshot {
    /// Reads it.
    pub fn read() -> Result<Snapshot> {
        let mut kernel = connect()?;
        for _ in 0..PATIENCE {
            let read = Snapshot::read_once(&mut kernel);
            let read = read.map_err(|error| step("read what is in force", error))?;
            if let Some((main, gates)) = read {
                return Ok(Snapshot {
                    main,
                    gates,
                    interfaces: probe::interfaces()?
                        .into_iter()
                        .map(|link| (link.name, link.index))
                        .collect(),
                });
            }
        }
        Err(Error::Disturbed {
            driver: crate::driver::NAME,
            what: "nf_tables".to_owned(),
        })
    }

    #[expect(clippy::type_complexity, reason = "two of the fields")]
    fn read_once(
        kernel: &mut Connection,
    ) -> std::result::Result<Option<(Held, Vec<(Family, Held)>)>, KernelError> {
        let (generation, main) = Held::read(kernel, &main_table(), Depth::Whole)?;
        let mut gates = Vec::new();
        for family in GATES {
            let (now, gate) = Held::read(kernel, &table(family), Depth::Whole)?;
            if now != generation {
                return Ok(None);
            }
            gates.push((family, gate));
        }
        Ok(Some((main, gates)))
    }
}
