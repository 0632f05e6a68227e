use std::fmt;
use std::process::Command;

use vifguard_conformance::{Place, Result};
use vifguard_driver::Driver;

/// A driver's lab: where it works, what may be done to it, and how much of it in a few minutes.
pub struct Ground {
    /// The driver.
    pub driver: Box<dyn Driver + Send>,
    /// Its name: by which the contract knows it.
    pub name: String,
    /// How it is chosen on the command line: `--driver nft`.
    pub chosen: String,
    /// The program that is the driver, if it is somebody else's.
    pub foreign: Option<String>,
    /// Where its ports are. The first is where everything is tried, the others are for `host`.
    pub places: Vec<Place>,
    /// How much is tried.
    pub effort: Effort,
    /// Makes the program that puts this policy in force by this driver, for `resident`.
    pub program: Option<ProgramFor>,
    /// Who meddles with guards behind the driver's back, for `drift`: each is a try of its own.
    pub vandals: Vec<Vandal>,
    /// What its parts are: servers and their versions.
    pub facts: Vec<(String, String)>,
}

/// Makes a program for a policy, which it gets as a text.
pub type ProgramFor = Box<dyn FnMut(&str) -> Result<Command>>;

/// Does it to the guards of the interface of this name.
pub type Meddle = Box<dyn FnMut(&str) -> Result<()>>;

/// Meddles with guards behind a driver's back.
pub struct Vandal {
    /// What it does, to be said in the report: `flushes nf_tables`.
    pub what: String,
    /// Does it to the guards of the interface of this name, in the namespace that it is called in.
    pub meddle: Meddle,
}

/// How much of what takes long is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Ports with a policy of the corpus at most; those that show most are taken.
    pub policies: Option<usize>,
    /// Frames of the corpus from one port at most; who has more gets further ports with the same policy.
    pub trials: usize,
    /// Refused frames that a bridge might learn from.
    pub learned: u64,
    /// Interfaces that are plugged in under flood.
    pub interfaces: usize,
    /// Kinds of changes, and changes in all.
    pub changes: (usize, usize),
    /// Kinds of changes, and programs that are killed in all.
    pub kills: (usize, usize),
}

impl Effort {
    /// For a driver that changes what is in force in milliseconds.
    pub const USUAL: Effort = Effort {
        policies: None,
        trials: 128,
        learned: 50_000,
        interfaces: 12,
        changes: (8, 64),
        kills: (8, 16),
    };
    /// For a switch in userspace, which takes a frame in a millisecond and not in a microsecond.
    pub const USERSPACE: Effort = Effort {
        policies: None,
        trials: 32,
        learned: 4_000,
        interfaces: 4,
        changes: (4, 8),
        kills: (2, 4),
    };
    /// For one that takes seconds.
    pub const SLOW: Effort = Effort {
        policies: Some(8),
        trials: 64,
        learned: 20_000,
        interfaces: 2,
        changes: (1, 2),
        kills: (1, 1),
    };
}

impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ground")
            .field("name", &self.name)
            .field("places", &self.places)
            .field("effort", &self.effort)
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Vandal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Vandal").field(&self.what).finish()
    }
}
