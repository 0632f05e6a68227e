//! Flows of others that stand where only the guards' may: they would be taken for ours by the switch, and
//! by nobody else.

use std::fmt;
use std::ops::RangeInclusive;
use std::thread;

use vifguard_programs::ProgramError;

use crate::cookie::all_of_ours;
use crate::driver::died;
use crate::plan::BEFORE_ALL;
use crate::program::Table;
use crate::tool::{OFCTL, Tools, unreadable};

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
    /// Takes it.
    pub(crate) fn take(tools: &Tools, first: u8) -> Result<Census, ProgramError> {
        let (tables, begin) = thread::scope(|scope| {
            let tables = scope.spawn(|| tools.ofctl("dump-tables", &[]));
            let begin = tools.ofctl("dump-flows", &["table=0"]);
            (tables.join().unwrap_or_else(|_| Err(died())), begin)
        });
        let (tables, begin) = (tables?, begin?);
        let flows = || begin.lines().filter(|line| line.contains("cookie="));
        let before_all = format!("priority={BEFORE_ALL}");
        let is_before_all = |line: &str| {
            let mut words = line.split([',', ' ']);
            words.any(|word| word == before_all)
        };
        let leading = u64::try_from(flows().filter(|line| is_ours(line)).count());
        let last = first.saturating_add(Table::COUNT - 1);
        let there: u64 = active(&tables)
            .into_iter()
            .map(|(tables, flows)| {
                let within = tables.filter(|table| (first..=last).contains(table));
                u64::try_from(within.count()).unwrap_or_default() * flows
            })
            .sum();
        Ok(Census {
            flows: there + leading.unwrap_or(u64::MAX),
            is_beside: flows().any(|line| is_before_all(line) && !is_ours(line)),
            first,
        })
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

/// How many flows of ours there are. The switch goes through all of them for that.
pub(crate) fn ours(tools: &Tools) -> Result<u64, ProgramError> {
    let text = tools.ofctl("dump-aggregate", &[&all_of_ours()])?;
    number_behind(&text, "flow_count=").ok_or_else(|| unreadable(OFCTL, "a count of flows"))
}

/// Looks for one.
pub(crate) fn find(tools: &Tools, first: u8) -> Result<Option<Intruder>, ProgramError> {
    let (census, ours) = thread::scope(|scope| {
        let ours = scope.spawn(|| ours(tools));
        let census = Census::take(tools, first);
        (census, ours.join().unwrap_or_else(|_| Err(died())))
    });
    Ok(census?.intruder(ours?))
}

/// `cookie=0x7669666700000000`: the upper half says it.
fn is_ours(line: &str) -> bool {
    let cookie = line.split("cookie=0x").nth(1).unwrap_or_default();
    let digits: String = cookie.chars().take_while(char::is_ascii_hexdigit).collect();
    u64::from_str_radix(&digits, 16).is_ok_and(crate::cookie::is_ours)
}

fn number_behind(text: &str, key: &str) -> Option<u64> {
    let (_, behind) = text.split_once(key)?;
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// How many flows each table holds, by what `ovs-ofctl dump-tables` prints. It leaves out what is as in the
/// table before.
fn active(tables: &str) -> Vec<(RangeInclusive<u8>, u64)> {
    let mut found = Vec::new();
    let (mut heading, mut flows) = ("", 0);
    for line in tables.lines().map(str::trim) {
        if line.starts_with("table") {
            heading = line;
        } else if let Some(count) = number_behind(line, "active=") {
            flows = count;
        } else {
            continue;
        }
        if line.starts_with("active=") || line.ends_with("ditto") {
            found.push((numbers(heading), flows));
        }
    }
    found
}

/// `table 5:`, `table 5 ("name"):`, `tables 5...9: ditto`.
fn numbers(heading: &str) -> RangeInclusive<u8> {
    let text = heading.split_whitespace().nth(1).unwrap_or_default();
    let mut ends = text.split("...").map(|end| {
        let digits: String = end.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(u8::MAX)
    });
    let first = ends.next().unwrap_or(u8::MAX);
    first..=ends.next().unwrap_or(first)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_may_be_named_and_left_out() {
        let text = "OFPST_TABLE reply (OF1.4) (xid=0x2):\n  table 0:\n    active=2, lookup=0, matched=0\n\n  \
                    table 1:\n    active=0, lookup=0, matched=0\n\n  tables 2...199: ditto\n  \
                    table 200 (\"gate\"):\n    active=5, lookup=0, matched=0\n";
        let flows = |number: u8| {
            let all = active(text);
            let mut all = all.into_iter();
            all.find(|(tables, _)| tables.contains(&number))
                .map(|(_, flows)| flows)
        };
        assert_eq!([0, 1, 100, 199, 200].map(flows), [2, 0, 0, 0, 5].map(Some));
        assert_eq!(flows(201), None);
    }

    #[test]
    fn a_flow_is_ours_by_the_upper_half_of_its_cookie() {
        assert!(is_ours(
            " cookie=0x76696667ffffffff, duration=1s, priority=65535 actions=drop"
        ));
        assert!(!is_ours(
            " cookie=0x0, duration=1s, priority=65535 actions=drop"
        ));
    }
}
