//! Chains: `nft_do_chain`.

use std::collections::BTreeMap;
use std::rc::Rc;

use vifguard_netlink::nft::{Rule, Verdict};

use super::ask::Ask;
use super::machine::{Machine, Place};
use super::step::Effect;
use crate::frame::{BitOf, Sight};
use crate::logic::Logic;
use crate::outcome::{Count, Fate, Outcome, add};

/// The kernel's `NFT_JUMP_STACK_SIZE`; it refuses rules that could go deeper.
const DEEPEST: usize = 16;

/// What a chain makes of all frames.
pub(super) struct Summary<L: Logic> {
    pub(super) settled: BTreeMap<Outcome, L::Bit>,
    /// Those that come back to whoever sent them here, by what was counted of them meanwhile.
    pub(super) back: Counted<L>,
    pub(super) unread: BTreeMap<Place, L::Bit>,
}

/// Frames by what was counted of them so far.
type Counted<L> = BTreeMap<Vec<Count>, <L as Logic>::Bit>;

impl<L: Logic> Summary<L> {
    fn empty() -> Summary<L> {
        Summary {
            settled: BTreeMap::new(),
            back: BTreeMap::new(),
            unread: BTreeMap::new(),
        }
    }

    fn unreadable(logic: &L, place: Place) -> Summary<L> {
        let mut summary = Summary::empty();
        summary.unread.insert(place, logic.constant(true));
        summary
    }
}

impl<S: Sight, A: Ask<S::Logic>> Machine<'_, S, A> {
    /// What a chain makes of all frames; worked out once, whoever leads there.
    pub(super) fn chain(&self, name: &str) -> Rc<Summary<S::Logic>> {
        if let Some(there) = self.summaries.borrow().get(name) {
            return Rc::clone(there);
        }
        let whole = |what: &str| Place {
            chain: name.to_owned(),
            rule: 0,
            what: what.to_owned(),
        };
        let depth = self.depth.get();
        if depth > DEEPEST {
            return Rc::new(Summary::unreadable(self.logic(), whole("leads too deep")));
        }
        self.depth.set(depth + 1);
        let summary = match self.table.chain(name) {
            Some(body) => self.rules(name, &body.rules),
            None => Summary::unreadable(self.logic(), whole("is not there")),
        };
        self.depth.set(depth);
        let summary = Rc::new(summary);
        let mut summaries = self.summaries.borrow_mut();
        summaries.insert(name.to_owned(), Rc::clone(&summary));
        summary
    }

    fn rules(&self, chain: &str, rules: &[Rule]) -> Summary<S::Logic> {
        let logic = self.logic();
        let mut summary = Summary::empty();
        let mut open = Counted::<S::Logic>::from([(Vec::new(), logic.constant(true))]);
        for (i, rule) in rules.iter().enumerate() {
            if open.is_empty() {
                return summary;
            }
            let effect = self.effect(rule);
            if let Some((what, which)) = &effect.unread {
                let place = Place {
                    chain: chain.to_owned(),
                    rule: i + 1,
                    what: what.clone(),
                };
                for bit in open.values_mut() {
                    let lost = logic.and(bit, which);
                    add(logic, &mut summary.unread, place.clone(), lost);
                    *bit = logic.minus(bit, which);
                }
            }
            open = self.follow(&mut summary, open, &effect);
        }
        for (counted, bit) in open {
            add(logic, &mut summary.back, counted, bit);
        }
        summary
    }

    /// Lets frames go where a rule sends them; returns those that come to the next.
    fn follow(
        &self,
        summary: &mut Summary<S::Logic>,
        open: Counted<S::Logic>,
        effect: &Effect<S::Logic>,
    ) -> Counted<S::Logic> {
        let logic = self.logic();
        let mut next = Counted::<S::Logic>::new();
        for (counted, bit) in self.count(open, effect) {
            let mut rest = bit.clone();
            for (verdict, which) in &effect.ends {
                let now = logic.and(&bit, which);
                rest = logic.minus(&rest, which);
                // What no frame of the kind does need not be followed.
                if logic.is_never(&logic.and(&now, &self.there_are)) {
                    continue;
                }
                self.send(summary, &mut next, verdict, &counted, now);
            }
            add(logic, &mut next, counted, rest);
        }
        next
    }

    fn count(&self, open: Counted<S::Logic>, effect: &Effect<S::Logic>) -> Counted<S::Logic> {
        let logic = self.logic();
        effect.counts.iter().fold(open, |open, (count, which)| {
            let mut after = Counted::<S::Logic>::new();
            for (counted, bit) in open {
                let more = [counted.as_slice(), &[*count]].concat();
                add(logic, &mut after, more, logic.and(&bit, which));
                add(logic, &mut after, counted, logic.minus(&bit, which));
            }
            after
        })
    }

    fn send(
        &self,
        summary: &mut Summary<S::Logic>,
        next: &mut Counted<S::Logic>,
        verdict: &Verdict,
        counted: &[Count],
        bit: BitOf<S>,
    ) {
        let logic = self.logic();
        let end = |fate| Outcome {
            fate,
            counted: counted.to_vec(),
        };
        let (target, comes_back) = match verdict {
            Verdict::Accept => return add(logic, &mut summary.settled, end(Fate::Pass), bit),
            Verdict::Drop => return add(logic, &mut summary.settled, end(Fate::Drop), bit),
            Verdict::Return => return add(logic, &mut summary.back, counted.to_vec(), bit),
            Verdict::Jump(target) => (target, true),
            Verdict::Goto(target) => (target, false),
        };
        let there = self.chain(target);
        for (outcome, which) in &there.settled {
            let outcome = Outcome {
                fate: outcome.fate,
                counted: [counted, &outcome.counted].concat(),
            };
            add(logic, &mut summary.settled, outcome, logic.and(&bit, which));
        }
        for (more, which) in &there.back {
            let counted = [counted, more].concat();
            let to = if comes_back {
                &mut *next
            } else {
                &mut summary.back
            };
            add(logic, to, counted, logic.and(&bit, which));
        }
        for (place, which) in &there.unread {
            add(
                logic,
                &mut summary.unread,
                place.clone(),
                logic.and(&bit, which),
            );
        }
    }
}
