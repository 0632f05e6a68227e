use std::path::Path;

use anyhow::Result;
use vifguard_contract::Contract;
use vifguard_programs::{Program, ProgramError};

use super::read;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::policy_file;

/// The older contract: of a file, or of a revision of the repository here.
pub(super) fn contract(base: &str, file: Option<&Path>) -> Result<Contract> {
    if Path::new(base).is_file() {
        let (bytes, name) = policy_file::read(Path::new(base))?;
        return Ok(read::parse(&read::text(bytes, &name)?, &name)?);
    }
    revision(base)?;
    // The path of the contract's own is that from the root of the repository, any other one from here.
    let path = match file {
        None => Contract::FILE.to_owned(),
        Some(path) if path.is_absolute() => return Err(absolute(path).into()),
        Some(path) => format!("./{}", path.display()),
    };
    let object = format!("{base}:{path}");
    let text = git(&["show", &object]).map_err(|error| failure(&error, &object))?;
    Ok(read::parse(&text, &object)?)
}

/// A word that begins with a dash would be an option to git.
fn revision(base: &str) -> Result<(), Failure> {
    let commit = format!("{base}^{{commit}}");
    let asked = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &commit,
    ]);
    asked.map(|_| ()).map_err(|error| {
        if error.is_not_installed() {
            return failure(&error, base);
        }
        Failure::new(
            Exit::NoInput,
            format!("{base} is neither a file nor a revision of a git repository here"),
            "give the file with the older contract, or a branch, tag or commit",
        )
    })
}

fn git(arguments: &[&str]) -> Result<String, ProgramError> {
    Program::new("git").args(arguments).ask()
}

fn failure(error: &ProgramError, object: &str) -> Failure {
    let (exit, advice) = if error.is_not_installed() {
        (
            Exit::Unavailable,
            "install git, or give the older contract as a file",
        )
    } else {
        (
            Exit::NoInput,
            "give a revision that has the contract, or a file with it",
        )
    };
    Failure::new(exit, format!("cannot read {object}: {error}"), advice)
}

fn absolute(path: &Path) -> Failure {
    Failure::new(
        Exit::Usage,
        format!(
            "{} is no path that git can look up in a revision",
            path.display()
        ),
        "give --file as a path from here, or the older contract as a file",
    )
}
