//! Flows as the switch is told of them, and tells.

use vifguard_openflow::text::{
    UNKNOWN, Unspeakable, actions, matches, parse_actions, parse_matches,
};
use vifguard_openflow::{Command, FlowMod, FlowStats};

use super::{Flow, Key};

/// A flow as it was read, with its statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The flow.
    pub flow: Flow,
    /// Frames that it matched.
    pub frames: u64,
}

impl Counted {
    /// What a switch tells.
    pub fn of(told: &FlowStats<'_>) -> Counted {
        let mut actions = actions(told.instructions);
        if !told.is_plain {
            // One that goes by itself is none of ours, whatever else it is like.
            actions.insert_str(0, UNKNOWN);
        }
        Counted {
            flow: Flow {
                key: Key {
                    table: told.table,
                    priority: told.priority,
                    matches: matches(told.matches),
                },
                cookie: told.cookie,
                actions,
            },
            frames: told.packets,
        }
    }
}

impl Flow {
    /// As it comes, in the place of one with its key.
    pub(crate) fn add(&self) -> Result<FlowMod, Unspeakable> {
        Ok(FlowMod {
            cookie: self.cookie,
            instructions: parse_actions(&self.actions)?,
            ..self.key.told(Command::Add)?
        })
    }

    /// As one that is there begins to do what this does, if it has this one's cookie: what somebody put in its place is
    /// left alone.
    pub(crate) fn modify(&self) -> Result<FlowMod, Unspeakable> {
        Ok(FlowMod {
            cookie: self.cookie,
            cookie_mask: u64::MAX,
            instructions: parse_actions(&self.actions)?,
            ..self.key.told(Command::ModifyStrict)?
        })
    }
}

impl Key {
    /// As the one that has it goes, if it has this cookie.
    pub(crate) fn delete(&self, cookie: u64) -> Result<FlowMod, Unspeakable> {
        Ok(FlowMod {
            cookie,
            cookie_mask: u64::MAX,
            ..self.told(Command::DeleteStrict)?
        })
    }

    fn told(&self, command: Command) -> Result<FlowMod, Unspeakable> {
        Ok(FlowMod {
            command,
            table: self.table,
            priority: self.priority,
            cookie: 0,
            cookie_mask: 0,
            matches: parse_matches(&self.matches)?,
            instructions: Vec::new(),
        })
    }
}
