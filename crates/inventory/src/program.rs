use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

/// How long a hypervisor's program may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long its pipes may stay open when it has ended.
const GRACE: Duration = Duration::from_secs(1);
const NAP: Duration = Duration::from_millis(2);

/// Why a hypervisor's own program gave no answer.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// It is not installed, or cannot be run.
    #[error("cannot run {program}: {source}")]
    Absent {
        /// Its name.
        program: String,
        /// The kernel's answer.
        source: std::io::Error,
    },
    /// It ended with an error.
    #[error("{program}: {said}")]
    Failed {
        /// Its name.
        program: String,
        /// Its own words.
        said: String,
    },
    /// It did not end.
    #[error("{program} gave no answer for {} seconds", PATIENCE.as_secs())]
    Stuck {
        /// Its name.
        program: String,
    },
    /// It said what is not understood.
    #[error("{program} said what is not understood: {what}")]
    Unclear {
        /// Its name.
        program: String,
        /// What it was.
        what: String,
    },
}

/// What a program prints, in no language but its own. One that does not end is ended.
pub(crate) fn ask(program: &str, arguments: &[&str]) -> Result<String, ProgramError> {
    let absent = |source| ProgramError::Absent {
        program: program.to_owned(),
        source,
    };
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(absent)?;
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let Some(success) = wait(&mut child).map_err(absent)? else {
        return Err(ProgramError::Stuck {
            program: program.to_owned(),
        });
    };
    // What it started may hold on to its pipes for ever; what came until now is all that it said.
    let text = |reader: Receiver<String>| reader.recv_timeout(GRACE).unwrap_or_default();
    let (out, err) = (text(out), text(err));
    match success {
        true => Ok(out),
        false => Err(ProgramError::Failed {
            program: program.to_owned(),
            said: last_words(program, &err),
        }),
    }
}

/// What it complained of last, without its name before it.
fn last_words(program: &str, said: &str) -> String {
    let mut lines = said.lines().map(str::trim);
    let last = lines.rfind(|line| !line.is_empty());
    let last = last.unwrap_or("it failed and did not say why");
    let bare = last.strip_prefix(program).unwrap_or(last);
    let bare = bare.trim_start_matches(':').trim_start();
    bare.strip_prefix("error: ").unwrap_or(bare).to_owned()
}

/// Whether it succeeded; nothing if it had to be ended.
fn wait(child: &mut Child) -> std::io::Result<Option<bool>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(NAP);
    }
}

/// Beside waiting: a program that is not read does not end.
fn drain(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (tell, text_of) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is shown as it is.
            let _ = pipe.read_to_end(&mut text);
        }
        // Nobody listens any more if it took too long.
        let _ = tell.send(String::from_utf8_lossy(&text).into_owned());
    });
    text_of
}
