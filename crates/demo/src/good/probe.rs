//! An ARP probe (RFC 5227) asks for an address from 0.0.0.0, to disturb nobody's table.

use std::net::Ipv4Addr;

use vifguard_lab::Captured;

use super::Good;
use crate::error::Result;
use crate::frame::{BROADCAST, Op, arp};
use crate::person::{ATTACKER, VICTIM, v4_net};
use crate::scene::{SHARED_V4, Scene};
use crate::stage::Stage;
use crate::wait::PATIENCE;

/// For an own address, heard by all; and for the shared one, answered by the guest that has it.
pub(super) const PROBE: Good = Good {
    name: "ARP probe",
    what: "from 0.0.0.0; a used address answers",
    scene: || Scene {
        victim: VICTIM.spec().address(v4_net(SHARED_V4)),
        ..Scene::pair()
    },
    run: probe,
};

fn probe(stage: &Stage) -> Result<bool> {
    let sender = stage.attacker.sender()?;
    let (mut all, mut back) = (stage.gateway.capture()?, stage.attacker.capture()?);
    let own = probe_for(ATTACKER.v4());
    sender.send(&own)?;
    let heard = all.until(PATIENCE, |seen| seen.frame == own)?.is_some();
    sender.send(&probe_for(SHARED_V4))?;
    let answered = back
        .until(PATIENCE, |seen| is_answer(seen, SHARED_V4))?
        .is_some();
    Ok(heard && answered)
}

fn probe_for(address: Ipv4Addr) -> Vec<u8> {
    let nobody = (ATTACKER.mac(), Ipv4Addr::UNSPECIFIED);
    arp(Op::Request, nobody, ([0; 6], address), BROADCAST)
}

fn is_answer(seen: &Captured, address: Ipv4Addr) -> bool {
    seen.ethertype() == 0x0806
        && seen.frame.get(20..22) == Some(&[0, Op::Reply as u8])
        && seen.frame.get(28..32) == Some(&address.octets())
}
