//! The repository here, as git knows it.

use std::path::PathBuf;

use vifguard_programs::{Program, ProgramError};

use crate::exit::Exit;
use crate::failure::Failure;

/// Where git looks for a ref, besides under its whole name.
const PLACES: [&str; 4] = ["refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];

/// The commit that a revision is.
pub(super) fn commit(revision: &str) -> Result<String, Failure> {
    // A word that begins with a dash would be an option to git.
    let object = format!("{revision}^{{commit}}");
    let asked = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &object,
    ]);
    let commit = asked.map_err(|error| {
        if error.is_not_installed() {
            return failure(&error, revision);
        }
        Failure::new(
            Exit::NoInput,
            format!("{revision} is no revision of a git repository here"),
            "give a branch, tag or commit; a file is given as ./FILE, or has a name that ends in .toml",
        )
    })?;
    only(revision)?;
    Ok(commit.trim().to_owned())
}

/// Of several refs git would take the first that it finds, and a tag may have come with any fetch.
fn only(revision: &str) -> Result<(), Failure> {
    let name = revision.split(['~', '^', ':']).next().unwrap_or_default();
    let name = name.split("@{").next().unwrap_or_default();
    let mut all: Vec<String> = PLACES
        .iter()
        .map(|place| format!("{place}{name}"))
        .collect();
    all.push(format!("refs/remotes/{name}/HEAD"));
    if name.starts_with("refs/") {
        all.push(name.to_owned());
    }
    let mut ask = vec!["for-each-ref", "--format=%(refname)"];
    ask.extend(all.iter().map(String::as_str));
    let found = git(&ask).map_err(|error| failure(&error, revision))?;
    let found: Vec<&str> = found
        .lines()
        .filter(|found| all.iter().any(|one| one == found))
        .collect();
    if found.len() < 2 && !name.starts_with("refs/") || found == [name] {
        return Ok(());
    }
    // The whole name of a ref stands for that one alone.
    let what = match found.is_empty() {
        true => format!("there is no ref {name}"),
        false => format!("{revision} may be {}", found.join(" or ")),
    };
    Err(Failure::new(
        Exit::NoInput,
        what,
        "give the whole name of the one that is meant",
    ))
}

/// A file of a commit; the revision is what the caller calls it.
pub(super) fn file(revision: &str, commit: &str, path: &str) -> Result<String, Failure> {
    // As it is: nothing that the tree says of its files changes how it is shown.
    git(&["cat-file", "blob", &format!("{commit}:{path}")])
        .map_err(|error| failure(&error, &format!("{revision}:{path}")))
}

/// The root of the working tree.
pub(super) fn root() -> Result<PathBuf, Failure> {
    let root = git(&["rev-parse", "--show-toplevel"])
        .map_err(|error| failure(&error, "the root of the repository here"))?;
    Ok(root.trim_end_matches('\n').into())
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
