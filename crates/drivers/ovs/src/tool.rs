//! Running Open vSwitch's own programs, and where its sockets are.

use std::path::{Path, PathBuf};

use serde_json::Value;
use vifguard_programs::{Program, ProgramError};

use crate::Options;
use crate::rpc::Call;

/// After so many seconds a program of Open vSwitch's gives up by itself.
const PATIENCE: u8 = 10;
/// What the flows need: bundles came with it. The driver speaks no other.
const VERSION: &str = "OpenFlow14";
/// Asks the database.
pub(crate) const OVSDB_CLIENT: &str = "ovsdb-client";
const SERVER: &str = "ovsdb-server";
/// Listens to the bridge.
const OFCTL: &str = "ovs-ofctl";

/// Where Open vSwitch puts its sockets if nobody says anything: as distributions build it, and as it is built by itself.
const BUILT_IN: [&str; 3] = [
    "/var/run/openvswitch",
    "/run/openvswitch",
    "/usr/local/var/run/openvswitch",
];

type Result<T> = std::result::Result<T, ProgramError>;

/// Where the switch's sockets and its daemons' numbers are, if nobody but its environment says so (`OVS_RUNDIR`).
pub fn rundir() -> PathBuf {
    let set = std::env::var_os("OVS_RUNDIR").filter(|path| !path.is_empty());
    set.map_or_else(
        || {
            let there = BUILT_IN.iter().find(|path| Path::new(path).exists());
            PathBuf::from(there.unwrap_or(&BUILT_IN[0]))
        },
        PathBuf::from,
    )
}

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

    /// Where the switch's sockets are, as its own programs find it.
    pub(crate) fn rundir(&self) -> PathBuf {
        self.rundir.clone().unwrap_or_else(rundir)
    }

    /// Asks the database; question and answer are JSON (RFC 7047 section 4.1.3).
    ///
    /// A program would be started for longer than the answer takes. It is where the database is elsewhere, and where
    /// nobody takes the call: then it says why.
    pub(crate) fn database(&self, question: &Value) -> Result<Value> {
        if let Some(socket) = self.database_here()
            && let Ok(call) = Call::to(SERVER, &socket)
        {
            return call.ask("transact", question)?.answer();
        }
        let answer = self.database_program(&question.to_string())?;
        serde_json::from_str(&answer).map_err(|_| unreadable(OVSDB_CLIENT, "no JSON"))
    }

    fn database_here(&self) -> Option<PathBuf> {
        match &self.ovsdb {
            None => Some(self.rundir().join("db.sock")),
            Some(place) => place.strip_prefix("unix:").map(PathBuf::from),
        }
    }

    fn database_program(&self, question: &str) -> Result<String> {
        let database = self.ovsdb.clone().or_else(|| {
            let socket = self.rundir.as_ref()?.join("db.sock");
            Some(format!("unix:{}", socket.display()))
        });
        let client = self.program(OVSDB_CLIENT).arg("transact");
        client.args(database).arg(question).ask()
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
        let monitor = self.openflow("monitor", &["watch:!initial,!actions"]);
        monitor.follow_only(move |line| speaks_of(line, &tables), heard)
    }

    fn openflow(&self, name: &str, arguments: &[&str]) -> Program {
        let ofctl = self.found(OFCTL).args(["-O", VERSION, "--no-names", name]);
        // The same that is spoken to: by a bare name the program would look where it was built to.
        let socket = self.rundir().join(format!("{}.mgmt", self.bridge));
        let ofctl = ofctl.arg(format!("unix:{}", socket.display()));
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
