//! What we write beside a VIF in `other_config`, so that the pool alone knows what is ours.
//!
//! Two keys. *Before* is written first and taken away last: while it is there, something of the VIF may
//! be ours, and it says how to put that back. *Port* says what is to be, and is written before it is: so
//! a change that was cut short is seen, by what the VIF then lacks.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use vifguard_policy::GuardSet;

use crate::record::{LockingMode, Vif};

/// The key of what was there before us.
pub const BEFORE: &str = "vifguard-before";
/// The key of what is to be.
pub const PORT: &str = "vifguard-port";

/// Changes whenever marks of the old kind can no longer be read.
const EDITION: u32 = 1;

/// What was there before us. The mode was `network_default`: no other is ever changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    edition: u32,
    /// The listed IPv4 addresses.
    pub ipv4_allowed: Vec<String>,
    /// The listed IPv6 addresses.
    pub ipv6_allowed: Vec<String>,
}

/// What is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    edition: u32,
    /// The port.
    pub port: String,
    /// The UUID of the host whose vifguard wrote this.
    pub host: String,
    /// The guards that the port asks for, as [`GuardSet::bits`].
    pub guards: u8,
    /// The mode.
    pub mode: Mode,
    /// The mode that we had set before and that is there until the change is through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Mode>,
    /// The IPv4 addresses.
    pub v4: BTreeSet<Ipv4Addr>,
    /// The IPv6 addresses.
    pub v6: BTreeSet<Ipv6Addr>,
}

/// A mode that we set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Guarded.
    Locked,
    /// A port that asks for no guard.
    Unlocked,
}

impl Mode {
    /// The mode of ours that it is, if it is one.
    pub fn of(mode: &LockingMode) -> Option<Mode> {
        [Mode::Locked, Mode::Unlocked]
            .into_iter()
            .find(|own| own.locking_mode() == *mode)
    }

    /// The same in XAPI's words.
    pub fn locking_mode(self) -> LockingMode {
        match self {
            Mode::Locked => LockingMode::Locked,
            Mode::Unlocked => LockingMode::Unlocked,
        }
    }
}

impl Before {
    /// Of a VIF that is still as it was.
    pub fn of(vif: &Vif) -> Before {
        Before {
            edition: EDITION,
            ipv4_allowed: vif.ipv4_allowed.clone(),
            ipv6_allowed: vif.ipv6_allowed.clone(),
        }
    }

    /// Nothing was listed.
    pub fn nothing() -> Before {
        Before {
            edition: EDITION,
            ipv4_allowed: Vec::new(),
            ipv6_allowed: Vec::new(),
        }
    }

    /// As it is written down.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(crate) fn read(text: &str) -> Option<Before> {
        let before: Before = serde_json::from_str(text).ok()?;
        (before.edition == EDITION).then_some(before)
    }
}

impl Note {
    /// A note.
    pub fn new(
        port: &str,
        host: &str,
        guards: GuardSet,
        mode: Mode,
        addresses: (BTreeSet<Ipv4Addr>, BTreeSet<Ipv6Addr>),
    ) -> Note {
        let (v4, v6) = addresses;
        Note {
            edition: EDITION,
            port: port.to_owned(),
            host: host.to_owned(),
            guards: guards.bits(),
            mode,
            from: None,
            v4,
            v6,
        }
    }

    /// Did we set this mode, or are we about to?
    pub fn owns(&self, mode: &LockingMode) -> bool {
        let ours = [Some(self.mode), self.from];
        ours.into_iter()
            .flatten()
            .any(|own| own.locking_mode() == *mode)
    }

    /// As it is written down.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(crate) fn read(text: &str) -> Option<Note> {
        let note: Note = serde_json::from_str(text).ok()?;
        (note.edition == EDITION).then_some(note)
    }
}
