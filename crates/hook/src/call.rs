//! One call of a hook.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Of what it prints, so much is read.
const MOST: u64 = 64 << 10;
const NAP: Duration = Duration::from_millis(2);
/// It is killed when it has had this long to end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself.
    With(ExitStatus),
    /// It took too long, and was ended.
    Stuck,
    /// Somebody asked to stop meanwhile, and it was ended.
    Stopped,
}

/// What it printed.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command to its end. What it prints goes to files: a pipe would be held open by what it leaves running.
pub(crate) fn run(
    mut command: Command,
    notes: &Path,
    patience: Duration,
    stopped: &mut dyn FnMut() -> bool,
) -> io::Result<(Ended, Said)> {
    let [out, err] = ["out", "err"].map(|name| notes.join(name));
    command
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .stderr(File::create(&err)?)
        // What a terminal sends to all that runs in it is for this program to see first.
        .process_group(0);
    let mut child = command.spawn()?;
    let ended = wait(&mut child, patience, stopped)?;
    let said = Said {
        out: read(&out)?,
        err: read(&err)?,
    };
    for file in [out, err] {
        // The next call makes them anew.
        let _ = fs::remove_file(file);
    }
    Ok((ended, said))
}

fn wait(
    child: &mut Child,
    patience: Duration,
    stopped: &mut dyn FnMut() -> bool,
) -> io::Result<Ended> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ended::With(status));
        }
        let ended = match (stopped(), start.elapsed() > patience) {
            (true, _) => Ended::Stopped,
            (false, true) => Ended::Stuck,
            (false, false) => {
                thread::sleep(NAP);
                continue;
            }
        };
        end(child)?;
        return Ok(ended);
    }
}

/// Asks it and its children to end, and ends what is left of them.
fn end(child: &mut Child) -> io::Result<()> {
    let group = Pid::from_raw(child.id().cast_signed());
    // A group with nobody left in it is no error worth a word.
    let _ = killpg(group, Signal::SIGTERM);
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > GRACE {
            let _ = killpg(group, Signal::SIGKILL);
            child.wait()?;
            break;
        }
        thread::sleep(NAP);
    }
    Ok(())
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// How it ended, in words.
pub(crate) fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended, nobody knows how".to_owned(),
    }
}
