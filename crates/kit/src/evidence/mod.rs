//! What frames of the corpus show of which feature.

#[cfg(test)]
mod tests;

mod compare;
mod findings;

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;
use vifguard_conformance::{Counted, Observed, Place, Trial};
use vifguard_corpus::Expected;
use vifguard_driver::Feature;
use vifguard_verdict::Verdict;

use crate::Terms;
use crate::fate::{Evidence, Fate};
use compare::{audited, concerned, elsewhere};

pub use compare::usual;

/// What a pass through the corpus is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// The verdicts themselves.
    First,
    /// The same elsewhere.
    Elsewhere,
    /// Audit mode, at the first place.
    Audit,
}

/// How a frame met another fate than the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It passed, and the contract refuses it.
    Leaked,
    /// It was refused, and the contract lets it pass.
    Broken,
    /// It was refused rightly, and taught the bridge.
    Taught,
    /// It was refused rightly, and counted under another reason.
    OtherReason,
    /// Counters did not say what became of it.
    Miscounted,
    /// It met another fate than at the first place.
    Elsewhere,
    /// In audit mode it did not pass, or was not counted as what would have become of it.
    Unaudited,
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) kind: Kind,
    pub(crate) feature: Feature,
    pub(crate) case: String,
    pub(crate) choice: String,
    pub(crate) place: &'static str,
    pub(crate) audit: bool,
    pub(crate) expected: Expected,
    pub(crate) fate: Fate,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    counts: bool,
    bridged: bool,
    first: HashMap<(String, String), Fate>,
    /// Frames that had to be refused and were, by what they show.
    pub(crate) held: BTreeMap<Feature, usize>,
    /// Frames by the pass that they were sent in: the verdicts, elsewhere, audit.
    pub(crate) sent: [usize; 3],
    pub(crate) passed: usize,
    pub(crate) refused: usize,
    /// Frames that had to pass.
    due: usize,
    /// Frames of which nobody can say what became of them.
    pub(crate) unseen: usize,
    pub(crate) differences: Vec<Difference>,
}

impl Shown {
    /// Nothing yet, of a driver that counts, or that does not.
    pub(crate) fn new(counts: bool, first: &Place) -> Shown {
        Shown {
            counts,
            bridged: is_bridge(first),
            ..Shown::default()
        }
    }

    /// Takes down one frame.
    pub(crate) fn note(
        &mut self,
        terms: &dyn Terms,
        pass: Pass,
        place: &Place,
        trial: &Trial<'_>,
        observed: &Observed,
    ) {
        let mut fate = Fate::of(observed, self.counts);
        self.sent[pass as usize] += 1;
        if trial.case.bridge_drops && is_bridge(place) {
            // What a bridge keeps to itself by its own standard (802.1D) only counters can tell of.
            let Some(behind) = fate.behind_a_bridge() else {
                self.unseen += 1;
                return;
            };
            fate = behind;
        }
        let key = (trial.case.name.clone(), trial.choice.clone());
        let noted = match pass {
            Pass::First => {
                self.first.insert(key, fate);
                self.first(terms, trial, fate)
            }
            Pass::Elsewhere => {
                let first = self.first.get(&key).copied();
                elsewhere(trial.expected, first, fate)
            }
            Pass::Audit => audited(self.first.get(&key).copied(), fate),
        };
        for (kind, feature) in noted {
            self.differences.push(Difference {
                kind,
                feature,
                case: trial.case.name.clone(),
                choice: trial.choice.clone(),
                place: name(place),
                audit: pass == Pass::Audit,
                expected: trial.expected,
                fate,
            });
        }
    }

    fn first(&mut self, terms: &dyn Terms, trial: &Trial<'_>, fate: Fate) -> Vec<(Kind, Feature)> {
        let Expected {
            verdict,
            driver_may,
        } = trial.expected;
        let mut noted = Vec::new();
        self.due += usize::from(verdict == Verdict::Pass);
        let shown = |reason| terms.shown(&trial.case.name, &trial.choice, reason);
        if fate.came_through {
            self.passed += 1;
        } else {
            self.refused += 1;
        }
        match (verdict, fate.came_through) {
            (Verdict::Refuse(reason), true) => {
                noted.push((Kind::Leaked, shown(reason)));
            }
            (Verdict::Refuse(reason), false) => {
                *self.held.entry(shown(reason)).or_default() += 1;
                if fate.taught {
                    noted.push((Kind::Taught, Feature::Fdb));
                }
            }
            (Verdict::Pass, false) if driver_may.is_none() => {
                let feature = match fate.counters {
                    Evidence::One(Counted::Refused(reason)) => shown(reason),
                    Evidence::One(_) | Evidence::Absent | Evidence::Otherwise => {
                        concerned(&trial.case.frame)
                    }
                };
                noted.push((Kind::Broken, feature));
            }
            (Verdict::Pass, _) => {}
        }
        noted.extend(
            self.counters(trial.expected, fate)
                .map(|kind| (kind, Feature::Counters)),
        );
        noted
    }

    /// Do the counters say what became of the frame, and why?
    fn counters(&self, expected: Expected, fate: Fate) -> Option<Kind> {
        match (fate.counters, fate.came_through) {
            (Evidence::Absent, _) | (Evidence::One(Counted::Passed), true) => None,
            (Evidence::One(Counted::Refused(reason)), false) => {
                let verdict = Verdict::Refuse(reason);
                // Where it had to pass, any reason is wrong, and that is told of the guard.
                let known = expected.verdict == Verdict::Pass || expected.allows(verdict);
                (!known).then_some(Kind::OtherReason)
            }
            (Evidence::One(_) | Evidence::Otherwise, _) => Some(Kind::Miscounted),
        }
    }

    /// Was it sent, at the first place?
    pub(crate) fn was_sent(&self, case: &str, choice: &str) -> bool {
        self.first
            .contains_key(&(case.to_owned(), choice.to_owned()))
    }
}

impl Difference {
    fn name(&self) -> String {
        format!("{} ({}, {})", self.case, self.choice, self.place)
    }
}

fn is_bridge(place: &Place) -> bool {
    match place {
        Place::Bridge | Place::Switch(_) | Place::Libvirt(_) => true,
        Place::Routed | Place::Host => false,
    }
}

/// The name of a place in reports.
pub(crate) fn name(place: &Place) -> &'static str {
    match place {
        Place::Bridge => "bridge",
        Place::Routed => "routed",
        Place::Host => "host",
        Place::Switch(_) => "switch",
        Place::Libvirt(_) => "libvirt",
    }
}
