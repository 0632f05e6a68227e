use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use vifguard_driver::{Error, Result};

use crate::ears::{Complaints, Heard, lines};
use crate::trouble::{Trouble, What, refused};
use crate::wire::{Answer, Call, Failure, Greeting, Request};
use crate::{Options, PROTOCOL};

const NAP: Duration = Duration::from_millis(2);

/// A program that runs, and has said hello.
#[derive(Debug)]
pub(crate) struct Conversation {
    options: Options,
    child: Child,
    /// What is said to it; it hears that there is no more when this goes.
    mouth: Option<Sender<Vec<u8>>>,
    heard: Receiver<Heard>,
    complaints: Complaints,
    threads: Vec<JoinHandle<()>>,
    /// What it said of itself.
    greeting: Greeting,
    /// The namespace in which it was started: what it sees and changes.
    place: Option<PathBuf>,
    last_id: u64,
    /// It broke the protocol, and nothing more is believed.
    is_over: bool,
}

/// An answer of either kind, told apart before it is read strictly.
#[derive(Deserialize)]
struct Kind {
    id: u64,
    #[serde(default)]
    ok: Option<IgnoredAny>,
    #[serde(default)]
    error: Option<IgnoredAny>,
}

impl Conversation {
    /// Starts the program in the namespace of this thread, and exchanges greetings.
    pub(crate) fn begin(options: &Options) -> Result<Conversation> {
        let hello = Call::Hello {
            protocol: PROTOCOL,
            vifguard: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let mut conversation = Conversation::start(options).map_err(|source| {
            let what = What::NotStarted(source);
            Trouble { what, said: None }.during(hello.name(), &options.program)
        })?;
        let greeting: Greeting = conversation.ask(hello)?;
        if greeting.protocol != PROTOCOL {
            let trouble = conversation.trouble(What::Protocol(greeting.protocol));
            return Err(trouble.during("hello", &options.program));
        }
        conversation.greeting = greeting;
        Ok(conversation)
    }

    /// What it said of itself.
    pub(crate) fn greeting(&self) -> &Greeting {
        &self.greeting
    }

    fn start(options: &Options) -> std::io::Result<Conversation> {
        let place = here();
        let mut child = Command::new(&options.program)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own: what it has started ends with it, and a signal from the terminal is ours
            // to answer, when what has begun is finished.
            .process_group(0)
            .spawn()?;
        let mut threads = Vec::new();
        let (mouth, words) = mpsc::channel();
        threads.extend(child.stdin.take().map(|pipe| speak(pipe, words)));
        let silence = || std::io::Error::other("it has no pipes");
        let (heard, thread) = lines(
            child.stdout.take().ok_or_else(silence)?,
            options.longest_line,
        );
        threads.push(thread);
        let (complaints, thread) = Complaints::of(child.stderr.take().ok_or_else(silence)?);
        threads.push(thread);
        Ok(Conversation {
            options: options.clone(),
            child,
            mouth: Some(mouth),
            heard,
            complaints,
            threads,
            greeting: Greeting::default(),
            place,
            last_id: 0,
            is_over: false,
        })
    }

    /// Can it be asked more, from here?
    pub(crate) fn goes_on(&mut self) -> bool {
        !self.is_over && self.place == here() && matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask<T: DeserializeOwned>(&mut self, call: Call) -> Result<T> {
        let name = call.name();
        let patience = match call.changes() {
            true => self.options.patience_with_changes,
            false => self.options.patience,
        };
        match self.exchange(call, patience) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(failure)) => {
                let said = self.complaints.last();
                Err(refused(failure.error, name, &self.options.program, said))
            }
            Err(what) => Err(self.broken(what, name)),
        }
    }

    /// What it breaks off with: nothing that it says later is believed.
    pub(crate) fn broken(&mut self, what: What, call: &str) -> Error {
        self.is_over = true;
        self.end(Duration::ZERO);
        // What it complained of is whole when its pipe is closed.
        self.trouble(what).during(call, &self.options.program)
    }

    fn trouble(&self, what: What) -> Trouble {
        Trouble {
            what,
            said: self.complaints.last(),
        }
    }

