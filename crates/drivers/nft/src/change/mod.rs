//! From what the kernel holds to what it should hold, in steps between which every frame is judged
//! by the old policy or by the new one, whole.
//!
//! nf_tables commits a transaction at once, but a frame that looks things up twice can see the state
//! before and the state after. So: first all that is new is made beside what is there; then the ports
//! are flipped, each by one element; then, when no frame can be under way that saw the old state,
//! what nobody uses any more is cut away.

mod bases;
mod carry;
mod gates;
mod ports;
mod program;
mod ways;

use std::collections::{BTreeMap, HashSet};

use vifguard_driver::Applied;
use vifguard_netlink::nft::{BaseChain, Element, Family, Set};
use vifguard_policy::Unknown;

use crate::binding;
use crate::contents::Tenants;
use crate::edit::{Edit, Op};
use crate::held::Held;
use crate::program::{Gate, Program, Shape};
use crate::tables::Tables;

pub use ports::needs_contents;

/// What has to happen, step by step.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What an earlier change left behind that was not finished: nobody uses it.
    pub sweep: Edit,
    /// What gates must not refuse any longer, together with what is new.
    pub loosen: Vec<(Family, Edit)>,
    /// What is new, beside what is there.
    pub make: Edit,
    /// Rules that frames may be using were replaced: wait before the flip.
    pub replaces_rules: bool,
    /// A base chain that frames may be in goes: wait before the cut.
    pub replaces_base: bool,
    /// The ports.
    pub flip: Edit,
    /// Devices of the base chains before the judge's.
    pub lead: Edit,
    /// Base chains and their devices.
    pub open: Edit,
    /// The policies of base chains.
    pub close: Edit,
    /// What nobody uses any more.
    pub cut: Edit,
    /// What gates refuse from now on, together with that.
    pub tighten: Vec<(Family, Edit)>,
    /// What it means for ports.
    pub applied: Applied,
    /// Interfaces whose counters go too.
    pub forgotten: HashSet<String>,
    /// The first number that was not given to any port.
    pub next_number: u32,
}

/// The base chains of the table, by name.
pub type Bases = BTreeMap<String, BaseChain>;

/// What is to be in force.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The ports.
    pub tenants: &'a Tenants<'a>,
    /// What leads frames to the judge.
    pub bases: &'a Bases,
    /// What refuses those that the judge never had.
    pub gate: Option<&'a Gate>,
}

impl Change {
    /// What leads from what the kernel holds to what is wanted.
    pub fn of(tables: &Tables, wanted: Wanted<'_>) -> Change {
        let mut change = Change::between(&tables.main, wanted.tenants, wanted.bases);
        change.gates(tables, wanted.gate);
        if tables.main.is_unfinished() && !change.applied.repaired.is_empty() {
            // What looks like somebody else's work is the half of ours.
            change.applied.repaired = vec!["a change that was begun and not finished".to_owned()];
        }
        change.applied.otherwise = !change.is_empty() && change.applied.is_nothing();
        change
    }

    /// What leads from `held` to `tenants` behind `bases`.
    pub fn between(held: &Held, tenants: &Tenants<'_>, bases: &Bases) -> Change {
        let bases = &binding::settle(held, bases);
        if held.present && (held.dormant || is_foreign(held, tenants)) {
            return Change::rebuild(held, tenants, bases);
        }
        let mut change = Change {
            next_number: held.free_number(),
            ..Change::default()
        };
        let scale = tenants.shape.scale.max(held.shape().scale);
        let last = Program::of(&Shape {
            scale,
            ..tenants.shape.clone()
        });
        let first = match held.present {
            true => Program::of(&union(&held.shape(), &tenants.shape)),
            false => last.clone(),
        };
        change.make_program(held, &first, &Program::of(&held.shape()));
        let live = change.ports(held, tenants);
        change.taken(held, tenants);
        change.bases(held, bases);
        change.leave_bases(held, bases);
        change.cut_program(held, &first, &last, bases);
        change.cut_claims(held, tenants, &live);
        change.ways(held, tenants);
        change
    }

    /// What leads from `held` to a table that no ports fill.
    pub fn to_program(held: &Held, program: &Program) -> Change {
        let other_form = |(set, _): &(Set, Vec<Element>)| {
            held.sets.get(&set.name).is_some_and(|there| there != set)
        };
        if held.dormant || program.sets.values().any(other_form) {
            let mut fresh = Change::to_program(&Held::default(), program);
            fresh.make.0.insert(0, Op::DeleteTable);
            return fresh;
        }
        let mut change = Change::default();
        let (based, plain): (Vec<_>, Vec<_>) = program
            .chains
            .iter()
            .partition(|(_, body)| body.base.is_some());
        let plain = Program {
            sets: program.sets.clone(),
            chains: plain
                .into_iter()
                .map(|(name, body)| (name.clone(), body.clone()))
                .collect(),
        };
        change.make_program(held, &plain, &plain);
        let mut bases = Bases::new();
        for (name, body) in based {
            if let Some(base) = &body.base {
                change.base(held, name, base, &body.rules);
                bases.insert(name.clone(), base.clone());
            }
        }
        change.cut_program(held, &plain, &plain, &bases);
        change
    }

    /// The table was made by somebody else, or by a release that laid it out otherwise, or it was put to
    /// sleep: it is replaced whole, in one transaction.
    fn rebuild(held: &Held, tenants: &Tenants<'_>, bases: &Bases) -> Change {
        let mut fresh = Change::between(&Held::default(), tenants, bases);
        fresh.carry_over(held, tenants);
        let mut whole = Edit(vec![Op::DeleteTable]);
        for step in [
            &mut fresh.make,
            &mut fresh.flip,
            &mut fresh.lead,
            &mut fresh.open,
        ] {
            whole.0.append(&mut step.0);
        }
        fresh.make = whole;
        fresh
            .applied
            .repaired
            .push("the table was laid out otherwise and is made anew".to_owned());
        fresh.next_number = fresh.next_number.max(held.free_number());
        fresh
    }

    /// Is the host already so?
    pub fn is_empty(&self) -> bool {
        let gates = self.loosen.iter().chain(&self.tighten);
        self.steps()
            .chain(gates.map(|(_, edit)| edit))
            .all(Edit::is_empty)
    }

    /// The transactions of the judge's table, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Edit> {
        [
            &self.make,
            &self.flip,
            &self.lead,
            &self.open,
            &self.close,
            &self.cut,
        ]
        .into_iter()
    }
}

/// Does a set of ours have another form than we give it? Nothing can be added to such a table.
fn is_foreign(held: &Held, tenants: &Tenants<'_>) -> bool {
    let program = Program::of(&union(&held.shape(), &tenants.shape));
    program
        .sets
        .values()
        .any(|(set, _)| held.sets.get(&set.name).is_some_and(|there| there != set))
}

fn union(held: &Shape, wanted: &Shape) -> Shape {
    let mut shape = wanted.clone();
    shape.classes.extend(&held.classes);
    shape.v4_lengths.extend(&held.v4_lengths);
    shape.v6_lengths.extend(&held.v6_lengths);
    shape.taken_lengths.extend(&held.taken_lengths);
    shape.scale = shape.scale.max(held.scale);
    // Interfaces without a port fall silent after new ports are there, and are let through before
    // old ones are gone.
    if wanted.unknown == Unknown::Refuse {
        shape.unknown = held.unknown;
    }
    shape
}
