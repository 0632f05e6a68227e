//! The tables of ours in the kernel: the judge's, and the gates behind it.

use std::thread;
use std::time::{Duration, Instant};

use vifguard_netlink::Error;
use vifguard_netlink::nft::{Connection, Family, Generation, TableId};

use crate::binding;
use crate::change::Change;
use crate::held::{Depth, Held};
use crate::names::TABLE;
use crate::program::Gate;

/// The families in which a gate stands.
pub(crate) const GATES: [Family; 3] = [Family::Bridge, Family::Inet, Family::Arp];

/// How often to begin again when somebody changes nf_tables meanwhile.
const PATIENCE: usize = 32;
/// Between two steps of a change lies a wait for frames under way, or the time of the kernel for a large
/// transaction. When nothing has moved for so long, whoever began it is gone.
const ABANDONED: Duration = Duration::from_secs(2);
/// Between two looks at a change that somebody has begun.
const PAUSE: Duration = Duration::from_millis(10);

/// All that the kernel holds of ours, read in one consistent state.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// The judge's, at netdev ingress.
    pub main: Held,
    /// The gates behind it.
    pub gates: Vec<(Family, Held)>,
}

impl Tables {
    /// Reads them, and the generation for which that holds.
    pub fn read(kernel: &mut Connection, depth: Depth) -> Result<(Generation, Tables), Error> {
        for _ in 0..PATIENCE {
            let before = kernel.generation()?;
            let tables = Tables::read_once(kernel, depth, before);
            if kernel.generation()? == before {
                return tables.map(|tables| (before, tables));
            }
        }
        Err(Error::Stale)
    }

    /// Reads them when nobody is in the middle of a change: for those who judge what they find and change
    /// nothing. Who wants to change something does so, and whoever was in the middle begins anew.
    pub fn read_settled(kernel: &mut Connection) -> Result<Tables, Error> {
        let (mut last, mut tables) = Tables::read(kernel, Depth::Whole)?;
        let mut since = Instant::now();
        while tables.main.is_unfinished() && since.elapsed() < ABANDONED {
            thread::sleep(PAUSE);
            if kernel.generation()? != last {
                (last, tables) = Tables::read(kernel, Depth::Whole)?;
                since = Instant::now();
            }
        }
        Ok(tables)
    }

    fn read_once(
        kernel: &mut Connection,
        depth: Depth,
        generation: Generation,
    ) -> Result<Tables, Error> {
        let main = Held::read(kernel, &main_table(), depth, generation)?;
        let gate = |family| {
            let held = Held::read(kernel, &table(family), Depth::Whole, generation)?;
            Ok((family, held))
        };
        let gates: Result<_, Error> = GATES.into_iter().map(gate).collect();
        Ok(Tables {
            main,
            gates: gates?,
        })
    }

    /// The gate in force; where families differ, one that refuses only what all refuse.
    pub fn gate(&self) -> Option<Gate> {
        let gates = self.gates.iter().filter(|(_, held)| held.present);
        let gates = gates.map(|(_, held)| Gate::read(held));
        gates.reduce(|one, other| one.meet(&other))
    }

    /// The gate that belongs to what the judge's table holds.
    fn gate_of_main(&self) -> Option<Gate> {
        let main = &self.main;
        if binding::is_by_device(main) {
            // There the judge's table does not say what patterns there are.
            return self.gate();
        }
        let specs = binding::specs(main);
        if specs.is_empty() {
            return self.gate();
        }
        let ports = main.entries.iter().filter_map(|entry| {
            let mode = entry.court?.class.mode();
            Some((entry.device.as_str(), mode))
        });
        Some(Gate::of(&specs, ports, main.unknown()))
    }

    /// Where the gates are not what the judge's table asks for.
    pub fn gate_drift(&self) -> Vec<String> {
        let gate = self.gate_of_main();
        let wrong = |held: &Held| match &gate {
            Some(gate) => !held.present || !Change::to_program(held, &gate.program()).is_empty(),
            None => false,
        };
        let wrong = self.gates.iter().filter(|(_, held)| wrong(held));
        wrong
            .map(|(family, held)| {
                let what = match held.present {
                    true => "was changed",
                    false => "is missing",
                };
                format!("the gate in the {} family {what}", family.name())
            })
            .collect()
    }
}

/// The table of a family.
pub fn table(family: Family) -> TableId {
    TableId {
        family,
        name: TABLE.to_owned(),
    }
}

/// The judge's table.
pub fn main_table() -> TableId {
    table(Family::Netdev)
}
