//! Flows of others that stand where only the guards' may: they would be taken for ours by the switch, and
//! by nobody else.

use std::fmt;

use vifguard_openflow::{Filter, Malformed, Question, flows, tables};

use crate::cookie::{ALL, is_ours};
use crate::plan::BEFORE_ALL;
use crate::program::Table;

/// Where one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intruder {
    /// In one of the guards' tables.
    InTables {
        /// The first of them.
        first: u8,
    },
    /// Beside the flow that leads to the guards, with its priority: which of the two a frame meets, nobody
    /// says (OpenFlow 1.4, section 5.3).
    BeforeAll,
}

/// What stands where only the guards' flows may, without looking at each: there may be thousands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Census {
    /// Flows in the tables of the guards, whosever they are, and ours that lead there.
    pub(crate) flows: u64,
    /// Is somebody else's beside the one that leads there?
    is_beside: bool,
    first: u8,
}

impl Census {
    /// What it is taken from: how many flows each table has, and which are in the first table of all.
    pub(crate) const QUESTIONS: [Question; 2] = [
        Question::Tables,
        Question::Flows(Filter {
            table: 0,
            cookie: 0,
            cookie_mask: 0,
        }),
    ];
    /// How many flows of ours there are. The switch goes through all of them for that.
    pub(crate) const OURS: Question = Question::Count(ALL);

    /// Takes it from the answers.
    pub(crate) fn of(counts: &[u8], begin: &[u8], first: u8) -> Result<Census, Malformed> {
        let guards = first..=first.saturating_add(Table::COUNT - 1);
        let there = tables(counts)?
            .into_iter()
            .filter(|(table, _)| guards.contains(table));
        let mut census = Census {
            flows: there.map(|(_, flows)| u64::from(flows)).sum(),
            is_beside: false,
            first,
        };
        for flow in flows(begin) {
            let flow = flow?;
            if is_ours(flow.cookie) {
                census.flows += 1;
            } else {
                census.is_beside |= flow.priority == BEFORE_ALL;
            }
        }
        Ok(census)
    }

    /// The intruder, where `ours` is how many flows of ours there are in all.
    pub(crate) fn intruder(self, ours: u64) -> Option<Intruder> {
        let first = self.first;
        match self.is_beside {
            true => Some(Intruder::BeforeAll),
            false => (self.flows != ours).then_some(Intruder::InTables { first }),
        }
    }
}

impl fmt::Display for Intruder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Intruder::InTables { first } => {
                let last = first.saturating_add(Table::COUNT - 1);
                write!(
                    f,
                    "somebody else has flows in the tables of the guards ({first} to {last})"
                )
            }
            Intruder::BeforeAll => write!(
                f,
                "somebody else has a flow of priority {BEFORE_ALL} in table 0, beside the one that leads to \
                 the guards"
            ),
        }
    }
}

impl Intruder {
    /// What to do.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Intruder::InTables { .. } => {
                "take them away (ovs-ofctl dump-flows shows them), or choose tables that nobody uses \
                 (--ovs-first-table)"
            }
            Intruder::BeforeAll => "give it a lower priority",
        }
    }
}
