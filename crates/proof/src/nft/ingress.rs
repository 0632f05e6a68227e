//! Netdev ingress: base chains one after the other, of which each sees what the ones before noted on a
//! frame.

use super::ask::Ask;
use super::interface::Interface;
use super::machine::{Machine, Notes, Run, State, Station};
use super::table::Table;
use crate::frame::{BitOf, Carries, Sight};
use crate::logic::Logic;
use crate::outcome::{Count, Fate, Outcome};

/// How frames come there. What becomes of them must not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// In one piece, without a mark.
    #[default]
    Plain,
    /// A classifier of the host, which sees them before, has set the bit that says "judged".
    Marked,
    /// The IPv6 header lies in pieces, and the kernel finds no upper layer.
    Lost,
}

impl Arrival {
    /// Those that can matter.
    pub(crate) fn of<S: Sight>(sight: &S, bases: &[&str]) -> Vec<Arrival> {
        let mut arrivals = vec![Arrival::Plain];
        if !bases.is_empty() {
            arrivals.push(Arrival::Marked);
            arrivals.extend(is_ipv6(sight).then_some(Arrival::Lost));
        }
        arrivals
    }
}

/// The base chains of a table, for frames of a sight that come from an interface.
pub(crate) struct Ingress<'m, S: Sight, A> {
    table: &'m Table<'m>,
    sight: &'m S,
    interface: &'m Interface<'m>,
    ask: &'m A,
    machines: Vec<(State, Machine<'m, S, A>)>,
}

impl<'m, S: Sight, A: Ask<S::Logic>> Ingress<'m, S, A> {
    pub(crate) fn new(
        table: &'m Table<'m>,
        sight: &'m S,
        interface: &'m Interface<'m>,
        ask: &'m A,
    ) -> Ingress<'m, S, A> {
        Ingress {
            table,
            sight,
            interface,
            ask,
            machines: Vec::new(),
        }
    }

    /// All frames, before any rule.
    pub(crate) fn start(&self, arrival: Arrival) -> Run<BitOf<S>> {
        let notes = [
            (arrival == Arrival::Marked, Count::Witnessed),
            (!is_ipv6(self.sight), Count::Flattened),
        ];
        let notes = notes.into_iter().filter(|(noted, _)| *noted);
        let mut start = Outcome::pass();
        start.counted.extend(notes.map(|(_, note)| note));
        Run::all(start, self.sight.logic().constant(true))
    }

    /// What base chains make of all frames.
    pub(crate) fn run(&mut self, arrival: Arrival, bases: &[&str]) -> Run<BitOf<S>> {
        let start = self.start(arrival);
        let next = |run, base: &&str| self.behind(arrival, run, base);
        bases.iter().fold(start, next)
    }

    /// Frames that got through so far come to a further base chain.
    pub(crate) fn behind(
        &mut self,
        arrival: Arrival,
        before: Run<BitOf<S>>,
        base: &str,
    ) -> Run<BitOf<S>> {
        let logic = self.sight.logic();
        let mut after = before.part(|outcome| outcome.fate == Fate::Drop);
        for (had, flat) in [(false, false), (false, true), (true, false), (true, true)] {
            let mut part = before.part(|outcome| {
                let noted = (outcome.is_witnessed(), outcome.is_flat());
                outcome.fate == Fate::Pass && noted == (had, flat)
            });
            if part.outcomes.is_empty() {
                continue;
            }
            part.unread.clear();
            let lost = arrival == Arrival::Lost && !flat;
            let machine = self.machine(State { had, flat, lost });
            after = after.and(logic, machine.run(part, &[base]));
        }
        after
    }

    /// What carries rules out for frames of which this is so.
    pub(crate) fn machine(&mut self, state: State) -> &Machine<'m, S, A> {
        let there = self.machines.iter().position(|(of, _)| *of == state);
        let at = there.unwrap_or_else(|| {
            let station = Station::Ingress(state);
            let machine = Machine::new(self.table, station, self.sight, self.interface, self.ask);
            self.machines.push((state, machine));
            self.machines.len() - 1
        });
        &self.machines[at].1
    }

    /// Where it mattered which interface it is.
    pub(crate) fn notes(&self) -> Notes {
        let mut notes = Notes::default();
        for (_, machine) in &self.machines {
            notes.join(machine.notes());
        }
        notes
    }
}

fn is_ipv6<S: Sight>(sight: &S) -> bool {
    matches!(sight.case().carries, Carries::Ipv6(_))
}
