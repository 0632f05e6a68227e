use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use vifguard_lab::{Daemon, Netns, Place, wait_until};

use crate::console::Console;
use crate::error::{Error, Result};
use crate::monitor::Monitor;
use crate::spec::Spec;

/// The emulator.
pub(crate) const QEMU: &str = "qemu-system-x86_64";

/// An emulated machine. It ends when this is dropped, whatever it is doing.
#[derive(Debug)]
pub struct Machine {
    console: Console,
    input: Option<ChildStdin>,
    monitor: Monitor,
    // Fields are dropped in this order: the process before what it writes to.
    daemon: Daemon,
    place: Place,
}

impl Machine {
    /// Builds a machine in a namespace, and leaves it halted: its taps are there, so that they can be put
    /// where they belong before it sends anything. [`Machine::go`] switches it on.
    pub fn build(spec: &Spec, host: &Netns) -> Result<Machine> {
        Machine::with(spec, host, &[])
    }

    /// Builds a machine of the same kind as one whose state was saved, and gives it that state.
    pub fn restore(spec: &Spec, host: &Netns, state: &Path) -> Result<Machine> {
        let mut machine = Machine::with(spec, host, &["-incoming", "defer"])?;
        machine.report_migration()?;
        let from = json!({ "uri": format!("exec:cat {}", quoted(state)?) });
        machine.monitor.ask("migrate-incoming", from)?;
        machine.monitor.event(has_migrated)?;
        Ok(machine)
    }

    fn with(spec: &Spec, host: &Netns, more: &[&str]) -> Result<Machine> {
        let place = Place::new()?;
        let socket = place.path().join("qmp");
        let complaints = place.path().join("complaints");
        let complaint = fs::File::create(&complaints).map_err(Error::file("make", &complaints))?;
        let mut qemu = Command::new(QEMU);
        spec.give(&mut qemu);
        qemu.arg("-qmp");
        qemu.arg(format!("unix:{},server=on,wait=off", socket.display()));
        qemu.args(more);
        qemu.stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaint);
        let mut daemon = host.daemon(qemu)?;
        let monitor = Monitor::connect(&socket, || daemon.is_running()).map_err(|error| {
            let said = fs::read_to_string(&complaints).unwrap_or_default();
            Error::Program {
                program: QEMU.to_owned(),
                said: format!("{error}: {}", said.trim()),
            }
        })?;
        let child = daemon.child();
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or_else(|| Error::Absent {
            what: format!("{QEMU} has no output"),
        })?;
        Ok(Machine {
            console: match spec.shown {
                true => Console::follow_and(output, show),
                false => Console::follow(output),
            },
            input,
            monitor,
            daemon,
            place,
        })
    }

    /// Switches it on, or lets it go on.
    pub fn go(&mut self) -> Result<()> {
        self.monitor.ask("cont", json!({})).map(drop)
    }

    /// What it says on its serial line.
    pub fn console(&self) -> &Console {
        &self.console
    }

    /// Types this on its serial line.
    pub fn say(&mut self, text: &str) -> Result<()> {
        let said = self.input.as_mut().map(|input| {
            input.write_all(text.as_bytes())?;
            input.flush()
        });
        said.unwrap_or(Ok(()))
            .map_err(Error::file("type at", self.place.path()))
    }

    /// Its control.
    pub fn monitor(&mut self) -> &mut Monitor {
        &mut self.monitor
    }

    /// Saves its state to a file. It is halted then.
    pub fn save(&mut self, state: &Path) -> Result<()> {
        self.report_migration()?;
        let to = json!({ "uri": format!("exec:cat > {}", quoted(state)?) });
        self.monitor.ask("migrate", to)?;
        self.monitor.event(has_migrated).map(drop)
    }

    /// True while it is switched on.
    pub fn is_running(&self) -> bool {
        self.daemon.is_running()
    }

    /// Waits until it has switched itself off.
    pub fn wait_for_end(&self, patience: Duration) -> Result<()> {
        if wait_until(patience, || !self.is_running()) {
            return Ok(());
        }
        Err(Error::silent(
            "that it ends",
            Some(patience),
            &self.console.log(),
        ))
    }

    fn report_migration(&mut self) -> Result<()> {
        let events = json!({ "capabilities": [{ "capability": "events", "state": true }] });
        self.monitor
            .ask("migrate-set-capabilities", events)
            .map(drop)
    }
}

/// Past the test harness, which would keep it until the test has ended.
fn show(said: &str) {
    // That nobody can see it is no reason to stop.
    let _ = io::stderr().write_all(said.as_bytes());
}

fn has_migrated(event: &Value) -> bool {
    event["event"] == "MIGRATION" && event["data"]["status"] == "completed"
}

/// For the shell that QEMU starts.
fn quoted(file: &Path) -> Result<String> {
    let file = file.to_string_lossy();
    if file.contains('\'') {
        return Err(Error::Absent {
            what: format!("a file for a machine's state cannot be called {file}"),
        });
    }
    Ok(format!("'{file}'"))
}
