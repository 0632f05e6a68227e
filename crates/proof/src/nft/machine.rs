use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::rc::Rc;

use vifguard_netlink::nft::{CmpOp, Policy, Value};

use super::ask::Ask;
use super::byte::Key;
use super::chain::Summary;
use super::header::Upper;
use super::interface::Interface;
use super::table::Table;
use crate::frame::{BitOf, Sight};
use crate::logic::Logic;
use crate::outcome::{Fate, Outcome, add};

/// Where a table's rules meet frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Station {
    /// Netdev ingress, for frames of which this is so.
    Ingress(State),
    /// A gate behind it, for frames that the judge had or for those that it never had.
    Gate {
        /// The judge had them.
        had: bool,
    },
}

/// What is so of a frame that comes to a base chain at netdev ingress, and that its bytes do not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// Its mark says that the judge had it.
    pub(crate) had: bool,
    /// Its IPv6 header lies in one piece, or it has none.
    pub(crate) flat: bool,
    /// The kernel finds no upper layer where the header does not.
    pub(crate) lost: bool,
}

/// Carries rules out for the frames of a sight that come from an interface.
pub(crate) struct Machine<'m, S: Sight, A> {
    pub(super) table: &'m Table<'m>,
    pub(super) station: Station,
    pub(super) sight: &'m S,
    pub(super) interface: &'m Interface<'m>,
    pub(super) ask: &'m A,
    pub(super) upper: Upper<S>,
    pub(super) there_are: BitOf<S>,
    pub(super) summaries: RefCell<HashMap<String, Rc<Summary<S::Logic>>>>,
    pub(super) depth: Cell<usize>,
    pub(super) notes: RefCell<Notes>,
}

/// A rule that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) chain: String,
    /// Counted from 1; 0 stands for the chain itself.
    pub(crate) rule: usize,
    pub(crate) what: String,
}

/// Where it mattered which interface it is: another one of its class goes the same way if all of these
/// come out the same for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(super) tests: Vec<Test>,
    /// It mattered in a way that is not noted.
    pub(super) opaque: bool,
}

/// A question about bytes of the interface's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Compared {
        key: Key,
        op: CmpOp,
        with: Vec<u8>,
        held: bool,
    },
    Found {
        set: String,
        key: Key,
        /// What it leads to; nothing if it is not there.
        value: Option<Value>,
    },
}

/// What becomes of all frames, and which rules could not be read.
#[derive(Clone, PartialEq)]
pub(crate) struct Run<B> {
    pub(crate) outcomes: BTreeMap<Outcome, B>,
    pub(crate) unread: BTreeMap<Place, B>,
}

impl<B> Run<B> {
    /// Before any rule.
    pub(crate) fn all_pass(all: B) -> Run<B> {
        Run::all(Outcome::pass(), all)
    }

    /// All frames have this outcome so far.
    pub(crate) fn all(outcome: Outcome, all: B) -> Run<B> {
        Run {
            outcomes: BTreeMap::from([(outcome, all)]),
            unread: BTreeMap::new(),
        }
    }

    /// Frames of which something is noted or counted.
    pub(crate) fn part(&self, which: impl Fn(&Outcome) -> bool) -> Run<B>
    where
        B: Clone,
    {
        let outcomes = self.outcomes.iter();
        let outcomes = outcomes.filter(|(outcome, _)| which(outcome));
        Run {
            outcomes: outcomes
                .map(|(outcome, bit)| (outcome.clone(), bit.clone()))
                .collect(),
            unread: self.unread.clone(),
        }
    }

    /// The same, and what became of other frames.
    pub(crate) fn and<L: Logic<Bit = B>>(mut self, logic: &L, others: Run<B>) -> Run<B> {
        for (outcome, bit) in others.outcomes {
            add(logic, &mut self.outcomes, outcome, bit);
        }
        for (place, bit) in others.unread {
            add(logic, &mut self.unread, place, bit);
        }
        self
    }

    /// The same as an operator sees it.
    pub(crate) fn seen<L: Logic<Bit = B>>(self, logic: &L) -> Run<B> {
        let mut outcomes = BTreeMap::new();
        for (outcome, bit) in self.outcomes {
            add(logic, &mut outcomes, outcome.seen(), bit);
        }
        Run { outcomes, ..self }
    }
}

