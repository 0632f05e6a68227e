use std::env;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// The result of a task.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Why a task ended.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Called wrongly.
    Usage(String),
    /// The machine lacks something that cannot be installed here.
    Machine(String),
    /// The book's pages are not in order.
    Book(String),
    /// The merge gate has nothing to compare with.
    Gate(String),
    /// A step could not be started.
    Start(String, io::Error),
    /// A step failed.
    Step(String, ExitStatus),
}

impl Failure {
    /// The exit code: that of the step which failed.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Book(_) | Failure::Gate(_) => 1,
            Failure::Machine(_) | Failure::Start(..) => 69,
            Failure::Step(_, status) => status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .filter(|code| *code != 0)
                .unwrap_or(1),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(text)
            | Failure::Machine(text)
            | Failure::Book(text)
            | Failure::Gate(text) => f.write_str(text),
            Failure::Start(step, error) => write!(f, "cannot run {step}: {error}"),
            Failure::Step(step, status) => write!(f, "{step} failed ({status})"),
        }
    }
}

/// A program to run in the root of the repository.
pub(crate) struct Step {
    command: Command,
    /// Settings that are shown before the command.
    settings: String,
}

impl Step {
    pub(crate) fn new(program: &str) -> Step {
        let mut command = Command::new(program);
        command.current_dir(root());
        Step {
            command,
            settings: String::new(),
        }
    }

    /// The cargo that runs this.
    pub(crate) fn cargo(subcommand: &str) -> Step {
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        Step::new(&cargo).args([subcommand])
    }

    pub(crate) fn args<T: AsRef<str>>(mut self, args: impl IntoIterator<Item = T>) -> Step {
        self.command
            .args(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// In this directory, counted from the root of the repository.
    pub(crate) fn within(mut self, directory: &str) -> Step {
        self.command.current_dir(root().join(directory));
        self
    }

    pub(crate) fn set(mut self, key: &str, value: &str) -> Step {
        self.command.env(key, value);
        self.settings += &format!("{key}={value:?} ");
        self
    }

    /// Shows it and runs it to its end.
    pub(crate) fn run(mut self) -> Outcome {
        let shown = self.shown();
        eprintln!("+ {}{shown}", self.settings);
        let status = self
            .command
            .status()
            .map_err(|error| Failure::Start(shown.clone(), error))?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::Step(shown, status))
        }
    }

    fn shown(&self) -> String {
        let program = self.command.get_program().to_string_lossy();
        let name = Path::new(&*program)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let args = self.command.get_args().map(|arg| arg.to_string_lossy());
        std::iter::once(name)
            .chain(args)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}
