//! The tasks, each a row of steps.

use std::env;
use std::path::PathBuf;

use crate::machine::{self, BUSYBOX, DNSMASQ, NFT};
use crate::step::{Failure, Outcome, Step, root};

/// Known to build with the workspace's compiler.
const CARGO_DENY: &str = "cargo-deny";

/// Builds `vifguard` and runs its demo.
pub(crate) fn demo(arguments: &[String]) -> Outcome {
    if !machine::is_root() {
        return Err(Failure::Machine(
            "the demo makes network namespaces: run it as root".to_owned(),
        ));
    }
    machine::provide(&[DNSMASQ, BUSYBOX])?;
    Step::cargo("build")
        .args(["--release", "--package", "vifguard"])
        .run()?;
    let program = target().join("release/vifguard");
    Step::new(&program.to_string_lossy())
        .args(["demo"])
        .args(arguments)
        .run()
}

/// The whole test suite.
pub(crate) fn test(arguments: &[String]) -> Outcome {
    let root = machine::is_root();
    if root {
        machine::provide(&[DNSMASQ, BUSYBOX, NFT])?;
    } else {
        eprintln!("not root: tests that need network namespaces are skipped, each with a line");
    }
    let mut step = Step::cargo("test");
    if arguments.is_empty() {
        step = step.args(["--workspace"]);
    }
    if root {
        // As root nothing may be skipped: a guard that was not tried is not a guard that works.
        step = step.set("VIFGUARD_REQUIRE_LAB", "1");
    }
    step.args(arguments).run()
}

/// What must hold before a commit.
pub(crate) fn ci() -> Outcome {
    if !machine::is_root() {
        return Err(Failure::Machine(
            "ci leaves no test out: run it as root".to_owned(),
        ));
    }
    Step::cargo("fmt").args(["--all", "--check"]).run()?;
    Step::cargo("clippy")
        .args(["--workspace", "--all-targets", "--", "--deny", "warnings"])
        .run()?;
    test(&[])?;
    Step::cargo("doc")
        .args(["--workspace", "--no-deps", "--document-private-items"])
        .set("RUSTDOCFLAGS", "--deny warnings")
        .run()?;
    deny()
}

/// Licences, known holes, sources.
fn deny() -> Outcome {
    if machine::find(CARGO_DENY).is_none() {
        eprintln!("missing: {CARGO_DENY}, which checks licences and known holes; installing it");
        Step::cargo("install")
            .args(["--locked", CARGO_DENY])
            .run()?;
    }
    Step::cargo("deny")
        .args(["check", "licenses", "bans", "sources"])
        .run()?;
    // The list of known holes is fetched from another place than the crates.
    if Step::cargo("deny").args(["fetch", "db"]).run().is_err() {
        eprintln!("NOT CHECKED: known holes; the list of RustSec cannot be reached from here");
        return Ok(());
    }
    Step::cargo("deny").args(["check", "advisories"]).run()
}

/// Writes what tests expect anew, where the code is right and the expectation old.
pub(crate) fn bless() -> Outcome {
    Step::cargo("run")
        .args(["--package", "vifguard-corpus", "--example", "bless"])
        .run()?;
    Step::cargo("test")
        .args(["--workspace"])
        .set("INSTA_UPDATE", "always")
        .run()
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
