//! The tasks, each a row of steps.

use std::env;
use std::path::PathBuf;

use crate::book;
use crate::gate;
use crate::machine::{
    self, BUSYBOX, DEPMOD, DNSMASQ, EBTABLES, LIBVIRTD, LXD, NFT, OVN, OVS, PGREP, PYTHON, QEMU,
    STRIP, TC, VIRSH,
};
use crate::step::{Failure, Outcome, Step, root};

/// Known to build with the workspace's compiler.
const CARGO_DENY: &str = "cargo-deny";
const CARGO_NEXTEST: &str = "cargo-nextest";

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

/// Measures what guards cost, and writes it where the documents are.
pub(crate) fn bench(arguments: &[String]) -> Outcome {
    if !machine::is_root() {
        return Err(Failure::Machine(
            "bench makes network namespaces: run it as root".to_owned(),
        ));
    }
    Step::cargo("build")
        .args([
            "--release",
            "--package",
            "vifguard",
            "--package",
            "vifguard-bench",
        ])
        .run()?;
    let program = |name: &str| target().join("release").join(name);
    let out = root().join("docs/benchmarks");
    Step::new(&program("vifguard-bench").to_string_lossy())
        .args(["--vifguard", &program("vifguard").to_string_lossy()])
        .args(["--out", &out.to_string_lossy()])
        .args(arguments)
        .run()
}

/// The documentation as a site.
pub(crate) fn book() -> Outcome {
    book::build(&target())
}

/// The whole test suite.
pub(crate) fn test(arguments: &[String]) -> Outcome {
    let root = machine::is_root();
    if root {
        machine::provide(&[
            DNSMASQ, BUSYBOX, NFT, TC, OVS, QEMU, DEPMOD, LIBVIRTD, VIRSH, EBTABLES, PYTHON, LXD,
            OVN, PGREP,
        ])?;
    } else {
        eprintln!("not root: tests that need network namespaces are skipped, each with a line");
    }
    // As root nothing may be skipped: a guard that was not tried is not a guard that works.
    let strictly = |step: Step| match root {
        true => step.set("VIFGUARD_REQUIRE_LAB", "1"),
        false => step,
    };
    if !arguments.is_empty() {
        return strictly(Step::cargo("test")).args(arguments).run();
    }
    nextest()?;
    strictly(Step::cargo("nextest"))
        .args(["run", "--workspace"])
        .run()?;
    // What it does not run.
    Step::cargo("test").args(["--workspace", "--doc"]).run()
}

/// Runs tests of all crates side by side (`.config/nextest.toml`).
fn nextest() -> Outcome {
    if machine::find(CARGO_NEXTEST).is_some() {
        return Ok(());
    }
    eprintln!("missing: {CARGO_NEXTEST}, which runs tests side by side; installing it");
    Step::cargo("install")
        .args(["--locked", CARGO_NEXTEST])
        .run()
}

/// The nft driver on the kernel of Debian's stable release, in an emulated machine.
pub(crate) fn test_kernel() -> Outcome {
    emulated("kernel")
}

/// A guest's card on the real Xen, in an emulated machine.
pub(crate) fn test_xen() -> Outcome {
    emulated("xen")
}

/// Tests that take minutes, and are ignored unless somebody asks for them.
fn emulated(name: &str) -> Outcome {
    if !machine::is_root() {
        return Err(Failure::Machine(
            "an emulated machine is put into a network namespace: run it as root".to_owned(),
        ));
    }
    machine::provide(&[QEMU, DEPMOD, NFT, TC, STRIP])?;
    Step::cargo("test")
        .args(["--package", "vifguard-emulated", "--test", name])
        .args(["--", "--ignored", "--nocapture"])
        .set("VIFGUARD_REQUIRE_LAB", "1")
        .run()
}

/// Defects planted in drivers, for the conformance kit to find.
pub(crate) fn defects(arguments: &[String]) -> Outcome {
    if !arguments.iter().any(|argument| argument == "--list") {
        if !machine::is_root() {
            return Err(Failure::Machine(
                "the conformance kit makes network namespaces: run it as root".to_owned(),
            ));
        }
        machine::provide(&[OVS, LIBVIRTD, VIRSH, EBTABLES])?;
    }
    Step::cargo("run")
        .args(["--quiet", "--package", "vifguard-defects", "--"])
        .args(arguments)
        .run()
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
    gate::merge()?;
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
        .set("VIFGUARD_BLESS", "1")
        .run()
}

/// Coverage by LLVM's own pass, which stable compilers have too; see fuzz/README.md.
const COVERAGE: &str = "--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Fuzzes the judge, from every frame of the corpus, for so many seconds.
pub(crate) fn fuzz(arguments: &[String]) -> Outcome {
    const USAGE: &str = "fuzz takes a number of seconds: cargo xtask fuzz 60";
    let [seconds] = arguments else {
        return Err(Failure::Usage(USAGE.to_owned()));
    };
    if seconds.parse::<u32>().is_err() {
        return Err(Failure::Usage(USAGE.to_owned()));
    }
    // Named even for the same machine: cargo then keeps the flags away from build scripts.
    let target = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    Step::cargo("run")
        .args(["--example", "seeds", "--", "corpus/decide"])
        .within("fuzz")
        .run()?;
    Step::new("mkdir")
        .args(["-p", "artifacts"])
        .within("fuzz")
        .run()?;
    Step::cargo("run")
        .args([
            "--release",
            "--target",
            &target,
            "--bin",
            "decide",
            "--",
            "corpus/decide",
        ])
        .args([
            format!("-max_total_time={seconds}").as_str(),
            "-max_len=512",
        ])
        .args(["-artifact_prefix=artifacts/"])
        .set("RUSTFLAGS", COVERAGE)
        .within("fuzz")
        .run()
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
