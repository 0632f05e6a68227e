use std::io::{Read, Write};
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Program, ProgramError};

/// How long its pipes may stay open when it has ended.
const GRACE: Duration = Duration::from_secs(1);
/// Between two looks at whether it has ended, while it may still speak.
const NAP: Duration = Duration::from_millis(2);
/// The first of them when it has spoken to the end: then it is gone in a moment. Each is twice as long.
const BLINK: Duration = Duration::from_micros(100);

/// What a program prints. One that does not end is ended.
pub(crate) fn answer(program: &Program) -> Result<String, ProgramError> {
    let absent = |source| program.absent(source);
    let mut child = program.command().spawn().map_err(absent)?;
    feed(child.stdin.take(), program.input.clone());
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let mut said = None;
    let Some(success) = wait(&mut child, program.patience, &out, &mut said).map_err(absent)? else {
        return Err(ProgramError::Stuck {
            program: program.name.clone(),
            patience: program.patience,
        });
    };
    // What it started may hold on to its pipes for ever; what came until now is all that it said.
    let text = |reader: Receiver<String>| reader.recv_timeout(GRACE).unwrap_or_default();
    let (out, err) = (said.unwrap_or_else(|| text(out)), text(err));
    match success {
        true => Ok(out),
        false => Err(ProgramError::Failed {
            program: program.name.clone(),
            said: last_words(&program.name, &err),
        }),
    }
}

/// Beside waiting: it may say something before it has read all. One that ends early says why itself.
fn feed(pipe: Option<ChildStdin>, text: Option<String>) {
    if let (Some(mut pipe), Some(text)) = (pipe, text) {
        thread::spawn(move || pipe.write_all(text.as_bytes()));
    }
}

/// What it complained of last, without its name before it.
pub(crate) fn last_words(program: &str, said: &str) -> String {
    let mut lines = said.lines().map(str::trim);
    let last = lines.rfind(|line| !line.is_empty());
    let last = last.unwrap_or("it failed and did not say why");
    let bare = last.strip_prefix(program).unwrap_or(last);
    let bare = bare.trim_start_matches(':').trim_start();
    bare.strip_prefix("error: ").unwrap_or(bare).to_owned()
}

/// Whether it succeeded; nothing if it had to be ended. What it prints is taken on the way: most programs
/// end when they have spoken.
fn wait(
    child: &mut Child,
    patience: Duration,
    out: &Receiver<String>,
    said: &mut Option<String>,
) -> std::io::Result<Option<bool>> {
    let start = Instant::now();
    let mut blink = BLINK;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if start.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        match said {
            Some(_) => {
                thread::sleep(blink);
                blink = NAP.min(blink * 2);
            }
            None => *said = out.recv_timeout(NAP).ok(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_reads_and_what_it_prints() {
        let cat = Program::new("cat").input("a\nb\n");
        assert_eq!(cat.ask().unwrap(), "a\nb\n");
    }

    /// A pipe holds 64 KiB: who reads and writes in turn would wait for itself.
    #[test]
    fn it_may_speak_while_it_reads() {
        let text = "x".repeat(1 << 20);
        assert_eq!(Program::new("cat").input(&text).ask().unwrap(), text);
    }

    #[test]
    fn one_that_does_not_end_is_ended() {
        let sleep = Program::new("sleep").arg("1000");
        let stuck = sleep.patience(Duration::from_millis(50)).ask();
        assert!(
            matches!(stuck, Err(ProgramError::Stuck { .. })),
            "{stuck:?}"
        );
    }

    #[test]
    fn its_last_words_are_the_error() {
        let said = Program::new("sh").args(["-c", "echo sh: error: no luck >&2; exit 3"]);
        assert_eq!(said.ask().unwrap_err().to_string(), "sh: no luck");
        let missing = Program::new("vifguard-no-such-program").ask();
        assert!(missing.unwrap_err().is_not_installed());
    }
}
