//! The gates: before a change they refuse only what both policies do, and after it what the new one does.

use vifguard_netlink::nft::Family;

use super::Change;
use crate::edit::{Edit, Op};
use crate::held::Held;
use crate::program::Gate;
use crate::tables::Tables;

impl Change {
    pub(super) fn gates(&mut self, tables: &Tables, wanted: Option<&Gate>) {
        let there = tables.gate();
        let first = there.map(|there| match wanted {
            Some(wanted) => there.meet(wanted),
            None => Gate::default(),
        });
        for (family, held) in &tables.gates {
            let first = first.as_ref().filter(|_| held.present);
            let before = match first.map(Gate::program) {
                Some(first) => {
                    self.loosen.extend(step(*family, held, &first));
                    Held::of(&first)
                }
                None => Held::default(),
            };
            match wanted {
                Some(gate) => self.tighten.extend(step(*family, &before, &gate.program())),
                None if held.present => {
                    let gone = Edit(vec![Op::DeleteTable]);
                    self.tighten.push((*family, gone));
                }
                None => {}
            }
        }
        self.applied.repaired.extend(tables.gate_drift());
    }
}

/// From one gate to another, at once.
fn step(family: Family, held: &Held, program: &crate::program::Program) -> Option<(Family, Edit)> {
    let change = Change::to_program(held, program);
    let ops = change.steps().flat_map(|edit| edit.0.iter().cloned());
    let edit = Edit(ops.collect());
    (!edit.is_empty()).then_some((family, edit))
}