impl<'m, S: Sight, A: Ask<S::Logic>> Machine<'m, S, A> {
    pub(crate) fn new(
        table: &'m Table<'m>,
        station: Station,
        sight: &'m S,
        interface: &'m Interface<'m>,
        ask: &'m A,
    ) -> Machine<'m, S, A> {
        Machine {
            table,
            station,
            sight,
            interface,
            ask,
            upper: Upper::of(sight),
            there_are: sight.there_are(),
            summaries: RefCell::default(),
            depth: Cell::new(0),
            notes: RefCell::default(),
        }
    }

    pub(super) fn logic(&self) -> &'m S::Logic {
        self.sight.logic()
    }

    /// What base chains make of the frames that got through so far, one after the other.
    pub(crate) fn run(&self, before: Run<BitOf<S>>, bases: &[&str]) -> Run<BitOf<S>> {
        bases
            .iter()
            .fold(before, |run, base| self.behind(run, base))
    }

    /// Frames that got through so far come to a further base chain.
    fn behind(&self, before: Run<BitOf<S>>, base: &str) -> Run<BitOf<S>> {
        let logic = self.logic();
        let summary = self.chain(base);
        let policy = self.table.chain(base).and_then(|body| body.base.as_ref());
        let fate = match policy.map(|base| base.policy) {
            Some(Policy::Accept) => Fate::Pass,
            Some(Policy::Drop) | None => Fate::Drop,
        };
        let ends = summary.settled.iter().map(|(end, bit)| (end.clone(), bit));
        let falls = summary.back.iter().map(|(counted, bit)| {
            let counted = counted.clone();
            (Outcome { fate, counted }, bit)
        });
        let ends: Vec<_> = ends.chain(falls).collect();
        let mut after = Run {
            outcomes: BTreeMap::new(),
            unread: before.unread,
        };
        for (outcome, bit) in before.outcomes {
            if outcome.fate == Fate::Drop {
                add(logic, &mut after.outcomes, outcome, bit);
                continue;
            }
            for (end, which) in &ends {
                let end = Outcome::clone(end);
                let both = logic.and(&bit, which);
                if end.is_asked_late() {
                    let place = Place {
                        chain: base.to_owned(),
                        rule: 0,
                        what: "it asks whether the judge had a frame after saying so".to_owned(),
                    };
                    add(logic, &mut after.unread, place, both.clone());
                }
                let end = Outcome {
                    counted: [outcome.counted.as_slice(), &end.counted].concat(),
                    ..end
                };
                add(logic, &mut after.outcomes, end.settled(), both);
            }
            for (place, which) in &summary.unread {
                add(
                    logic,
                    &mut after.unread,
                    place.clone(),
                    logic.and(&bit, which),
                );
            }
        }
        after
    }

    /// Where it mattered which interface it is.
    pub(crate) fn notes(&self) -> Notes {
        self.notes.borrow().clone()
    }
}

impl Notes {
    /// Does another interface go the same way?
    pub(crate) fn hold_for(&self, interface: &Interface<'_>, table: &Table<'_>) -> bool {
        !self.opaque
            && self
                .tests
                .iter()
                .all(|test| test.holds_for(interface, table))
    }

    /// What names were compared with: interfaces that rules know by name.
    pub(crate) fn compared(&self) -> impl Iterator<Item = &[u8]> {
        self.tests.iter().filter_map(|test| match test {
            Test::Compared { with, .. } => Some(with.as_slice()),
            Test::Found { .. } => None,
        })
    }

    /// These too.
    pub(super) fn join(&mut self, more: Notes) {
        self.opaque |= more.opaque;
        more.tests.into_iter().for_each(|test| self.note(test));
    }

    pub(super) fn note(&mut self, test: Test) {
        if !self.tests.contains(&test) {
            self.tests.push(test);
        }
    }
}

impl Test {
    fn holds_for(&self, interface: &Interface<'_>, table: &Table<'_>) -> bool {
        match self {
            Test::Compared {
                key,
                op,
                with,
                held,
            } => interface
                .own(key)
                .is_some_and(|key| compare(&key, *op, with) == *held),
            Test::Found { set, key, value } => interface.own(key).is_some_and(|key| {
                let element = table.element(set, &key);
                element.map(|element| &element.value) == value.as_ref()
            }),
        }
    }
}

/// `nft_cmp_eval`, on bytes that are known.
fn compare(bytes: &[u8], op: CmpOp, with: &[u8]) -> bool {
    match op {
        CmpOp::Eq => bytes == with,
        CmpOp::Ne => bytes != with,
        CmpOp::Lt => bytes < with,
        CmpOp::Le => bytes <= with,
        CmpOp::Gt => bytes > with,
        CmpOp::Ge => bytes >= with,
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rule {
            0 => write!(f, "chain {}: {}", self.chain, self.what),
            rule => write!(f, "chain {}, rule {rule}: {}", self.chain, self.what),
        }
    }
}
