//! One question to a daemon of the switch's, in JSON-RPC over its own socket.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use vifguard_openflow::call;
use vifguard_programs::ProgramError;

use crate::line::PATIENCE;

/// Longer than anything that is asked for.
const MOST: usize = 1 << 28;
/// So much is read at once.
const PART: usize = 1 << 16;

type Result<T> = std::result::Result<T, ProgramError>;

/// A daemon that took the call.
#[derive(Debug)]
pub(crate) struct Call {
    daemon: &'static str,
    stream: UnixStream,
    end: Instant,
}

/// What was asked and is not answered yet.
#[derive(Debug)]
pub(crate) struct Pending(Call);

impl Call {
    /// Calls it.
    pub(crate) fn to(daemon: &'static str, socket: &Path) -> Result<Call> {
        let end = Instant::now() + PATIENCE;
        let stream = call(socket, PATIENCE).map_err(|error| {
            if error.kind() == io::ErrorKind::TimedOut {
                return stuck(daemon);
            }
            let why = format!("cannot connect to {}: {error}", socket.display());
            failed(daemon, why)
        })?;
        Ok(Call {
            daemon,
            stream,
            end,
        })
    }

    /// Asks; the answer may take a while.
    pub(crate) fn ask(mut self, method: &str, params: &Value) -> Result<Pending> {
        let question = json!({ "id": 0, "method": method, "params": params }).to_string();
        let said = self
            .stream
            .set_write_timeout(Some(PATIENCE))
            .and_then(|()| self.stream.write_all(question.as_bytes()));
        said.map_err(|error| broken(self.daemon, &error))?;
        Ok(Pending(self))
    }
}

impl Pending {
    /// The answer, when it comes.
    pub(crate) fn answer(self) -> Result<Value> {
        let Pending(mut call) = self;
        // It may have come while somebody else was listened to.
        call.end = call.end.max(Instant::now() + PATIENCE);
        let mut said = Vec::new();
        let mut part = vec![0; PART];
        loop {
            let left = call.end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(stuck(call.daemon));
            }
            let timed = call.stream.set_read_timeout(Some(left));
            timed.map_err(|error| broken(call.daemon, &error))?;
            match call.stream.read(&mut part) {
                Ok(0) => return Err(failed(call.daemon, "it hung up".to_owned())),
                Ok(length) => said.extend(part.get(..length).unwrap_or_default()),
                Err(error) => again(call.daemon, &error)?,
            }
            if said.last() != Some(&b'}') && said.len() < MOST {
                continue;
            }
            match serde_json::from_slice(&said) {
                Ok(answer) => return read(call.daemon, answer),
                Err(error) if error.is_eof() && said.len() < MOST => {}
                Err(error) => return Err(unclear(call.daemon, &error.to_string())),
            }
        }
    }
}

fn read(daemon: &str, mut answer: Value) -> Result<Value> {
    match (answer.get("error"), answer.get("result")) {
        (None | Some(Value::Null), Some(_)) => {
            Ok(answer.get_mut("result").map_or(Value::Null, Value::take))
        }
        (Some(Value::String(error)), _) => Err(failed(daemon, error.trim().to_owned())),
        (Some(error), _) if !error.is_null() => Err(failed(daemon, error.to_string())),
        _ => Err(unclear(daemon, &answer.to_string())),
    }
}

fn again(daemon: &str, error: &io::Error) -> Result<()> {
    let is = |kinds: &[io::ErrorKind]| kinds.contains(&error.kind());
    if is(&[io::ErrorKind::Interrupted]) {
        Ok(())
    } else if is(&[io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut]) {
        Err(stuck(daemon))
    } else {
        Err(broken(daemon, error))
    }
}

fn broken(daemon: &str, error: &io::Error) -> ProgramError {
    failed(
        daemon,
        format!("the conversation with it broke off: {error}"),
    )
}

/// It, or nobody, said so.
pub(crate) fn failed(daemon: &str, said: String) -> ProgramError {
    ProgramError::Failed {
        program: daemon.to_owned(),
        said,
    }
}

fn stuck(daemon: &str) -> ProgramError {
    ProgramError::Stuck {
        program: daemon.to_owned(),
        patience: PATIENCE,
    }
}

/// It said what is not understood.
pub(crate) fn unclear(daemon: &str, what: &str) -> ProgramError {
    ProgramError::Unclear {
        program: daemon.to_owned(),
        what: what.to_owned(),
    }
}
