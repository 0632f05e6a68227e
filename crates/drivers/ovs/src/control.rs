//! What the switch's daemon is asked as `ovs-appctl` does: JSON-RPC over its own socket.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};
use vifguard_programs::ProgramError;

use crate::line::PATIENCE;

/// The daemon.
const DAEMON: &str = "ovs-vswitchd";
/// Longer than anything that is asked for.
const MOST: usize = 1 << 20;

type Result<T> = std::result::Result<T, ProgramError>;

/// Where the daemon is asked.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    rundir: PathBuf,
}

/// What was asked and is not answered yet.
#[derive(Debug)]
pub(crate) struct Pending {
    stream: UnixStream,
    end: Instant,
}

impl Control {
    pub(crate) fn new(rundir: &Path) -> Control {
        Control {
            rundir: rundir.to_owned(),
        }
    }

    /// Asks; the answer may take a while.
    pub(crate) fn ask(&self, command: &str, arguments: &[&str]) -> Result<Pending> {
        let end = Instant::now() + PATIENCE;
        let mut stream = self.call()?;
        let question = json!({ "id": 0, "method": command, "params": arguments }).to_string();
        let said = stream
            .set_write_timeout(Some(PATIENCE))
            .and_then(|()| stream.write_all(question.as_bytes()));
        said.map_err(broken)?;
        Ok(Pending { stream, end })
    }

    /// Waits until the switch has gone once through all that it remembers of frames: what it does with them, and how
    /// many there were. It does so after each change, and by itself twice a second.
    pub(crate) fn settling(&self) -> Result<Pending> {
        self.ask("revalidator/wait", &[])
    }

    fn call(&self) -> Result<UnixStream> {
        let pidfile = self.rundir.join(format!("{DAEMON}.pid"));
        let said = std::fs::read_to_string(&pidfile).map_err(|error| {
            failed(format!(
                "cannot read pidfile {}: {error}",
                pidfile.display()
            ))
        })?;
        let socket = format!("{DAEMON}.{}.ctl", said.trim());
        let socket = self.rundir.join(socket);
        // It takes no call when it hangs and as many wait as it has room for. Who waits then is left behind.
        let (tell, called) = mpsc::channel();
        let path = socket.clone();
        thread::spawn(move || tell.send(UnixStream::connect(path)));
        let called = called.recv_timeout(PATIENCE).map_err(|_| stuck())?;
        called.map_err(|error| failed(format!("cannot connect to {}: {error}", socket.display())))
    }
}

impl Pending {
    /// The answer, when it comes.
    pub(crate) fn answer(mut self) -> Result<String> {
        let mut said = Vec::new();
        let mut part = [0; 4096];
        loop {
            let left = self.end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(stuck());
            }
            self.stream.set_read_timeout(Some(left)).map_err(broken)?;
            match self.stream.read(&mut part) {
                Ok(0) => return Err(failed("it hung up".to_owned())),
                Ok(length) => said.extend(part.get(..length).unwrap_or_default()),
                Err(error) => again(error)?,
            }
            match serde_json::from_slice(&said) {
                Ok(answer) => return read(&answer),
                Err(error) if error.is_eof() && said.len() < MOST => {}
                Err(error) => return Err(unclear(&error.to_string())),
            }
        }
    }
}

fn read(answer: &Value) -> Result<String> {
    match (answer.get("error"), answer.get("result")) {
        (Some(Value::String(error)), _) => Err(failed(error.trim().to_owned())),
        (_, Some(Value::String(result))) => Ok(result.clone()),
        _ => Err(unclear(&answer.to_string())),
    }
}

fn again(error: io::Error) -> Result<()> {
    match error.kind() {
        io::ErrorKind::Interrupted => Ok(()),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Err(stuck()),
        _ => Err(broken(error)),
    }
}

fn broken(error: io::Error) -> ProgramError {
    failed(format!("the connection to it broke: {error}"))
}

fn failed(said: String) -> ProgramError {
    ProgramError::Failed {
        program: DAEMON.to_owned(),
        said,
    }
}

fn stuck() -> ProgramError {
    ProgramError::Stuck {
        program: DAEMON.to_owned(),
        patience: PATIENCE,
    }
}

fn unclear(what: &str) -> ProgramError {
    ProgramError::Unclear {
        program: DAEMON.to_owned(),
        what: what.to_owned(),
    }
}
