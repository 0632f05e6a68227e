//! `vifguard enforce --last-good`, when the policy that was asked for is wrong.

use std::fmt;
use std::path::Path;

use anyhow::{Error, Result};
use humantime::format_rfc3339_seconds;
use serde::Serialize;
use serde_json::Value;

use super::enforce::{Enforced, enforce};
use super::prospect::Prospect;
use crate::cli::EnforceArgs;
use crate::drivers;
use crate::exit::Exit;
use crate::failure::exit_of;
use crate::last_good;
use crate::output::{Output, in_json};
use crate::policy_file;

/// The policy that is in force instead of the one that was asked for.
#[derive(Debug, Serialize)]
pub(super) struct Fallback {
    /// Where it stands.
    file: String,
    /// Since when it is the one in force, reboots aside.
    since: String,
    /// What is wrong with the one that was asked for.
    wrong: Value,
}

/// Is this about the policy file? Of [`Prospect::read`] alone: the kernel refuses things too.
pub(super) fn is_of_file(error: &Error) -> bool {
    matches!(
        exit_of(error),
        Exit::Data | Exit::NoInput | Exit::Io | Exit::Privilege
    )
}

/// Puts the last good policy in force, if nothing is.
pub(super) fn run(args: &EnforceArgs, kept: &Path, wrong: Error, output: &Output) -> Result<Exit> {
    if !drivers::first_of(&args.driver).is_bare() {
        // What is in force is what the last good policy says, or newer; or nobody can tell.
        return Err(wrong);
    }
    match again(args, kept, output) {
        Ok(again) => Ok(again.show(&wrong, output)),
        Err(also) => {
            let advice = format!(
                "so there is no last good policy to fall back on, and nothing is in force; why {} \
                 was not enforced:",
                policy_file::name(&args.policy.file)
            );
            output.complain(&also, &advice);
            Err(wrong)
        }
    }
}

/// What the last good policy came to.
struct Again {
    fallback: Fallback,
    done: Enforced,
    exit: Exit,
}

fn again(args: &EnforceArgs, kept: &Path, output: &Output) -> Result<Again> {
    let prospect = Prospect::read(kept, &args.driver, true)?;
    let fallback = Fallback {
        file: kept.display().to_string(),
        since: format_rfc3339_seconds(last_good::since(kept)?).to_string(),
        wrong: Value::Null,
    };
    let (done, exit) = enforce(prospect, args, None, output)?;
    Ok(Again {
        fallback,
        done,
        exit,
    })
}

impl Again {
    fn show(self, wrong: &Error, output: &Output) -> Exit {
        let Again {
            mut fallback,
            mut done,
            exit,
        } = self;
        let advice = format!("{fallback}; correct the file and enforce again");
        output.complain(wrong, &advice);
        fallback.wrong = in_json(wrong, &advice);
        done.fallback = Some(fallback);
        let exit = if exit == Exit::Ok {
            Exit::LastGood
        } else {
            exit
        };
        output.show_with(&done, exit)
    }
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fallback { file, since, .. } = self;
        write!(
            f,
            "the last good policy is in force again: {file}, of {since}"
        )
    }
}
