//! The attacks, each with its story, aimed at a real Linux stack and judged by what becomes of it.

mod arp;
mod dhcp;
mod fdb;
mod nd;
mod router;
mod source;
#[cfg(test)]
mod tests;
mod vlan;

use crate::error::Result;
use crate::scene::Scene;
use crate::stage::Stage;

/// An attack.
pub(crate) struct Attack {
    /// Its name.
    pub(crate) name: &'static str,
    /// What the attacker does.
    pub(crate) what: &'static str,
    /// What comes of it where nobody guards.
    pub(crate) effect: &'static str,
    /// Who is there.
    pub(crate) scene: fn() -> Scene,
    /// Carries it out, and says whether the effect came about.
    pub(crate) run: fn(&Stage) -> Result<bool>,
}

/// All of them, in the order of the table.
pub(crate) const ALL: &[Attack] = &[
    arp::POISONING,
    arp::THEFT,
    nd::ADVERTISEMENT,
    nd::SOLICITATION,
    nd::BEHIND_HEADER,
    nd::SECOND_OPTION,
    router::ROGUE,
    dhcp::ROGUE,
    source::IPV4,
    source::IPV6,
    fdb::THEFT,
    vlan::ARP,
    vlan::STACKED,
];