    fn exchange<T: DeserializeOwned>(
        &mut self,
        call: Call,
        patience: Duration,
    ) -> std::result::Result<std::result::Result<T, Failure>, What> {
        if let Ok(Heard::Line(line) | Heard::Torn(line)) = self.heard.try_recv() {
            return Err(What::Unasked(line));
        }
        self.last_id += 1;
        let request = Request {
            id: self.last_id,
            call,
        };
        let unwritable = |error: serde_json::Error| What::Unclear {
            why: format!("the request cannot be written: {error}"),
            line: Vec::new(),
        };
        let mut line = serde_json::to_vec(&request).map_err(unwritable)?;
        line.push(b'\n');
        // One that does not listen any more says why by what it says, or by ending.
        if let Some(mouth) = &self.mouth {
            let _ = mouth.send(line);
        }
        let line = self.next(patience)?;
        let answer = read(&line, self.last_id)?;
        Ok(answer.map(|answer: Answer<T>| answer.ok))
    }

    /// The next line, if it comes in time.
    pub(crate) fn next(&mut self, patience: Duration) -> std::result::Result<Vec<u8>, What> {
        match self.heard.recv_timeout(patience) {
            Ok(Heard::Line(line)) => Ok(line),
            Ok(Heard::Torn(line)) => Err(What::Torn(line)),
            Ok(Heard::TooLong(begin)) => Err(What::TooLong {
                longest: self.options.longest_line,
                begin,
            }),
            Ok(Heard::End) | Err(RecvTimeoutError::Disconnected) => {
                Err(match self.wait(self.options.farewell) {
                    Some(status) => What::Ended(status),
                    None => What::Silent,
                })
            }
            Err(RecvTimeoutError::Timeout) => Err(What::Stuck(patience)),
        }
    }

    fn wait(&mut self, patience: Duration) -> Option<std::process::ExitStatus> {
        let start = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if start.elapsed() >= patience {
                return None;
            }
            thread::sleep(NAP);
        }
    }

    /// It ends by itself if it does so in time, with what it started.
    fn end(&mut self, patience: Duration) {
        self.mouth = None;
        let ended = self.wait(patience).is_some();
        if let Ok(group) = i32::try_from(self.child.id()) {
            // Once it has ended by itself, what it started may be at work for good reason; if not, nothing
            // of it stays.
            if !ended {
                let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
                let _ = self.child.wait();
            }
        }
        let start = Instant::now();
        while self.threads.iter().any(|thread| !thread.is_finished()) {
            // A pipe that somebody else holds open is not waited for.
            if start.elapsed() >= self.options.farewell {
                self.threads.clear();
                return;
            }
            thread::sleep(NAP);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if !self.is_over {
            self.end(self.options.farewell);
        }
    }
}

/// Beside waiting: one that answers before it has read all is not waited for by both sides.
fn speak(mut pipe: ChildStdin, words: Receiver<Vec<u8>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in words {
            if pipe.write_all(&line).is_err() {
                return;
            }
        }
    })
}

fn read<T: DeserializeOwned>(
    line: &[u8],
    wanted: u64,
) -> std::result::Result<std::result::Result<Answer<T>, Failure>, What> {
    let unclear = |why: String| What::Unclear {
        why,
        line: line.to_vec(),
    };
    let kind: Kind = serde_json::from_slice(line).map_err(|error| unclear(error.to_string()))?;
    if kind.id != wanted {
        let got = kind.id;
        return Err(What::WrongId { got, wanted });
    }
    match (kind.ok, kind.error) {
        (Some(_), None) => match serde_json::from_slice(line) {
            Ok(answer) => Ok(Ok(answer)),
            Err(error) => Err(unclear(error.to_string())),
        },
        (None, Some(_)) => match serde_json::from_slice(line) {
            Ok(failure) => Ok(Err(failure)),
            Err(error) => Err(unclear(error.to_string())),
        },
        (None, None) => Err(unclear("neither ok nor error".to_owned())),
        (Some(_), Some(_)) => Err(unclear("both ok and error".to_owned())),
    }
}

/// Which network namespace this thread is in.
fn here() -> Option<PathBuf> {
    fs::read_link("/proc/thread-self/ns/net").ok()
}
