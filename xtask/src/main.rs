//! The developer's one door: `cargo xtask demo`, `test`, `test-kernel`, `test-xen`, `defects`, `ci`, `bless`, `bench`,
//! `book`, `fuzz`.
//!
//! Each task installs what it lacks (and says so), shows what it runs, and ends with the exit code of
//! what failed. What a human types and what CI runs is the same.

#![forbid(unsafe_code)]

mod book;
mod gate;
mod machine;
mod step;
mod tasks;

use std::env;
use std::process::ExitCode;

use crate::step::Outcome;

const USAGE: &str = "\
cargo xtask TASK

  demo [ARGUMENTS]  attacks with and without guards, in network namespaces (vifguard demo)
  test [ARGUMENTS]  the whole test suite; as root, none of it may be skipped. Arguments go to
                    cargo test: cargo xtask test -p vifguard-policy
  test-kernel       the nft driver's tests in an emulated machine with Debian's kernel; minutes
  test-xen          a guest's card on the real Xen, in an emulated machine; minutes
  defects [ARGUMENTS]
                    plants defects in drivers, one at a time, and asks whether the conformance kit
                    finds them: [--driver D] [--only ID…] [--list]; a minute each
  ci                test, fmt, clippy, cargo deny, docs, the contract's merge gate; warnings are errors
  bench [ARGUMENTS] what guards cost, measured on this machine, into docs/benchmarks
  book              the documentation as a site, with mdBook, into target/book
  fuzz SECONDS      throw bytes at the judge (libFuzzer; needs a C++ compiler)
  bless             write expected bytes, snapshots and what of docs/ is derived anew; look at the
                    difference before a commit

demo and the tests install the Debian packages that they lack, if they may.";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match run(&task, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn run(task: &str, rest: &[String]) -> Outcome {
    match task {
        "bench" => tasks::bench(rest),
        "book" => tasks::book(),
        "defects" => tasks::defects(rest),
        "demo" => tasks::demo(rest),
        "test" => tasks::test(rest),
        "test-kernel" => tasks::test_kernel(),
        "test-xen" => tasks::test_xen(),
        "ci" => tasks::ci(),
        "bless" => tasks::bless(),
        "fuzz" => tasks::fuzz(rest),
        "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(step::Failure::Usage(format!(
            "no task {other:?}\n\n{USAGE}"
        ))),
    }
}
