//! A real Open vSwitch, with its datapath in userspace, in a namespace of its own.

mod programs;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::daemon::Daemon;
use crate::error::{Error, Result};
use crate::netns::Netns;
use crate::place::Place;
use crate::tap::{Tap, TapOptions};
use crate::wait::wait_until;
pub use programs::{available, missing};

/// How long a daemon may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
const READY: Duration = Duration::from_secs(5);
/// How often the switch adds up what it remembers, in milliseconds; it takes no less.
const ROUND: &str = "other_config:max-revalidator=100";

/// A host whose guests are on a bridge of Open vSwitch.
///
/// Clones are handles to the same switch; its daemons and files go with the last of them.
#[derive(Clone)]
pub struct Switch(Arc<Inner>);

struct Inner {
    host: Netns,
    // Fields are dropped in this order: the daemons before what they write to.
    daemon: Mutex<Option<Daemon>>,
    _database: Daemon,
    place: Place,
}

impl Switch {
    /// The bridge.
    pub const BRIDGE: &str = "br0";

    /// A switch with an empty bridge that drops what no flow lets through.
    pub fn new() -> Result<Switch> {
        let host = Netns::new("switch")?;
        let place = Place::new()?;
        let at = |name: &str| place.path().join(name);
        let database = at("conf.db");
        let schema = programs::schema();
        run(Command::new("ovsdb-tool")
            .arg("create")
            .args([&database, &schema]))?;
        let mut server = Command::new("ovsdb-server");
        server.arg(&database);
        server.arg(format!("--remote=punix:{}", at("db.sock").display()));
        let server = start(&host, server, place.path(), "ovsdb-server")?;
        let inner = Inner {
            host,
            daemon: Mutex::new(None),
            _database: server,
            place,
        };
        let switch = Switch(Arc::new(inner));
        switch.vsctl(&["--no-wait", "init"])?;
        switch.vsctl(&["--no-wait", "set", "Open_vSwitch", ".", ROUND])?;
        switch.start()?;
        let bridge = [
            "set",
            "bridge",
            Self::BRIDGE,
            "datapath_type=netdev",
            "fail_mode=secure",
        ];
        let mut add = vec!["add-br", Self::BRIDGE, "--"];
        add.extend(bridge);
        switch.vsctl(&add)?;
        Ok(switch)
    }

    /// The namespace of its interfaces.
    pub fn host(&self) -> &Netns {
        &self.0.host
    }

    /// Where its sockets are: what `OVS_RUNDIR` says.
    pub fn rundir(&self) -> &Path {
        self.0.place.path()
    }

    /// A tap on the bridge, up.
    pub fn tap(&self, name: &str, options: TapOptions) -> Result<Tap> {
        let tap = self.0.host.tap_with(name, options)?;
        tap.link().silence()?;
        tap.link().up()?;
        tap.link().await_ready(READY)?;
        self.vsctl(&["--may-exist", "add-port", Self::BRIDGE, name])?;
        Ok(tap)
    }

    /// Starts `ovs-vswitchd`, if it does not run.
    pub fn start(&self) -> Result<()> {
        let mut daemon = self.daemon();
        if daemon.is_none() {
            let mut command = Command::new("ovs-vswitchd");
            command.arg(format!("unix:{}", self.rundir().join("db.sock").display()));
            *daemon = Some(start(&self.0.host, command, self.rundir(), "ovs-vswitchd")?);
        }
        drop(daemon);
        let bridges = self.vsctl(&["list-br"])?;
        // A socket of the last daemon's may still lie there.
        let is_up = || bridges.is_empty() || self.ofctl("get-frags", &[]).is_ok();
        if wait_until(PATIENCE, is_up) {
            return Ok(());
        }
        Err(did_not_come_up("ovs-vswitchd"))
    }

    /// Kills `ovs-vswitchd`, with all that it remembers.
    pub fn kill(&self) {
        self.daemon().take();
    }

    /// Runs `ovs-vsctl` and returns what it prints.
    pub fn vsctl(&self, arguments: &[&str]) -> Result<String> {
        let database = format!("--db=unix:{}", self.rundir().join("db.sock").display());
        run(self.command("ovs-vsctl").arg(database).args(arguments))
    }

    /// Runs `ovs-ofctl`; the bridge stands behind the command.
    pub fn ofctl(&self, command: &str, arguments: &[&str]) -> Result<String> {
        let bridge = self.rundir().join(format!("{}.mgmt", Self::BRIDGE));
        let mut program = self.command("ovs-ofctl");
        program.args(["-O", "OpenFlow14", command]);
        program
            .arg(format!("unix:{}", bridge.display()))
            .args(arguments);
        run(&mut program)
    }

    /// Runs `ovs-appctl` for `ovs-vswitchd`.
    pub fn appctl(&self, arguments: &[&str]) -> Result<String> {
        run(self.command("ovs-appctl").args(arguments))
    }

    /// What the bridge has learned: a line for each address, without its age.
    pub fn learned(&self) -> Result<Vec<String>> {
        let shown = self.appctl(&["fdb/show", Self::BRIDGE])?;
        let entry = |line: &str| {
            let mut words = line.split_whitespace();
            Some([words.next()?, words.next()?, words.next()?].join(" "))
        };
        let mut entries: Vec<String> = shown.lines().skip(1).filter_map(entry).collect();
        entries.sort_unstable();
        Ok(entries)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("OVS_RUNDIR", self.rundir()).env("LC_ALL", "C");
        command
    }

    fn daemon(&self) -> MutexGuard<'_, Option<Daemon>> {
        self.0.daemon.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts a daemon in the foreground, and waits until it takes orders.
fn start(host: &Netns, mut command: Command, rundir: &Path, name: &'static str) -> Result<Daemon> {
    let pidfile: PathBuf = rundir.join(format!("{name}.pid"));
    command.env("OVS_RUNDIR", rundir).env("OVS_LOGDIR", rundir);
    command
        .env("OVS_DBDIR", rundir)
        .env("OVS_SYSCONFDIR", rundir);
    command.arg(format!("--pidfile={}", pidfile.display()));
    command
        .arg("--log-file")
        .args(["-vconsole:off", "--overwrite-pidfile"]);
    let daemon = host.daemon(command)?;
    let control = rundir.join(format!("{name}.{}.ctl", daemon.id()));
    let socket = rundir.join("db.sock");
    if wait_until(PATIENCE, || {
        !daemon.is_running() || (control.exists() && socket.exists())
    }) && daemon.is_running()
    {
        return Ok(daemon);
    }
    Err(did_not_come_up(name))
}

fn did_not_come_up(name: &str) -> Error {
    Error::Program {
        program: name.to_owned(),
        step: "start",
        source: std::io::Error::other("it did not come up in time"),
    }
}

fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |source| Error::Program {
        program: program.clone(),
        step: "run",
        source,
    };
    let output = command.output().map_err(failed)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(failed(std::io::Error::other(said)))
}

/// Two handles are equal if they are of the same switch.
impl PartialEq for Switch {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Switch {}

impl fmt::Debug for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Switch")
    }
}
