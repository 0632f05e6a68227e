//! Running Open vSwitch's own programs: the only IO of this crate.

use std::path::PathBuf;

use vifguard_programs::{Program, ProgramError};

use crate::Options;

/// After so many seconds a program of Open vSwitch's gives up by itself.
const PATIENCE: u8 = 10;
/// What the flows need: bundles came with it.
const VERSION: &str = "OpenFlow14";
/// Asks the database.
pub(crate) const OVSDB_CLIENT: &str = "ovsdb-client";
/// Speaks OpenFlow.
pub(crate) const OFCTL: &str = "ovs-ofctl";
const APPCTL: &str = "ovs-appctl";

type Result<T> = std::result::Result<T, ProgramError>;

/// The programs of one switch.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    rundir: Option<PathBuf>,
    ovsdb: Option<String>,
    bridge: String,
}

impl Tools {
    pub(crate) fn new(options: &Options) -> Tools {
        Tools {
            rundir: options.rundir.clone(),
            ovsdb: options.ovsdb.clone(),
            bridge: options.bridge.clone(),
        }
    }

    /// Asks the database; question and answer are JSON (RFC 7047 section 4.1.3).
    pub(crate) fn database(&self, question: &str) -> Result<String> {
        let database = self.ovsdb.clone().or_else(|| {
            let socket = self.rundir.as_ref()?.join("db.sock");
            Some(format!("unix:{}", socket.display()))
        });
        let client = self.program(OVSDB_CLIENT).arg("transact");
        client.args(database).arg(question).ask()
    }

    /// Asks the bridge in OpenFlow. The bridge stands behind the command's name.
    pub(crate) fn ofctl(&self, command: &str, arguments: &[&str]) -> Result<String> {
        self.openflow(self.program(OFCTL), command, arguments).ask()
    }

    /// Changes flows of the bridge, all of them or none.
    pub(crate) fn bundle(&self, changes: &str) -> Result<()> {
        let add = self.openflow(self.program(OFCTL), "add-flows", &["-"]);
        add.arg("--bundle").input(changes).ask().map(drop)
    }

    /// Asks the switch's daemon.
    pub(crate) fn appctl(&self, arguments: &[&str]) -> Result<String> {
        self.program(APPCTL).args(arguments).ask()
    }

    /// Waits until the switch has gone once through all that it remembers of frames: what it does with
    /// them, and how many there were. It does so after each change, and by itself twice a second.
    pub(crate) fn settled(&self) -> Result<()> {
        self.appctl(&["revalidator/wait"]).map(drop)
    }

    /// Speaks whenever a flow of these tables is changed by whomever, and when the switch was started anew:
    /// then its flows are gone, and so is its end of the conversation.
    pub(crate) fn watch(
        &self,
        tables: impl Fn(u32) -> bool + Send + 'static,
        heard: impl Fn() -> bool + Send + 'static,
    ) -> Result<()> {
        // It takes two such words at most, so the tables are told apart here. It is to stay, so it has no
        // time-out.
        let monitor = self.openflow(self.found(OFCTL), "monitor", &["watch:!initial,!actions"]);
        monitor.follow_only(move |line| speaks_of(line, &tables), heard)
    }

    fn openflow(&self, ofctl: Program, name: &str, arguments: &[&str]) -> Program {
        let ofctl = ofctl.args(["-O", VERSION, "--no-names", name]);
        let ofctl = match &self.rundir {
            // A bare name would be looked for in the built-in place.
            Some(rundir) => {
                let socket = rundir.join(format!("{}.mgmt", self.bridge));
                ofctl.arg(format!("unix:{}", socket.display()))
            }
            None => ofctl.arg(&self.bridge),
        };
        ofctl.args(arguments)
    }

    fn program(&self, name: &str) -> Program {
        self.found(name).arg(format!("--timeout={PATIENCE}"))
    }

    fn found(&self, name: &str) -> Program {
        let program = Program::new(name);
        match &self.rundir {
            Some(rundir) => program.env("OVS_RUNDIR", rundir),
            None => program,
        }
    }
}

/// Is a line of the monitor's about one of these tables, or about what is not known?
/// ` event=DELETED reason=delete table=205 cookie=0`, each below a heading.
fn speaks_of(line: &str, tables: impl Fn(u32) -> bool) -> bool {
    let table = line
        .split_whitespace()
        .find_map(|word| word.strip_prefix("table="));
    match table {
        Some(number) => number.parse().map_or(true, tables),
        None => !line.contains("FLOW_MONITOR reply"),
    }
}

/// A program printed what is not understood.
pub(crate) fn unreadable(program: &str, what: &str) -> ProgramError {
    Program::new(program).unclear(what)
}

#[cfg(test)]
mod tests {
    use super::speaks_of;

    #[test]
    fn other_tables_and_headings_are_passed_over() {
        let ours = |line| speaks_of(line, |table| table == 205);
        assert!(ours(" event=DELETED reason=delete table=205 cookie=0"));
        assert!(!ours(" event=ADDED table=20 cookie=0 table=205"));
        assert!(!ours("OFPST_FLOW_MONITOR reply (OF1.4) (xid=0x0):"));
        for unknown in [
            "ovs-ofctl: vconn_recv (End of file)",
            " event=ADDED table=a",
        ] {
            assert!(ours(unknown), "{unknown}");
        }
    }
}
