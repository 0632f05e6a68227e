//! Which of the corpus is sent, and what is left out, counted and with its reason.

use std::collections::{BTreeSet, HashMap, HashSet};

use vifguard_conformance::{Seat, seats_of};
use vifguard_corpus::{Case, Corpus};
use vifguard_driver::Feature;
use vifguard_verdict::Verdict;

use crate::{Effort, Result, Terms};

/// Something that was not tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// What.
    pub what: String,
    /// Why not.
    pub why: String,
    /// Frames that were not sent for it.
    pub frames: usize,
    /// Policies that were not put in force for it.
    pub policies: usize,
}

/// The part of the corpus that is sent, and what is not.
#[derive(Debug)]
pub(crate) struct Selection<'a> {
    pub(crate) seats: Vec<Seat<'a>>,
    pub(crate) skipped: Vec<Skipped>,
}

impl<'a> Selection<'a> {
    /// What shows these features, within that effort.
    pub(crate) fn of(
        corpus: &'a Corpus,
        terms: &dyn Terms,
        features: &BTreeSet<Feature>,
        effort: &Effort,
    ) -> Result<Selection<'a>> {
        let mut skipped = judge_only(corpus);
        let shown = Shown::of(corpus, terms);
        let all = |_: &Case| true;
        let mut seats = seats_of(corpus, effort.trials, all)?;
        if !is_everything(features) {
            let wanted = shown.cases(corpus, features);
            // Taken before they are dealt out to ports: else each port of a policy would have a few, and ports
            // with other policies more.
            let some = |case: &Case| wanted.contains(case.name.as_str());
            let some = seats_of(corpus, effort.trials, some)?;
            let before = (frames(&seats), seats.len());
            seats = some;
            let after = (frames(&seats), seats.len());
            skipped.extend((before != after).then(|| Skipped {
                what: "cases of other features".to_owned(),
                why: "they were not asked for".to_owned(),
                frames: before.0 - after.0,
                policies: before.1 - after.1,
            }));
        }
        // Those with as much to send sit side by side: a round takes as long for one port as for all.
        seats.sort_by_key(|seat| std::cmp::Reverse(seat.trials.len()));
        if let Some(most) = effort.policies.filter(|most| *most < seats.len()) {
            let left_out = shown.choose(&mut seats, most);
            skipped.push(Skipped {
                what: "policies".to_owned(),
                why: format!(
                    "the driver takes seconds for each, so {most} were taken that show most; --whole \
                     takes all"
                ),
                frames: left_out.iter().map(|seat| seat.trials.len()).sum(),
                policies: left_out.len(),
            });
        }
        Ok(Selection { seats, skipped })
    }

    /// Frames in it.
    pub(crate) fn frames(&self) -> usize {
        frames(&self.seats)
    }
}

fn judge_only(corpus: &Corpus) -> Vec<Skipped> {
    let alone = corpus.cases.iter().filter(|case| case.judge_only);
    let frames: usize = alone.map(|case| case.variants().len()).sum();
    let skipped = (frames > 0).then(|| Skipped {
        what: "cases for the judge alone".to_owned(),
        why: "no wire carries their frames to a driver".to_owned(),
        frames,
        policies: 0,
    });
    skipped.into_iter().collect()
}

/// The cases that show one of these features, and those beside them; none if that is all of them.
pub(crate) fn wanted<'a>(
    corpus: &'a Corpus,
    terms: &dyn Terms,
    features: &BTreeSet<Feature>,
) -> Option<HashSet<&'a str>> {
    let shown = Shown::of(corpus, terms);
    (!is_everything(features)).then(|| shown.cases(corpus, features))
}

/// Does somebody want to know of all that frames can show?
fn is_everything(features: &BTreeSet<Feature>) -> bool {
    let of_all = [
        Feature::Counters,
        Feature::Audit,
        Feature::Host,
        Feature::Fdb,
    ];
    of_all.iter().any(|feature| features.contains(feature))
}

fn frames(seats: &[Seat<'_>]) -> usize {
    seats.iter().map(|seat| seat.trials.len()).sum()
}

/// What each refused variant shows.
struct Shown<'a>(HashMap<(&'a str, String), Feature>);

impl<'a> Shown<'a> {
    fn of(corpus: &'a Corpus, terms: &dyn Terms) -> Shown<'a> {
        let mut shown = HashMap::new();
        for case in &corpus.cases {
            for variant in case.variants() {
                if let Verdict::Refuse(reason) = variant.expected.verdict {
                    let feature = terms.shown(&case.name, &variant.label(), reason);
                    shown.insert((case.name.as_str(), variant.label()), feature);
                }
            }
        }
        Shown(shown)
    }

    /// Cases that show one of these features, and those beside them that meet the other fate.
    fn cases(&self, corpus: &'a Corpus, features: &BTreeSet<Feature>) -> HashSet<&'a str> {
        let shows = self.0.iter().filter(|(_, it)| features.contains(it));
        let showing: HashSet<&str> = shows.map(|((case, _), _)| *case).collect();
        let near = corpus.cases.iter().flat_map(|case| {
            let near = case.near.as_deref()?;
            match (showing.contains(case.name.as_str()), showing.contains(near)) {
                (true, _) => corpus.case(near).map(|near| near.name.as_str()),
                (false, true) => Some(case.name.as_str()),
                (false, false) => None,
            }
        });
        let near: Vec<&str> = near.collect();
        showing.into_iter().chain(near).collect()
    }

    /// Keeps so many policies: first those that show a feature which none before shows, then those with most to
    /// send. Returns the others.
    fn choose<'s>(&self, seats: &mut Vec<Seat<'s>>, most: usize) -> Vec<Seat<'s>> {
        let mut others = std::mem::take(seats);
        let mut covered: BTreeSet<Feature> = BTreeSet::new();
        while seats.len() < most && !others.is_empty() {
            let worth = |seat: &Seat<'_>| {
                let new: BTreeSet<Feature> =
                    self.features(seat).difference(&covered).copied().collect();
                (new.len(), seat.trials.len())
            };
            let best = (0..others.len()).max_by_key(|number| worth(&others[*number]));
            let seat = others.remove(best.unwrap_or(0));
            covered.extend(self.features(&seat));
            seats.push(seat);
        }
        others
    }

    fn features(&self, seat: &Seat<'_>) -> BTreeSet<Feature> {
        let of = |case: &str, choice: &str| {
            let key = (case, choice.to_owned());
            self.0.get(&key).copied()
        };
        let trials = seat.trials.iter();
        trials
            .filter_map(|trial| of(&trial.case.name, &trial.choice))
            .collect()
    }
}
