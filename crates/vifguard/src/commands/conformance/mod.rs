//! `vifguard conformance`

mod args;
mod case;
mod external;
mod list;
mod progress;
mod run;
mod terms;

use anyhow::Result;
use vifguard_corpus::Corpus;
use vifguard_kit::Error;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) use args::ConformanceArgs;
use args::What;

pub(super) fn run(args: &ConformanceArgs, output: &Output) -> Result<Exit> {
    match &args.what {
        What::Run(args) => run::run(args, output),
        What::List(args) => list::run(args, output),
        What::Case(args) => case::run(args, output),
    }
}

fn corpus() -> Result<&'static Corpus, Failure> {
    Corpus::embedded().map_err(|error| {
        let advice = "this is a defect of vifguard; please report it";
        Failure::new(Exit::Software, error.to_string(), advice)
    })
}

/// The kit's errors with what to do.
fn explained(error: Error) -> anyhow::Error {
    use vifguard_conformance::Error as RunError;
    let (exit, advice) = match error {
        Error::Run(RunError::Driver(error)) => return error.into(),
        Error::Run(RunError::Lab(vifguard_lab::Error::Missing(_))) => {
            (Exit::Privilege, "run it as root; nothing was changed")
        }
        Error::Run(RunError::Lost(_)) => (
            Exit::Again,
            "this machine was too busy for an observer to keep up; try again",
        ),
        Error::NotTried { .. } => (
            Exit::Unavailable,
            "nothing follows for this case; others may say more",
        ),
        Error::NoSuchCase(_) | Error::NoSuchChoice { .. } | Error::JudgeOnly(_) => (
            Exit::Data,
            "vifguard conformance list shows the cases and their choices of guards",
        ),
        Error::NoSuchPlace { .. } => (Exit::Usage, "name one of these, or none"),
        Error::Write { .. } => (Exit::Io, "give a directory or file that can be written"),
        Error::Run(_) | Error::External(_) | Error::Render { .. } => (
            Exit::Software,
            "nothing outside the kit's own namespaces was touched; please report it",
        ),
    };
    Failure::new(exit, error.to_string(), advice).into()
}
