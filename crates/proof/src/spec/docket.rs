use std::collections::HashMap;

use vifguard_verdict::{Reason, Verdict};

use crate::Logic;

/// Frames on their way through the rules, in order: what a rule settles, no later one sees.
pub(super) struct Docket<'l, L: Logic> {
    logic: &'l L,
    open: L::Bit,
    settled: Settled<L>,
}

type Settled<L> = std::rc::Rc<std::cell::RefCell<HashMap<Verdict, <L as Logic>::Bit>>>;

impl<'l, L: Logic> Docket<'l, L> {
    /// Every frame.
    pub(super) fn new(logic: &'l L) -> Docket<'l, L> {
        Docket {
            logic,
            open: logic.constant(true),
            settled: Settled::<L>::default(),
        }
    }

    /// Takes some of the frames out, to go another way.
    pub(super) fn only(&mut self, which: &L::Bit) -> Docket<'l, L> {
        let open = self.logic.and(&self.open, which);
        self.open = self.logic.minus(&self.open, which);
        Docket {
            logic: self.logic,
            open,
            settled: self.settled.clone(),
        }
    }

    pub(super) fn refuse(&mut self, reason: Reason, which: &L::Bit) {
        self.settle(Verdict::Refuse(reason), which);
    }

    /// Refuses all that are not so.
    pub(super) fn require(&mut self, reason: Reason, good: &L::Bit) {
        self.refuse(reason, &self.logic.not(good));
    }

    pub(super) fn pass(&mut self, which: &L::Bit) {
        self.settle(Verdict::Pass, which);
    }

    pub(super) fn pass_rest(&mut self) {
        self.pass(&self.logic.constant(true));
    }

    fn settle(&mut self, verdict: Verdict, which: &L::Bit) {
        let now = self.logic.and(&self.open, which);
        self.open = self.logic.minus(&self.open, which);
        if self.logic.is_never(&now) {
            return;
        }
        let mut settled = self.settled.borrow_mut();
        let never = || self.logic.constant(false);
        let there = settled.entry(verdict).or_insert_with(never);
        *there = self.logic.or(there, &now);
    }

    /// What became of all.
    pub(super) fn settled(self) -> Vec<(Verdict, L::Bit)> {
        self.settled.take().into_iter().collect()
    }
}
