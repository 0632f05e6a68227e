use std::fmt;

use vifguard_policy::{GuardSet, Mode, Unknown};

/// What is in force on this host.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct State {
    /// Is anything of ours there at all?
    pub present: bool,
    /// The ports, by name.
    pub ports: Vec<PortState>,
    /// Interfaces on which nothing passes without a port, as patterns.
    pub guarded: Vec<String>,
    /// What happens to frames from those without a port.
    pub unknown: Unknown,
    /// What is not as we left it.
    pub drift: Vec<Drift>,
}

/// One port in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortState {
    /// Its name.
    pub port: String,
    /// Its interface.
    pub device: String,
    /// The guards that are on.
    pub guards: GuardSet,
    /// Whether refusals are carried out.
    pub mode: Mode,
    /// What of the contract does not hold for it, one sentence each; empty if all does.
    pub degraded: Vec<String>,
}

/// Something that somebody else changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    /// The port that is hit, or none if all may be.
    pub port: Option<String>,
    /// What is different.
    pub what: String,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.port {
            Some(port) => write!(f, "port {port}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}
