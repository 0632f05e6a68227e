use std::fmt;
use std::io::Write;
use std::thread;

use nix::sched::{CloneFlags, unshare};
use thiserror::Error;

/// Set to 1 (as CI does) it turns a skipped test into a failed one.
const REQUIRE: &str = "VIFGUARD_REQUIRE_LAB";

/// Why no namespace can be made here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot make network namespaces here ({reason}); run as root")]
pub struct Missing {
    reason: String,
}

/// Can namespaces be made here? Tries it, and leaves nothing behind.
pub fn privileged() -> Result<(), Missing> {
    let tried = thread::spawn(|| unshare(CloneFlags::CLONE_NEWNET)).join();
    match tried {
        Ok(Ok(())) => Ok(()),
        Ok(Err(errno)) => Err(Missing {
            reason: format!("unshare: {errno}"),
        }),
        Err(_) => Err(Missing {
            reason: "the trying thread panicked".to_owned(),
        }),
    }
}

/// For the first line of a test: true if a lab can be made; otherwise says why the test is skipped.
///
/// # Panics
/// If there is no lab and the environment says `VIFGUARD_REQUIRE_LAB=1`: there a skipped test is a failed one.
#[must_use = "a test that goes on without a lab fails for the wrong reason"]
pub fn available() -> bool {
    let Err(missing) = privileged() else {
        return true;
    };
    skip(&missing);
    false
}

/// Says why a test is skipped, where it may be.
///
/// # Panics
/// If the environment says `VIFGUARD_REQUIRE_LAB=1`.
pub fn skip(missing: &dyn fmt::Display) {
    let required = std::env::var_os(REQUIRE).is_some_and(|value| value == "1");
    assert!(!required, "{missing} ({REQUIRE}=1 allows no skipping)");
    let thread = thread::current();
    // Not eprintln: the test harness would swallow it with the output of the test that "passed".
    let name = thread.name().unwrap_or("a test");
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED {name}: {missing}; {REQUIRE}=1 makes this a failure"
    );
}
