//! What the kernel makes of all frames from one interface, against what it should.

use std::collections::BTreeMap;

use oxidd::bcdd::BCDDFunction;
use vifguard_netlink::nft::Family;
use vifguard_policy::Mode;

use super::ask::Ask;
use super::interface::Interface;
use super::machine::{Machine, Notes, Place, Run};
use super::table::Table;
use crate::claims::Claims;
use crate::diagram::Diagrams;
use crate::frame::{ARP, Any, Carries, Case, Sight};
use crate::logic::Logic;
use crate::outcome::{Fate, Outcome, Outcomes, add};
use crate::spec::spec;
use crate::word::Words;

/// Rules that frames from one interface meet: at netdev ingress, and behind it.
pub(super) struct Rules<'m> {
    pub(super) table: &'m Table<'m>,
    /// Base chains of the table that see the interface.
    pub(super) bases: Vec<&'m str>,
    /// Gates behind it.
    pub(super) gates: &'m [(Family, Table<'m>)],
}

/// What should become of frames.
pub(super) enum Expected<'a> {
    /// What the contract says of a port with these claims.
    Port(&'a dyn Claims<Diagrams>, Mode),
    /// The same for all: the interface has no port.
    Always(Outcome),
}

/// Frames that meet another fate than they should.
pub(crate) struct Disagreement {
    pub(crate) case: Case,
    /// A further hook that they come to, if that matters.
    pub(crate) hook: Option<Family>,
    pub(crate) kind: Kind,
    /// Which ones.
    pub(crate) frames: BCDDFunction,
}

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The kernel lets through what it must not.
    Passes,
    /// The kernel drops what it must let through.
    Lost,
    /// The fate is right, and what is counted is not.
    Counted,
}

/// The result of a comparison.
pub(super) struct Comparison {
    pub(super) disagreements: Vec<Disagreement>,
    pub(super) unread: Vec<Place>,
    /// Where it mattered which interface it is: in the table, and in the gates.
    pub(super) notes: Vec<Notes>,
}

impl Comparison {
    pub(super) fn is_equal(&self) -> bool {
        self.disagreements.is_empty() && self.unread.is_empty()
    }
}

/// One comparison on its way.
struct Comparing<'c, A> {
    diagrams: &'c Diagrams,
    rules: &'c Rules<'c>,
    interface: &'c Interface<'c>,
    ask: &'c A,
    expected: &'c Expected<'c>,
    result: Comparison,
}

/// Compares, for all frames of these kinds.
pub(super) fn compare<A: Ask<Diagrams>>(
    diagrams: &Diagrams,
    rules: &Rules<'_>,
    interface: &Interface<'_>,
    ask: &A,
    expected: &Expected<'_>,
    cases: Vec<Case>,
) -> Comparison {
    let mut comparing = Comparing {
        diagrams,
        rules,
        interface,
        ask,
        expected,
        result: Comparison {
            disagreements: Vec::new(),
            unread: Vec::new(),
            notes: vec![Notes::default(); 1 + rules.gates.len()],
        },
    };
    cases.into_iter().for_each(|case| comparing.case(case));
    comparing.result.unread.sort_unstable();
    comparing.result.unread.dedup();
    comparing
        .result
        .disagreements
        .sort_by_key(|found| found.kind);
    comparing.result
}

impl<A: Ask<Diagrams>> Comparing<'_, A> {
    fn case(&mut self, case: Case) {
        self.ask.begin();
        let sight = Any::of(self.diagrams, case);
        let machine = Machine::new(self.rules.table, &sight, self.interface, self.ask);
        let start = Run::all_pass(self.diagrams.constant(true));
        let mut run = machine.run(start, &self.rules.bases);
        let gates = self.rules.gates.iter().map(|(_, gate)| gate);
        for table in gates.chain([self.rules.table]) {
            for chain in table.elsewhere() {
                let place = Place {
                    chain: chain.to_owned(),
                    rule: 0,
                    what: "it hangs at a hook that is not read".to_owned(),
                };
                run.unread.insert(place, self.diagrams.constant(true));
            }
        }
        let expected = self.expected(&sight);
        self.result.notes[0].join(machine.notes());
        let mut plain = false;
        for (i, (family, gate)) in self.rules.gates.iter().enumerate() {
            let bases = gate.prerouting();
            let here = comes_to(&sight, *family);
            if bases.is_empty() || self.diagrams.is_never(&here) {
                plain |= bases.is_empty();
                continue;
            }
            let machine = Machine::new(gate, &sight, self.interface, self.ask);
            let gated = machine.run(run.clone(), &bases);
            self.result.notes[1 + i].join(machine.notes());
            if gated == run {
                plain = true;
                continue;
            }
            self.judge(&sight, &gated, &expected, &here, Some(*family));
        }
        if plain || self.rules.gates.is_empty() {
            let all = self.diagrams.constant(true);
            self.judge(&sight, &run, &expected, &all, None);
        }
    }

    fn expected(&self, sight: &Any<'_>) -> Outcomes<Diagrams> {
        let all = self.diagrams.constant(true);
        match self.expected {
            Expected::Always(outcome) => BTreeMap::from([(outcome.clone(), all)]),
            Expected::Port(claims, mode) => {
                let mut outcomes = BTreeMap::new();
                for (verdict, bit) in spec(sight, *claims) {
                    add(
                        self.diagrams,
                        &mut outcomes,
                        Outcome::of(verdict, *mode),
                        bit,
                    );
                }
                outcomes
            }
        }
    }

    fn judge(
        &mut self,
        sight: &Any<'_>,
        run: &Run<BCDDFunction>,
        expected: &Outcomes<Diagrams>,
        here: &BCDDFunction,
        hook: Option<Family>,
    ) {
        let logic = self.diagrams;
        let known = self.ask.known();
        let known = known.unwrap_or_else(|| logic.constant(true));
        let there = logic.all(&[sight.there_are(), here.clone(), known]);
        for (place, bit) in &run.unread {
            if !logic.is_never(&logic.and(&there, bit)) {
                self.result.unread.push(place.clone());
            }
        }
        let mut found: BTreeMap<Kind, BCDDFunction> = BTreeMap::new();
        for (is, bit) in &run.outcomes {
            for (should, other) in expected {
                if let Some(kind) = kind(is, should) {
                    let both = logic.and(&logic.and(&there, bit), other);
                    add(logic, &mut found, kind, both);
                }
            }
        }
        let case = sight.case();
        let found = found.into_iter().map(|(kind, frames)| Disagreement {
            case,
            hook,
            kind,
            frames,
        });
        self.result.disagreements.extend(found);
    }
}

/// How they differ, if they do.
pub(super) fn kind(is: &Outcome, should: &Outcome) -> Option<Kind> {
    match (is.fate, should.fate) {
        (Fate::Pass, Fate::Drop) => Some(Kind::Passes),
        (Fate::Drop, Fate::Pass) => Some(Kind::Lost),
        _ => (is != should).then_some(Kind::Counted),
    }
}

/// Frames that a family's first hook sees, wherever the interface is: a bridge hands it all, a host's own
/// stack its IP and ARP.
fn comes_to(sight: &Any<'_>, family: Family) -> BCDDFunction {
    let logic = sight.logic();
    let Case { tag, carries } = sight.case();
    let is_ip = !matches!(carries, Carries::Other);
    match family {
        Family::Bridge | Family::Netdev => logic.constant(true),
        Family::Inet => logic.constant(is_ip && tag.is_none()),
        Family::Arp if is_ip || tag.is_some() => logic.constant(false),
        Family::Arp => logic.is(&sight.ethertype(), u64::from(ARP)),
    }
}
