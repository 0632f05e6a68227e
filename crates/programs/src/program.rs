use std::ffi::{OsStr, OsString};
use std::io::{self, PipeReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::ProgramError;
use crate::ask::answer;
use crate::follow::{Speaker, TRIAL, follow};

/// A program with its arguments, not started yet. It speaks no language but its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub(crate) name: String,
    arguments: Vec<OsString>,
    environment: Vec<(String, OsString)>,
    pub(crate) input: Option<String>,
    pub(crate) patience: Duration,
}

/// How long a program may take to answer, if nothing else is said.
const PATIENCE: Duration = Duration::from_secs(10);

impl Program {
    /// A program, looked for as a shell does.
    pub fn new(name: &str) -> Program {
        Program {
            name: name.to_owned(),
            arguments: Vec::new(),
            environment: vec![("LC_ALL".to_owned(), "C".into())],
            input: None,
            patience: PATIENCE,
        }
    }

    /// With a further argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Program {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// With further arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Program {
        arguments.into_iter().fold(self, Program::arg)
    }

    /// With a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Program {
        self.environment
            .push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// With a text that it reads.
    #[must_use]
    pub fn input(mut self, text: impl Into<String>) -> Program {
        self.input = Some(text.into());
        self
    }

    /// That may take so long to answer; ten seconds otherwise.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Program {
        self.patience = patience;
        self
    }

    /// Runs it, and returns what it printed. One that does not end is ended.
    ///
    /// # Errors
    ///
    /// It cannot be run, it failed, or it did not end.
    pub fn ask(&self) -> Result<String, ProgramError> {
        answer(self)
    }

    /// Keeps it running, and calls `heard` for every line that it prints, when it ends, and when it was started
    /// again, until `heard` says that nobody listens any more.
    ///
    /// # Errors
    ///
    /// It cannot be started now, or ends at once. Later it is tried again and again, ever more seldom; each
    /// time that it fails is heard, since whoever listens has to look for itself then.
    pub fn follow(self, heard: impl Fn() -> bool + Send + 'static) -> Result<(), ProgramError> {
        self.follow_only(|_| true, heard)
    }

    /// The same, where not every line matters.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn follow_only(
        self,
        matters: impl Fn(&str) -> bool + Send + 'static,
        heard: impl Fn() -> bool + Send + 'static,
    ) -> Result<(), ProgramError> {
        let speaker = Speaker::begin(&self, TRIAL)?;
        thread::spawn(move || follow(&self, speaker, matters, heard));
        Ok(())
    }

    /// Starts it to be listened to. Some say what happens to standard error (`ovs-ofctl monitor`): both are
    /// heard.
    pub(crate) fn start(&self) -> Result<(Child, PipeReader), ProgramError> {
        let start = || {
            let (reader, writer) = io::pipe()?;
            let mut command = self.command();
            command.stdin(Stdio::null());
            command.stdout(writer.try_clone()?).stderr(writer);
            Ok((command.spawn()?, reader))
        };
        start().map_err(|source| self.absent(source))
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.name);
        command.args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.stdin(match self.input {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        });
        command
    }

    pub(crate) fn absent(&self, source: io::Error) -> ProgramError {
        ProgramError::Absent {
            program: self.name.clone(),
            source,
        }
    }

    /// What it said is not understood.
    pub fn unclear(&self, what: impl Into<String>) -> ProgramError {
        ProgramError::Unclear {
            program: self.name.clone(),
            what: what.into(),
        }
    }
}
