//! What the kernel makes of all frames from one interface, against what it should.

use std::collections::BTreeMap;

use oxidd::bcdd::BCDDFunction;
use vifguard_netlink::nft::Family;
use vifguard_policy::Mode;

use super::ask::Ask;
use super::ingress::{Arrival, Ingress};
use super::interface::Interface;
use super::machine::{Machine, Notes, Place, Run, Station};
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
    /// Base chains are bound by name: the judge must have every frame, not only those that gates see.
    pub(super) by_name: bool,
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
    /// How they come to netdev ingress.
    pub(crate) arrival: Arrival,
    /// They come to it past netdev ingress.
    pub(crate) unjudged: bool,
    /// It matters that the interface is in no bridge, so that no gate sees them.
    pub(crate) unbridged: bool,
    pub(crate) kind: Kind,
    /// Which ones.
    pub(crate) frames: BCDDFunction,
}

impl Disagreement {
    /// What should become of frames that never came to the judge, if they differ so.
    pub(super) fn expected(&self) -> Outcome {
        match self.kind {
            Kind::Passes => Outcome::unknown(),
            Kind::Lost | Kind::Counted => Outcome::pass(),
        }
    }
}

impl Expected<'_> {
    /// What should become of frames that never came to the judge.
    fn unjudged(&self) -> Fate {
        match self {
            Expected::Port(_, Mode::Enforce) => Fate::Drop,
            Expected::Port(_, Mode::Audit) => Fate::Pass,
            Expected::Always(outcome) => outcome.fate,
        }
    }
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
    /// How the frames come that are looked at.
    arrival: Arrival,
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
        arrival: Arrival::Plain,
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
        let rules = self.rules;
        let mut ingress = Ingress::new(rules.table, &sight, self.interface, self.ask);
        let expected = self.expected(&sight);
        let mut known: Vec<Run<BCDDFunction>> = Vec::new();
        for arrival in Arrival::of(&sight, &rules.bases) {
            let mut run = ingress.run(arrival, &rules.bases);
            let gates = rules.gates.iter().map(|(_, gate)| gate);
            for table in gates.chain([rules.table]) {
                for chain in table.elsewhere() {
                    let place = Place {
                        chain: chain.to_owned(),
                        rule: 0,
                        what: "it hangs at a hook that is not read".to_owned(),
                    };
                    run.unread.insert(place, self.diagrams.constant(true));
                }
            }
            // Nearly always it does not matter how they came.
            if !known.contains(&run) {
                self.arrival = arrival;
                self.behind(&sight, &run, &expected);
                known.push(run);
            }
        }
        self.result.notes[0].join(ingress.notes());
    }

    /// What becomes of frames behind netdev ingress.
    fn behind(&mut self, sight: &Any<'_>, run: &Run<BCDDFunction>, expected: &Outcomes<Diagrams>) {
        let start = || Run::all_pass(self.diagrams.constant(true));
        let mut plain = false;
        for (i, (family, gate)) in self.rules.gates.iter().enumerate() {
            let bases = gate.prerouting();
            let here = comes_to(sight, *family);
            if self.diagrams.is_never(&here) {
                continue;
            }
            if bases.is_empty() {
                self.judge_past(sight, &start(), &here, *family);
                plain = true;
                continue;
            }
            let behind = |before: &dyn Fn(bool) -> Run<BCDDFunction>, notes: &mut Notes, had| {
                let station = Station::Gate { had };
                let machine = Machine::new(gate, station, sight, self.interface, self.ask);
                let after = machine.run(before(had), &bases);
                notes.join(machine.notes());
                after
            };
            let notes = &mut self.result.notes[1 + i];
            let parts = |had| run.part(|outcome| outcome.is_witnessed() == had);
            let gated = behind(&parts, notes, true);
            let gated = gated.and(self.diagrams, behind(&parts, notes, false));
            let past = behind(&|_| start(), notes, false);
            self.judge_past(sight, &past, &here, *family);
            let (gated, run) = (gated.seen(self.diagrams), run.clone().seen(self.diagrams));
            if gated == run {
                plain = true;
                continue;
            }
            self.judge(sight, &gated, expected, &here, Some(*family));
        }
        let run = run.clone().seen(self.diagrams);
        let nowhere = || {
            let gated = [Family::Inet, Family::Arp].map(|family| comes_to(sight, family));
            self.diagrams.not(&self.diagrams.or(&gated[0], &gated[1]))
        };
        if plain || self.rules.gates.is_empty() {
            let all = self.diagrams.constant(true);
            self.judge(sight, &run, expected, &all, None);
        } else if self.rules.by_name {
            self.judge(sight, &run, expected, &nowhere(), None);
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
        let (case, arrival) = (sight.case(), self.arrival);
        let unbridged = hook.is_none() && *here != logic.constant(true);
        let found = found.into_iter().map(|(kind, frames)| Disagreement {
            case,
            hook,
            arrival,
            unjudged: false,
            unbridged,
            kind,
            frames,
        });
        self.result.disagreements.extend(found);
    }

    /// Frames that came to a gate past netdev ingress.
    fn judge_past(
        &mut self,
        sight: &Any<'_>,
        run: &Run<BCDDFunction>,
        here: &BCDDFunction,
        family: Family,
    ) {
        let logic = self.diagrams;
        let there = logic.and(&sight.there_are(), here);
        let (should, kind) = match self.expected.unjudged() {
            Fate::Drop => (Fate::Drop, Kind::Passes),
            Fate::Pass => (Fate::Pass, Kind::Lost),
        };
        let wrong = run.outcomes.iter().filter(|(is, _)| is.fate != should);
        let wrong = wrong.fold(logic.constant(false), |all, (_, bit)| logic.or(&all, bit));
        let frames = logic.and(&there, &wrong);
        if !logic.is_never(&frames) {
            self.result.disagreements.push(Disagreement {
                case: sight.case(),
                hook: Some(family),
                arrival: self.arrival,
                unjudged: true,
                unbridged: false,
                kind,
                frames,
            });
        }
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
