//! What went wrong, in the words of a driver: with what helps where the host cannot do it as it is.

use vifguard_driver::Error;
use vifguard_openflow as openflow;
use vifguard_programs::ProgramError;

use crate::driver::NAME;
use crate::tool::{OVSDB_CLIENT, unreadable};

const SPEAK: &str =
    "let the bridge speak OpenFlow 1.4 (ovs-vsctl add bridge NAME protocols OpenFlow14)";
const START: &str =
    "start Open vSwitch (both daemons), or say where its database is (--ovsdb, OVS_RUNDIR)";

/// A failed program in the words of a driver.
pub(crate) fn step(step: &str, error: ProgramError) -> Error {
    if error.is_not_installed() {
        return cannot(
            &error,
            "install Open vSwitch (Debian, Ubuntu: openvswitch-switch)",
        );
    }
    if let ProgramError::Failed { said, .. } = &error
        && ["connect", "cannot read pidfile"]
            .iter()
            .any(|words| said.contains(words))
    {
        return cannot(&error, START);
    }
    Error::Step {
        driver: NAME,
        step: step.to_owned(),
        source: Box::new(error),
    }
}

/// The same of a conversation with the bridge.
pub(crate) fn talk(step: &str, error: openflow::Error) -> Error {
    match error {
        openflow::Error::Absent { .. } => cannot(&error, START),
        openflow::Error::OtherVersions => cannot(&error, SPEAK),
        openflow::Error::Uncertain(source) => uncertain(step, source),
        openflow::Error::HungUp
        | openflow::Error::Stuck { .. }
        | openflow::Error::Broken(_)
        | openflow::Error::Refused { .. }
        | openflow::Error::Malformed(_)
        | openflow::Error::TooMuch { .. }
        | openflow::Error::Unspeakable(_) => Error::Step {
            driver: NAME,
            step: step.to_owned(),
            source: Box::new(error),
        },
    }
}

/// What went wrong behind a change that the switch has taken: it may well be in force.
pub(crate) fn uncertain(
    step: &str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::Uncertain {
        driver: NAME,
        step: step.to_owned(),
        source: source.into(),
    }
}

/// The same of what the bridge said.
pub(crate) fn misread(step: &str, error: openflow::Malformed) -> Error {
    talk(step, error.into())
}

fn cannot(error: &dyn std::error::Error, remedy: &str) -> Error {
    Error::Unsupported {
        driver: NAME,
        cause: error.to_string(),
        remedy: remedy.to_owned(),
    }
}

/// A thread that asked and is gone.
pub(crate) fn died() -> ProgramError {
    unreadable(OVSDB_CLIENT, "nothing; the thread that ran it has died")
}
