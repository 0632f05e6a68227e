//! One frame alone.

use vifguard_nft::Snapshot;

use super::ask::Spelled;
use super::ingress::{Arrival, Ingress};
use super::interface::{Interface, Interfaces};
use super::machine::{Machine, Run, State, Station};
use super::table::Table;
use super::trace::Taken;
use crate::frame::Given;
use crate::outcome::{Fate, Outcome};

/// The kernel's rules, for one frame after another.
pub struct Rulebook<'h> {
    table: Table<'h>,
    interfaces: Interfaces<'h>,
}

impl<'h> Rulebook<'h> {
    /// What was read at netdev ingress.
    pub fn of(snapshot: &'h Snapshot) -> Rulebook<'h> {
        Rulebook {
            table: Table::new(&snapshot.main),
            interfaces: Interfaces::of(snapshot),
        }
    }

    /// What the kernel makes of a frame from an interface, and the rules that match; none if it meets
    /// what cannot be read, or is not of those that the proof speaks of.
    pub fn follow(&self, device: &str, frame: &[u8]) -> Option<(Outcome, Vec<Taken>)> {
        let interface = self.interfaces.interface(device);
        let sight = Given::of(frame, false)?;
        carry_out(
            Some(&self.table),
            Arrival::Plain,
            [].into_iter(),
            &interface,
            &sight,
        )
    }
}

/// The way of a frame, with gates behind; without a table, that of one that never came to netdev ingress.
pub(super) fn carry_out<'t>(
    table: Option<&Table<'_>>,
    arrival: Arrival,
    gates: impl Iterator<Item = &'t Table<'t>>,
    interface: &Interface<'_>,
    sight: &Given<'_>,
) -> Option<(Outcome, Vec<Taken>)> {
    let mut outcome = Outcome::pass();
    let mut taken = Vec::new();
    if let Some(table) = table {
        let mut ingress = Ingress::new(table, sight, interface, &Spelled);
        let mut run = ingress.start(arrival);
        outcome = run.clone().settled()?;
        for base in table.ingress(&interface.device) {
            if outcome.fate == Fate::Drop {
                break;
            }
            let (had, flat) = (outcome.is_witnessed(), outcome.is_flat());
            let lost = arrival == Arrival::Lost && !flat;
            let machine = ingress.machine(State { had, flat, lost });
            taken.extend(machine.trace(&[base]));
            run = ingress.behind(arrival, run, base);
            outcome = run.clone().settled()?;
        }
    }
    let had = outcome.is_witnessed();
    for gate in gates {
        if outcome.fate == Fate::Drop {
            break;
        }
        let machine = Machine::new(gate, Station::Gate { had }, sight, interface, &Spelled);
        let bases = gate.prerouting();
        let end = machine.run(Run::all_pass(true), &bases).settled()?;
        taken.extend(machine.trace(&bases));
        outcome.fate = end.fate;
        outcome.counted.extend(end.counted);
    }
    Some((outcome.seen(), taken))
}

impl Run<bool> {
    /// What became of the one frame; none if it met what cannot be read.
    fn settled(self) -> Option<Outcome> {
        let mut outcomes = self.outcomes.into_iter();
        outcomes.find(|(_, is)| *is).map(|(outcome, _)| outcome)
    }
}
