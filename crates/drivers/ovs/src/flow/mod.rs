//! OpenFlow flows as values, written as `ovs-ofctl` writes them.

mod action;
mod field;
mod matches;
mod wire;

use std::fmt;

pub use action::{Action, Actions};
pub use field::Field;
pub use matches::{CONTROLLER, LOCAL, Match};
pub use wire::Counted;

/// One flow of an OpenFlow table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Where it is, and what tells it from others there.
    pub key: Key,
    /// Whose it is.
    pub cookie: u64,
    /// What is done with a frame that it matches, as `ovs-ofctl` prints it.
    pub actions: String,
}

/// What tells a flow from all others of a switch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The table.
    pub table: u8,
    /// Of the flows that match a frame, the one with the highest is used.
    pub priority: u16,
    /// The frames, as `ovs-ofctl` prints them; empty for all.
    pub matches: String,
}

impl Flow {
    /// A flow.
    pub fn new(table: u8, priority: u16, cookie: u64, matches: &Match, actions: &Actions) -> Flow {
        Flow {
            key: Key {
                table,
                priority,
                matches: matches.to_string(),
            },
            cookie,
            actions: actions.to_string(),
        }
    }
}

impl Key {
    /// The port that the flow is about.
    pub fn in_port(&self) -> Option<u32> {
        let (_, behind) = self.matches.split_once("in_port=")?;
        let value = behind.split(',').next().unwrap_or_default();
        match value {
            "LOCAL" => Some(LOCAL),
            "CONTROLLER" => Some(CONTROLLER),
            _ => value.parse().ok(),
        }
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cookie={:#x},{},actions={}",
            self.cookie, self.key, self.actions
        )
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table={},priority={}", self.table, self.priority)?;
        if self.matches.is_empty() {
            return Ok(());
        }
        write!(f, ",{}", self.matches)
    }
}
