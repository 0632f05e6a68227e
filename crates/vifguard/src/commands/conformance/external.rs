//! What `vifguard conformance` does with `--external HOOK`.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use nix::sys::signal::Signal;
use vifguard_corpus::Corpus;
use vifguard_hook::{Error, Fault, Options, Scope, Session};
use vifguard_kit::{Asked, Case, External, Report, Trial, external_single};

use super::args::{CaseArgs, RunArgs};
use super::progress::Shown;
use super::run::{self, Judged};
use super::{corpus, explained, terms};
use crate::exit::Exit;
use crate::failure::{Failure, advice_of, exit_of};
use crate::output::Output;
use crate::signals::Deferred;

/// After so long no further policy is begun, unless all are asked for.
const TIME: Duration = Duration::from_secs(150);

/// What a stop was asked by, if it was.
type Arrived = Rc<Cell<Option<Signal>>>;

pub(super) fn run(hook: &Path, args: &RunArgs, output: &Output) -> Result<Exit> {
    let contract = terms::contract()?;
    let asked = run::asked(args, &contract, vifguard_kit::shown_by_a_wire())?;
    let corpus = corpus()?;
    run::make_room(args.report.as_deref())?;
    let (mut session, arrived) = start(hook, args.subject.patience)?;
    let trial = match args.whole {
        true => Trial {
            scope: Scope::Whole,
            time: None,
        },
        false => Trial {
            scope: Scope::Usual,
            time: Some(TIME),
        },
    };
    let mut shown = Shown::new();
    let tried = vifguard_kit::external(&mut session, corpus, &contract, &asked, trial, &mut shown);
    let external = external(hook, &session);
    let stopped = session.stop();
    let run = tried.map_err(|error| failed(error, &arrived))?;
    let mut report = report(&run, &external, &contract, &asked)?;
    // What was seen is told; how the hook left its place is told besides.
    let wrong = left(hook, stopped, &arrived).err();
    report
        .notes
        .extend(wrong.as_ref().map(anyhow::Error::to_string));
    let written = run::written(&report, args.report.as_deref())?;
    let judged = Judged { report, written };
    let Some(wrong) = wrong else {
        return Ok(output.show(&judged));
    };
    let exit = output.show_with(&judged, exit_of(&wrong));
    output.complain(&wrong, &advice_of(&wrong));
    Ok(exit)
}

/// A hook that stopped, and left something behind all the same.
fn left(hook: &Path, stopped: vifguard_hook::Result<Vec<String>>, arrived: &Arrived) -> Result<()> {
    let left = stopped.map_err(|error| failed(error.into(), arrived))?;
    match left.is_empty() {
        true => Ok(()),
        false => Err(failed(Session::left(hook, &left).into(), arrived)),
    }
}

/// `vifguard conformance case --external HOOK`
pub(super) fn case(hook: &Path, args: &CaseArgs, corpus: &Corpus) -> Result<(Case, String)> {
    let (mut session, arrived) = start(hook, args.subject.patience)?;
    let choice = args.choice.as_deref();
    let tried = external_single(&mut session, corpus, &args.name, choice);
    let name = session.product().name.clone();
    let stopped = session.stop();
    let case = tried.map_err(|error| failed(error, &arrived))?;
    left(hook, stopped, &arrived)?;
    Ok((case, name))
}

fn report(
    run: &vifguard_kit::Run,
    external: &External,
    contract: &terms::Embedded,
    asked: &Asked,
) -> Result<Report, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    Ok(Report::of_external(
        run,
        external,
        corpus()?,
        contract,
        asked,
        version,
    ))
}

/// Has the hook start its switch.
/// How long a call of a hook may take, if nothing is said.
const PATIENCE: u64 = 60;

fn start(hook: &Path, patience: Option<u64>) -> Result<(Session, Arrived)> {
    if let Err(missing) = vifguard_lab::privileged() {
        let advice = "run it as root; nothing was changed";
        return Err(Failure::new(Exit::Privilege, missing.to_string(), advice).into());
    }
    let mut signals = Deferred::begin()?;
    let arrived: Arrived = Rc::default();
    let note = Rc::clone(&arrived);
    let options = Options {
        patience: Duration::from_secs(patience.unwrap_or(PATIENCE)),
        asked: Box::new(move || {
            if note.get().is_none() {
                note.set(signals.asked());
            }
            note.get().is_some()
        }),
    };
    let session = Session::start(hook, options);
    let session = session.map_err(|error| failed(error.into(), &arrived))?;
    Ok((session, arrived))
}

/// Who is judged.
fn external(hook: &Path, session: &Session) -> External {
    let product = session.product();
    let bridge = match &product.bridge {
        Some(bridge) => format!("{bridge}, a Linux bridge"),
        None => "not named; what the switch learns is not known".to_owned(),
    };
    let version = product
        .version
        .clone()
        .unwrap_or_else(|| "not told".to_owned());
    let facts = [
        ("hook", hook.display().to_string()),
        ("version", version),
        ("bridge", bridge),
    ];
    External {
        name: product.name.clone(),
        hook: hook.display().to_string(),
        facts: facts.map(|(name, value)| (name.to_owned(), value)).to_vec(),
    }
}

/// The errors of hooks with what to do.
fn failed(error: vifguard_kit::Error, arrived: &Arrived) -> anyhow::Error {
    let vifguard_kit::Error::External(error) = error else {
        return explained(error);
    };
    let (exit, advice) = match &error {
        Error::Hook { fault, .. } => match fault {
            Fault::Unavailable => (
                Exit::Unavailable,
                "nothing was judged; provide what it names",
            ),
            Fault::CannotRun(_) => (
                Exit::NoInput,
                "give an executable file that follows docs/conformance-hooks.md",
            ),
            Fault::Failed(_) | Fault::Stuck(_) | Fault::NoAnswer(_) | Fault::NotSo(_) => (
                Exit::Software,
                "mend the hook (docs/conformance-hooks.md); its switch was taken away",
            ),
        },
        Error::Stopped => (
            arrived.get().map_or(Exit::Again, Exit::Signal),
            "the hook has taken its switch away; no report was written",
        ),
        Error::Run(_) => match error {
            Error::Run(error) => return explained(error.into()),
            Error::Hook { .. } | Error::Stopped => return explained(error.into()),
        },
    };
    Failure::new(exit, error.to_string(), advice).into()
}
