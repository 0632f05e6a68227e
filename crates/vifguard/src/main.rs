//! The command line: an operator's way to see a policy enforced on this host.
//!
//! This crate assembles. What a frame may do is decided in `vifguard-verdict`, how that is put in
//! force in the drivers; here are arguments, words for people, and exit codes.

#![forbid(unsafe_code)]

mod blast;
mod cli;
mod commands;
mod devices;
mod drivers;
mod exit;
mod failure;
mod fit;
mod frames;
mod hypervisors;
mod keeper;
mod last_good;
mod locks;
#[cfg(test)]
mod man;
mod obstacles;
mod output;
mod policy_file;
#[cfg(test)]
mod reference;
mod signals;
mod whereabouts;
mod words;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::output::{Output, misused};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return misused(&error, &arguments).into(),
    };
    let output = Output::new(cli.json, cli.command.name());
    let exit = match commands::run(&cli.command, &output) {
        Ok(exit) => exit,
        Err(error) => output.fail(&error),
    };
    exit.into()
}
