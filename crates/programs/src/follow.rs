use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::mem;
use std::process::Child;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::ask::last_words;
use crate::{Program, ProgramError};

/// One that ends within this time cannot do what it was asked for: nobody listens by it.
pub(crate) const TRIAL: Duration = Duration::from_millis(200);
/// Before a program that ended is started again; twice as long each time, if it goes on like that.
const PAUSE: Duration = Duration::from_secs(1);
/// So long at most. Who lived longer is started again after the first pause.
const LONGEST: Duration = Duration::from_secs(8);

/// A program that speaks, and that is ended when nobody listens any more.
pub(crate) struct Speaker {
    child: Child,
    lines: Receiver<String>,
    /// What it said while it was on trial.
    first: Vec<String>,
}

impl Speaker {
    /// Starts it, and sees whether it stays.
    pub(crate) fn begin(program: &Program, trial: Duration) -> Result<Speaker, ProgramError> {
        let (child, words) = program.start()?;
        let (tell, lines) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(words).split(b'\n');
            lines
                .map_while(Result::ok)
                .try_for_each(|line| tell.send(String::from_utf8_lossy(&line).into_owned()))
        });
        speaking().insert(child.id());
        let mut speaker = Speaker {
            child,
            lines,
            first: Vec::new(),
        };
        let end = Instant::now() + trial;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match speaker.lines.recv_timeout(left) {
                Ok(line) => speaker.first.push(line),
                Err(RecvTimeoutError::Timeout) => return Ok(speaker),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(ProgramError::Failed {
                        said: last_words(&program.name, &speaker.first.join("\n")),
                        program: program.name.clone(),
                    });
                }
            }
        }
    }

    /// Passes on that lines came that matter, until there are no more; false when nobody listens.
    fn hear(&mut self, matters: &impl Fn(&str) -> bool, heard: &impl Fn() -> bool) -> bool {
        let first = mem::take(&mut self.first).into_iter();
        let mut all = first.chain(self.lines.iter());
        all.all(|line| !matters(&line) || heard())
    }
}

/// Those that speak, by their process numbers: a program that ends does not drop what its threads hold.
static SPEAKING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Ends all that were started to be listened to. Who ends without it leaves them behind: they notice that nobody
/// reads when they next say something, and some never do.
pub fn end_followed() {
    for process in mem::take(&mut *speaking()) {
        let process = i32::try_from(process).ok().map(Pid::from_raw);
        // One that has ended by itself is nobody's loss.
        let _ = process.map(|process| kill(process, Signal::SIGKILL));
    }
}

fn speaking() -> MutexGuard<'static, BTreeSet<u32>> {
    SPEAKING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Speaker {
    fn drop(&mut self) {
        // Before its number can be another's.
        speaking().remove(&self.child.id());
        // Its words are over, or nobody's any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Listens to a program, and to its successors.
pub(crate) fn follow(
    program: &Program,
    mut speaker: Speaker,
    matters: impl Fn(&str) -> bool,
    heard: impl Fn() -> bool,
) {
    let mut pause = PAUSE;
    loop {
        let began = Instant::now();
        let listening = speaker.hear(&matters, &heard);
        drop(speaker);
        // Its end is an event: what it spoke of may have ended, too.
        if !listening || !heard() {
            return;
        }
        if began.elapsed() > LONGEST {
            pause = PAUSE;
        }
        speaker = loop {
            thread::sleep(pause);
            pause = LONGEST.min(pause * 2);
            match Speaker::begin(program, TRIAL) {
                Ok(again) => break again,
                // What it speaks of may be gone for a while, and perhaps it will never be heard again: whoever
                // listens looks for itself, now and then.
                Err(_) if heard() => {}
                Err(_) => return,
            }
        };
        // What happened in between was said to nobody.
        if !heard() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Program {
        Program::new("sh").args(["-c", script])
    }

    #[test]
    fn one_that_dies_at_once_is_an_error_in_its_own_words() {
        let dead = Speaker::begin(&shell("echo sh: no such luck >&2; exit 3"), LONG);
        let error = dead.err().unwrap().to_string();
        assert_eq!(error, "sh: no such luck");
    }

    /// Lines that do not matter are passed over, those of its trial are not lost, and its end is heard.
    #[test]
    fn what_matters_is_heard_and_so_is_the_end() {
        let (tell, events) = mpsc::channel();
        let program = shell("echo one; echo two; echo two; sleep 0.5; echo one");
        let speaker = Speaker::begin(&program, Duration::from_millis(100)).unwrap();
        let heard = move || tell.send(()).is_ok();
        thread::spawn(move || follow(&program, speaker, |line| line == "one", heard));
        for _ in 0..3 {
            events.recv_timeout(LONG).unwrap();
        }
    }

    /// The one that was started is ended with the listener.
    #[test]
    fn nobody_speaks_to_nobody() {
        let program = shell("while :; do echo; sleep 0.01; done");
        let speaker = Speaker::begin(&program, Duration::from_millis(50)).unwrap();
        let id = speaker.child.id();
        follow(&program, speaker, |_| true, || false);
        assert!(!std::path::Path::new(&format!("/proc/{id}")).exists());
    }
}
