//! Duplicate address detection (RFC 4862) speaks from `::`, before there is an address to speak from: just
//! what a guard against forged sources looks askance at.

use std::net::Ipv6Addr;

use vifguard_lab::{Captured, Dad};

use super::Good;
use crate::error::Result;
use crate::person::{ATTACKER, VICTIM, v6_net};
use crate::scene::{SHARED_V6, Scene};
use crate::stage::Stage;
use crate::wait::PATIENCE;

/// The guest takes a further address of its own: its question is heard, and nobody objects.
pub(super) const DETECTION: Good = Good {
    name: "duplicate detection",
    what: "asks for its own address, keeps it",
    scene: || Scene {
        victim: VICTIM.spec().dad(Dad::Quick),
        ..Scene::street()
    },
    run: detection,
};

const FURTHER: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x22);

fn detection(stage: &Stage) -> Result<bool> {
    let mut heard = stage.gateway.capture()?;
    stage.victim.nic().add_address(v6_net(FURTHER))?;
    let asked = heard
        .until(PATIENCE, |frame| asks_for(frame, FURTHER))?
        .is_some();
    Ok(asked && stage.victim.settled(PATIENCE))
}

/// A solicitation without extension headers, from `::`.
fn asks_for(seen: &Captured, target: Ipv6Addr) -> bool {
    let field = |from, to| seen.frame.get(from..to).unwrap_or_default();
    seen.ethertype() == 0x86dd
        && field(22, 38) == Ipv6Addr::UNSPECIFIED.octets()
        && field(54, 55) == [135]
        && field(62, 78) == target.octets()
}

/// Two guests may hold an address, and one does: the other must be told.
pub(super) const FOUND: Good = Good {
    name: "a real duplicate",
    what: "an address in use is found to be so",
    scene: || Scene {
        victim: VICTIM.spec().address(v6_net(SHARED_V6)),
        attacker: ATTACKER.spec().dad(Dad::Quick).address(v6_net(SHARED_V6)),
        ..Scene::pair()
    },
    run: found,
};

fn found(stage: &Stage) -> Result<bool> {
    let second = &stage.attacker;
    second.settled(PATIENCE);
    let addresses = second.nic().addresses()?;
    let failed = |address: Ipv6Addr| {
        addresses
            .iter()
            .any(|found| found.net.addr() == address && found.dad_failed)
    };
    Ok(failed(SHARED_V6) && !failed(ATTACKER.v6()))
}
