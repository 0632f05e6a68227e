use std::path::PathBuf;

use crate::program::Table;

/// The last table that the guards can begin at: the switch keeps the last but one of all to itself.
pub const LAST_FIRST_TABLE: u8 = 254 - Table::COUNT;

/// How to find an Open vSwitch, and where in it the guards go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where the switch's sockets are; `OVS_RUNDIR` and then the built-in place if none is given, as
    /// its own programs do.
    pub rundir: Option<PathBuf>,
    /// The database (`unix:…/db.sock`, `tcp:…`); the socket in `rundir` if none is given.
    pub ovsdb: Option<String>,
    /// The bridge.
    pub bridge: String,
    /// The first of the tables that hold the guards. They must be empty of others' flows.
    pub first_table: u8,
    /// The table in which the operator's own pipeline begins: what passes goes on there.
    pub operator_table: u8,
    /// Accept a bridge that forwards everything by itself whenever its flows are gone.
    pub may_fail_open: bool,
    /// Switch the bridge's handling of fragments to `nx-match`, so that the ports of a first fragment
    /// are seen. It is a setting of the whole bridge, seen by the operator's flows too.
    pub set_fragments: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            rundir: None,
            ovsdb: None,
            bridge: "br0".to_owned(),
            first_table: 200,
            operator_table: 0,
            may_fail_open: false,
            set_fragments: false,
        }
    }
}
