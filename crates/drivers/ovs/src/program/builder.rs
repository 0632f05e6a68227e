use vifguard_verdict::Reason;

use super::Table;
use super::word::WORD;
use crate::flow::{Action, Actions, Flow, Match};

/// Makes flows that share a cookie.
#[derive(Debug)]
pub(crate) struct Builder {
    first_table: u8,
    cookie: u64,
    flows: Vec<Flow>,
}

impl Builder {
    pub(crate) fn new(first_table: u8, cookie: u64) -> Builder {
        Builder {
            first_table,
            cookie,
            flows: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Vec<Flow> {
        self.flows
    }

    pub(crate) fn add(
        &mut self,
        table: Table,
        priority: u16,
        frames: &Match,
        actions: Vec<Action>,
    ) {
        self.add_to(table.number(self.first_table), priority, frames, actions);
    }

    pub(crate) fn add_to(
        &mut self,
        table: u8,
        priority: u16,
        frames: &Match,
        actions: Vec<Action>,
    ) {
        let flow = Flow::new(table, priority, self.cookie, frames, &Actions(actions));
        self.flows.push(flow);
    }

    /// These frames go on in another table.
    pub(crate) fn go(&mut self, table: Table, priority: u16, frames: &Match, to: Table) {
        let on = self.to(to);
        self.add(table, priority, frames, vec![on]);
    }

    /// These frames go on in another table, and this is known about them.
    pub(crate) fn note(&mut self, table: Table, priority: u16, frames: &Match, bit: u8, to: Table) {
        let on = self.to(to);
        self.add(table, priority, frames, vec![Action::SetBit(WORD, bit), on]);
    }

    /// These frames are refused.
    pub(crate) fn refuse(&mut self, table: Table, priority: u16, frames: &Match, reason: Reason) {
        let on = self.to(Table::Refuse);
        self.add(table, priority, frames, vec![because(reason), on]);
    }

    pub(crate) fn to(&self, table: Table) -> Action {
        Action::Resubmit(table.number(self.first_table))
    }
}

/// Zero is no reason: a register that nobody wrote must name none.
pub(crate) fn because(reason: Reason) -> Action {
    Action::Set("reg14", u128::from(code(reason)))
}

/// The number of a reason in register 14.
pub(crate) fn code(reason: Reason) -> u32 {
    u32::from(reason.code()) + 1
}
