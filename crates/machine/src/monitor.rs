use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use vifguard_lab::wait_until;

use crate::error::{Error, Result};

/// How long QEMU may take to answer a command, or to report what it was asked to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// QEMU's own control of a machine (QMP).
#[derive(Debug)]
pub struct Monitor {
    stream: UnixStream,
    lines: BufReader<UnixStream>,
    /// What it reported while an answer was waited for.
    events: Vec<Value>,
}

impl Monitor {
    /// Connects, once the socket is there.
    pub(crate) fn connect(socket: &Path, is_alive: impl Fn() -> bool) -> Result<Monitor> {
        let mut connected = None;
        wait_until(PATIENCE, || {
            connected = UnixStream::connect(socket).ok();
            connected.is_some() || !is_alive()
        });
        let absent = || Error::Absent {
            what: "the machine's monitor did not come up".to_owned(),
        };
        let stream = connected.ok_or_else(absent)?;
        let file = |error| Error::file("talk to", socket)(error);
        stream.set_read_timeout(Some(PATIENCE)).map_err(file)?;
        let lines = BufReader::new(stream.try_clone().map_err(Error::file("talk to", socket))?);
        let mut monitor = Monitor {
            stream,
            lines,
            events: Vec::new(),
        };
        monitor.line("connect")?;
        monitor.ask("qmp_capabilities", json!({}))?;
        Ok(monitor)
    }

    /// Gives a command, and returns its answer.
    pub fn ask(&mut self, command: &str, arguments: Value) -> Result<Value> {
        let order = json!({ "execute": command, "arguments": arguments });
        let refused = |said: String| Error::Monitor {
            command: command.to_owned(),
            said,
        };
        writeln!(self.stream, "{order}").map_err(|error| refused(error.to_string()))?;
        loop {
            let mut said = self.line(command)?;
            if said.get("event").is_some() {
                self.events.push(said);
            } else if let Some(answer) = said.get_mut("return") {
                return Ok(answer.take());
            } else {
                return Err(refused(said["error"].to_string()));
            }
        }
    }

    /// Waits until it reports this, and returns what.
    pub fn event(&mut self, is_it: impl Fn(&Value) -> bool) -> Result<Value> {
        loop {
            if let Some(at) = self.events.iter().position(&is_it) {
                return Ok(self.events.swap_remove(at));
            }
            let said = self.line("wait for an event")?;
            if said.get("event").is_some() {
                self.events.push(said);
            }
        }
    }

    fn line(&mut self, command: &str) -> Result<Value> {
        let refused = |said: String| Error::Monitor {
            command: command.to_owned(),
            said,
        };
        let mut line = String::new();
        match self.lines.read_line(&mut line) {
            Ok(0) => Err(refused("it has ended".to_owned())),
            Ok(_) => serde_json::from_str(&line).map_err(|error| refused(error.to_string())),
            Err(error) => Err(refused(error.to_string())),
        }
    }
}
