//! What `plan` and `enforce` need to know before anything is changed.

use std::io;
use std::path::Path;
use std::thread;

use anyhow::Result;
use vifguard_driver::{Capabilities, Desired, Driver, Result as DriverResult};
use vifguard_policy::Policy;

use crate::blast::Silent;
use crate::drivers::{self, DriverName};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fit::Degraded;
use crate::policy_file::{self, Loaded};
use crate::whereabouts::{Absent, Whereabouts};
use vifguard_inventory::Links;

/// A policy, the host that it is for, and the driver that shall put it in force.
pub(super) struct Prospect {
    pub(super) policy: Policy,
    /// What stands in its file.
    pub(super) text: Vec<u8>,
    /// Its ports where they are on this host.
    pub(super) desired: Desired,
    /// Its ports that are not.
    pub(super) absent: Vec<Absent>,
    pub(super) host: Links,
    pub(super) driver: Box<dyn Driver + Send>,
    /// What the driver can do here.
    pub(super) can: DriverResult<Capabilities>,
    /// What ports do without, with their consent; once that was looked into.
    pub(super) degraded: Vec<Degraded>,
    /// Interfaces that fall silent; the same.
    pub(super) silenced: Vec<Silent>,
}

impl Prospect {
    /// Reads all of it; at boot, hypervisors that do not answer yet have no guests. The policy takes its while with ten thousand ports, and a probe waits for the
    /// kernel, so that the two go side by side.
    pub(super) fn read(file: &Path, name: DriverName, at_boot: bool) -> Result<Prospect> {
        let (loaded, beside) = thread::scope(|scope| {
            let beside = scope.spawn(|| {
                let host = links();
                let mut driver = drivers::by_name(name);
                let can = driver.probe();
                (host, driver, can)
            });
            (policy_file::load_with_text(file), beside.join())
        });
        let Loaded { policy, text } = loaded?;
        let beside = beside.map_err(|_| unreadable(&io::Error::other("its thread panicked")))?;
        let (host, mut driver, can) = beside;
        let Whereabouts { desired, absent } = match at_boot && is_bare(driver.as_mut()) {
            true => Whereabouts::at_boot(&policy)?,
            false => Whereabouts::of(&policy)?,
        };
        Ok(Prospect {
            policy,
            text,
            desired,
            absent,
            host: host?,
            driver,
            can,
            degraded: Vec::new(),
            silenced: Vec::new(),
        })
    }
}

/// Is nothing in force? If that cannot be told, something may be.
fn is_bare(driver: &mut dyn Driver) -> bool {
    driver.observe().is_ok_and(|state| !state.present)
}

/// This host's interfaces and routes.
pub(super) fn links() -> Result<Links, Failure> {
    Links::read().map_err(|error| unreadable(&error))
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(
        Exit::Os,
        format!("cannot read this host's interfaces and routes: {error}"),
        "nothing was changed; try again",
    )
}
