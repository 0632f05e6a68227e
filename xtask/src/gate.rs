//! The merge gate of the contract between drivers, on what is about to be merged.

use std::process::Command;

use crate::step::{Outcome, Step, root};

const CONTRACT: &str = "contract/contract.toml";
/// What a change starts from: where it is to go, or else the commit before it.
const BASES: [&str; 2] = ["origin/main", "HEAD^"];

/// Asks whether the contract may be changed so.
pub(crate) fn merge() -> Outcome {
    let Some(base) = BASES.into_iter().find(|base| has_contract(base)) else {
        eprintln!(
            "the merge gate has nothing to compare with: neither {} is here with a {CONTRACT}",
            BASES.join(" nor ")
        );
        return Ok(());
    };
    Step::cargo("run")
        .args(["--quiet", "--package", "vifguard", "--"])
        .args(["contract", "check", "--change", base])
        .run()
}

fn has_contract(revision: &str) -> bool {
    let object = format!("{revision}:{CONTRACT}");
    let mut git = Command::new("git");
    let git = git.current_dir(root()).args(["cat-file", "-e", &object]);
    git.output().is_ok_and(|answer| answer.status.success())
}
