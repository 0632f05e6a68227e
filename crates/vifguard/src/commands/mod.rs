//! The subcommands, one a file.

mod check;
mod completions;
pub(crate) mod conformance;
mod contract;
mod demo;
mod doctor;
mod enforce;
mod explain;
mod fallback;
mod ground;
mod import;
mod libvirt;
mod plan;
mod prospect;
mod release;
mod run;
mod schema;
mod status;
mod verify;
mod watch;

use anyhow::Result;

use crate::cli::Command;
use crate::drivers;
use crate::exit::Exit;
use crate::output::Output;

/// Does what was asked.
pub(crate) fn run(command: &Command, output: &Output) -> Result<Exit> {
    if let Some(args) = command.driver() {
        drivers::check(args.driver, args.program.as_deref())?;
    }
    match command {
        Command::Check(args) => check::run(args, output),
        Command::Plan(args) => plan::run(args, output),
        Command::Enforce(args) => enforce::run(args, output),
        Command::Status(args) => status::run(args, output),
        Command::Verify(args) => verify::run(args, output),
        Command::Explain(args) => explain::run(args, output),
        Command::Doctor(args) => doctor::run(args, output),
        Command::Release(args) => release::run(args, output),
        Command::Run(args) => run::run(args, output),
        Command::Guardian(args) => run::guardian(args),
        Command::Import(args) => import::run(args, output),
        Command::Libvirt(args) => libvirt::run(args, output),
        Command::Demo(args) => demo::run(args, output),
        Command::Conformance(args) => conformance::run(args, output),
        Command::Contract(args) => contract::run(args, output),
        Command::Schema => Ok(schema::run(output)),
        Command::Completions(args) => Ok(completions::run(args, output)),
    }
}
