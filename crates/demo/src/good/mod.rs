//! The traffic that must live with guards on.

pub(crate) mod bulk;
mod dad;
mod dhcp;
mod failover;
mod ping;
mod probe;
mod profiles;

use crate::error::Result;
use crate::scene::Scene;
use crate::stage::Stage;

/// A kind of good traffic.
pub(crate) struct Good {
    /// Its name.
    pub(crate) name: &'static str,
    /// What is done.
    pub(crate) what: &'static str,
    /// Who is there.
    pub(crate) scene: fn() -> Scene,
    /// Does it, and says whether it worked.
    pub(crate) run: fn(&Stage) -> Result<bool>,
}

/// All of them, in the order of the table.
pub(crate) const ALL: &[Good] = &[
    dhcp::LEASE,
    dad::DETECTION,
    dad::FOUND,
    probe::PROBE,
    ping::BOTH,
    failover::SHARED,
    profiles::FORWARDER,
    profiles::SELF_ADDRESSED,
    profiles::BRIDGE,
];
