use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;
use vifguard_lab::Netns;

use crate::answer;
use crate::call::{self, Ended, Said};
use crate::home::Home;
use crate::{Error, Fault, Result, Verb};

/// The hook says: this product cannot express that policy.
const CANNOT_EXPRESS: i32 = 3;
/// The hook says: this machine lacks what the product is made of (`EX_UNAVAILABLE`).
const UNAVAILABLE: i32 = 69;
/// Lines of what it said that an error repeats.
const LAST_LINES: usize = 5;

/// Says whether somebody asked the program to stop.
pub(crate) type Asked = Box<dyn FnMut() -> bool>;

/// An executable that knows a product.
pub(crate) struct Hook {
    file: PathBuf,
    host: Netns,
    home: Home,
    patience: Duration,
    asked: RefCell<Asked>,
}

/// A yes with an answer, or a no with a sentence.
#[derive(Debug)]
pub(crate) enum Reply<T> {
    Yes(T),
    CannotExpress(String),
}

impl Hook {
    pub(crate) fn new(
        file: PathBuf,
        host: Netns,
        patience: Duration,
        asked: Asked,
    ) -> Result<Hook> {
        Ok(Hook {
            file,
            host,
            home: Home::new()?,
            patience,
            asked: RefCell::new(asked),
        })
    }

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Did somebody ask to stop?
    pub(crate) fn heed(&self) -> Result<()> {
        match (self.asked.borrow_mut())() {
            true => Err(Error::Stopped),
            false => Ok(()),
        }
    }

    /// Asks it to do something. Only a guard may be more than it can express.
    pub(crate) fn ask<T: DeserializeOwned + Default>(
        &self,
        verb: Verb,
        environment: &[(&'static str, String)],
    ) -> Result<Reply<T>> {
        let mut command = self.host.command(&self.file);
        command
            .arg(verb.name())
            .env("VIFGUARD_DIRECTORY", self.home.own())
            .env("LC_ALL", "C")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.own());
        // Who is asked to stop still tidies up.
        let mut stopped = || verb != Verb::Stop && (self.asked.borrow_mut())();
        let called = call::run(command, self.home.notes(), self.patience, &mut stopped);
        let fault = |fault, said: String| Err(self.fault(verb, fault, said));
        let (ended, said) = match called {
            Ok(called) => called,
            Err(error) => return fault(Fault::CannotRun(error), String::new()),
        };
        let status = match ended {
            Ended::Stopped => return Err(Error::Stopped),
            Ended::Stuck => return fault(Fault::Stuck(self.patience), said.last_lines()),
            Ended::With(status) => status,
        };
        match status.code() {
            Some(0) => match answer::read(&said.out) {
                Ok(answer) => Ok(Reply::Yes(answer)),
                Err(why) => fault(Fault::NoAnswer(why), last(&said.out)),
            },
            Some(CANNOT_EXPRESS) if verb == Verb::Guard => {
                Ok(Reply::CannotExpress(said.sentence()))
            }
            Some(UNAVAILABLE) => fault(Fault::Unavailable, said.sentence()),
            Some(_) | None => fault(Fault::Failed(call::in_words(status)), said.last_lines()),
        }
    }

    /// The same, where there is no choice.
    pub(crate) fn tell<T: DeserializeOwned + Default>(
        &self,
        verb: Verb,
        environment: &[(&'static str, String)],
    ) -> Result<T> {
        match self.ask(verb, environment)? {
            Reply::Yes(answer) => Ok(answer),
            Reply::CannotExpress(said) => {
                let ended = format!("ended with {CANNOT_EXPRESS}");
                Err(self.fault(verb, Fault::Failed(ended), said))
            }
        }
    }

    /// An error of the hook's.
    pub(crate) fn fault(&self, verb: Verb, fault: Fault, said: String) -> Error {
        Error::Hook {
            hook: self.file.display().to_string(),
            verb,
            fault,
            said,
        }
    }
}

impl Said {
    /// The last line that it complained with.
    fn sentence(&self) -> String {
        let mut lines = self.err.lines().chain(self.out.lines()).map(str::trim);
        let last = match self.err.trim() {
            "" => lines.rfind(|line| !line.is_empty()),
            err => err.lines().last(),
        };
        last.unwrap_or_default().to_owned()
    }

    fn last_lines(&self) -> String {
        match self.err.trim() {
            "" => last(&self.out),
            err => last(err),
        }
    }
}

fn last(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join(" / ")
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// The file, from wherever it is named.
pub(crate) fn resolve(file: &Path) -> std::io::Result<PathBuf> {
    file.canonicalize()
}
