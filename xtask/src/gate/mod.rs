//! The merge gate of the contract between drivers, on what is about to be merged.

mod git;
#[cfg(test)]
mod tests;

use std::env;
use std::path::Path;

use crate::step::{Failure, Outcome, Step, root};
use git::Git;

const CONTRACT: &str = "contract/contract.toml";

/// Where a change is to go, by its whole name: no tag and no branch of the change's own stands in for it.
const GOAL: &str = "refs/remotes/origin/main";

/// Names another one.
const VARIABLE: &str = "VIFGUARD_BASE";

/// Asks whether the contract may be changed so.
pub(crate) fn merge() -> Outcome {
    let named = env::var(VARIABLE).ok().filter(|name| !name.is_empty());
    let bases = bases(root(), named.as_deref().unwrap_or(GOAL))?;
    if bases.is_empty() {
        eprintln!(
            "the merge gate has nothing to compare with: no commit before this one had a {CONTRACT}"
        );
    }
    for base in &bases {
        Step::cargo("run")
            .args(["--quiet", "--package", "vifguard", "--"])
            .args(["contract", "check", "--change", base])
            .run()?;
    }
    Ok(())
}

/// The commits that a change starts from: where it left the branch that it is to go to, or, on that branch
/// itself, the commit before it. None if the contract comes with this change.
fn bases(root: &Path, goal: &str) -> Outcome<Vec<String>> {
    let git = Git::of(root)?;
    let Some(at) = git.commit(goal) else {
        return Err(nothing(&format!(
            "{goal} is not here; git fetch origin main, or name the branch that the change is to go to: \
             {VARIABLE}=refs/heads/main cargo xtask ci"
        )));
    };
    let Some(head) = git.commit("HEAD") else {
        return Err(nothing("there is no commit here; make one"));
    };
    let mut bases = git.lines(&["merge-base", "--all", &at, &head]);
    if bases.is_empty() {
        return Err(nothing(&match git.is_shallow {
            true => shallow(),
            false => format!("HEAD and {goal} have no commit in common; rebase the change"),
        }));
    }
    let is_there = bases == [head];
    if is_there {
        bases = git.commit("HEAD^").into_iter().collect();
        if bases.is_empty() && git.is_shallow {
            return Err(nothing(&shallow()));
        }
    }
    let (with, without): (Vec<String>, Vec<String>) =
        bases.into_iter().partition(|base| git.has(base, CONTRACT));
    if !with.is_empty() || without.is_empty() {
        return Ok(with);
    }
    // That there was none before has to be known, not only not seen.
    if git.is_shallow {
        return Err(nothing(&shallow()));
    }
    if !is_there && git.has(&at, CONTRACT) {
        return Err(nothing(&format!(
            "the change began before there was a {CONTRACT}, and {goal} has one; rebase the change"
        )));
    }
    if without.iter().any(|base| git.had(base, CONTRACT)) {
        return Err(nothing(&format!(
            "the commit before has no {CONTRACT}, and those before it had; bring it back as it was first"
        )));
    }
    Ok(Vec::new())
}

fn shallow() -> String {
    "this clone is shallow, and where the change began is not in it; git fetch --unshallow origin"
        .to_owned()
}

fn nothing(why: &str) -> Failure {
    Failure::Gate(format!("the merge gate has nothing to compare with: {why}"))
}
