//! Running `virsh` and `ebtables`: the only IO of this crate.

use std::time::Duration;

use vifguard_programs::{Program, ProgramError};

use crate::Options;

pub(crate) type Result<T> = std::result::Result<T, ProgramError>;

pub(crate) const VIRSH: &str = "virsh";
pub(crate) const EBTABLES: &str = "ebtables";
/// libvirt writes the rules of every port that uses a filter before it answers, some two seconds each.
const PATIENCE: Duration = Duration::from_secs(600);

/// The programs of one libvirt.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    uri: Option<String>,
}

impl Tools {
    pub(crate) fn new(options: &Options) -> Tools {
        Tools {
            uri: options.uri.clone(),
        }
    }

    /// Runs one command of virsh.
    pub(crate) fn virsh(&self, arguments: &[&str]) -> Result<String> {
        self.program().arg("--quiet").args(arguments).ask()
    }

    /// The rules of the bridge that libvirt writes, with their counts, in the namespace of this thread.
    pub(crate) fn rules(&self) -> Result<String> {
        let ebtables = Program::new(EBTABLES).patience(PATIENCE);
        ebtables.args(["-t", "nat", "-L", "--Lc"]).ask()
    }

    /// Which ebtables it is: of nf_tables, or one that has tables of its own.
    pub(crate) fn ebtables_version(&self) -> Result<String> {
        Program::new(EBTABLES).arg("--version").ask()
    }

    /// Speaks when a domain is started, stopped or changed, and when libvirt itself was started anew.
    pub(crate) fn watch(&self, heard: impl Fn() -> bool + Send + 'static) -> Result<()> {
        let events = ["event", "--all", "--loop"];
        self.program().args(events).follow(heard)
    }

    fn program(&self) -> Program {
        let virsh = Program::new(VIRSH).patience(PATIENCE);
        match &self.uri {
            Some(uri) => virsh.args(["-c", uri]),
            None => virsh,
        }
    }
}
