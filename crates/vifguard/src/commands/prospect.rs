//! What `plan` and `enforce` need to know before anything is changed.

use std::io;
use std::path::Path;
use std::thread;

use anyhow::Result;
use vifguard_policy::Policy;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::host_links::{self, HostLinks};
use crate::policy_file;

/// A policy, and the host that it is for.
pub(super) struct Prospect {
    pub(super) policy: Policy,
    pub(super) host: HostLinks,
}

impl Prospect {
    /// Reads both, at the same time: either takes its while with ten thousand ports.
    pub(super) fn read(file: &Path) -> Result<Prospect> {
        let (policy, host) = thread::scope(|scope| {
            let host = scope.spawn(host_links::read);
            (policy_file::load(file), host.join())
        });
        let host = host.unwrap_or_else(|_| Err(io::Error::other("the reading thread panicked")));
        let policy = policy?;
        let host = host.map_err(|error| {
            let what = format!("cannot read this host's interfaces and routes: {error}");
            Failure::new(Exit::Os, what, "nothing was changed; try again")
        })?;
        Ok(Prospect { policy, host })
    }
}
