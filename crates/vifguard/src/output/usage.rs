//! Arguments that cannot be understood.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, Error};
use serde_json::json;

use super::print_object;
use crate::cli::Cli;
use crate::exit::Exit;

/// Says so as clap does, and to programs that asked for it as everything else is said. What was asked
/// for may be help.
pub(crate) fn misused(error: &Error, arguments: &[OsString]) -> Exit {
    // A closed pipe hurts nobody.
    let _ = error.print();
    if !error.use_stderr() {
        return Exit::Ok;
    }
    if arguments.iter().any(|argument| argument == "--json") {
        let name = command(arguments);
        let value = json!({
            "message": message(error),
            "advice": "see vifguard --help",
            "policy": null,
            "host": null,
        });
        print_object(name.as_deref(), Exit::Usage, "error", &value);
    }
    Exit::Usage
}

/// What clap says before it shows the usage.
fn message(error: &Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is needed".to_owned();
    }
    let text = error.to_string();
    let what = text.split("\n\n").next().unwrap_or_default();
    what.strip_prefix("error: ").unwrap_or(what).to_owned()
}

/// The command that was meant, if one was.
fn command(arguments: &[OsString]) -> Option<String> {
    let program = Cli::command();
    let known = |argument: &OsString| {
        let name = argument.to_str()?;
        program.find_subcommand(name).map(|_| name.to_owned())
    };
    arguments.iter().skip(1).find_map(known)
}
