//! Two guests share an address, as keepalived and the like do: whoever takes it says so unasked, with the
//! very frames that address theft is made of. The policy is what tells the one from the other.

use vifguard_lab::{AddressOptions, Guest, Link, Mac};

use super::Good;
use crate::error::Result;
use crate::frame::{self, BROADCAST, Op, arp};
use crate::nd::{ALL_NODES, TARGET, advertisement, link_layer};
use crate::person::{ATTACKER, VICTIM, v4_net, v6_net};
use crate::scene::{SHARED_V4, SHARED_V6, Scene};
use crate::stage::Stage;
use crate::talk::reaches;
use crate::wait::{PATIENCE, eventually};

/// Judged by the gateway: it talks to the first guest, and right after the take-over to the second.
pub(super) const SHARED: Good = Good {
    name: "fail-over",
    what: "a shared address moves, v4 and v6",
    scene: Scene::pair,
    run: shared,
};

fn shared(stage: &Stage) -> Result<bool> {
    let (first, second) = (&stage.victim, &stage.attacker);
    hold(first.nic())?;
    if !is_answered_by(stage, first, VICTIM.mac())? {
        return Ok(false);
    }
    first.nic().delete_address(v4_net(SHARED_V4))?;
    first.nic().delete_address(v6_net(SHARED_V6))?;
    hold(second.nic())?;
    second.sender()?.send_many(&announcements())?;
    is_answered_by(stage, second, ATTACKER.mac())
}

fn hold(nic: &Link) -> Result<()> {
    nic.add_address(v4_net(SHARED_V4))?;
    let at_once = AddressOptions {
        nodad: true,
        ..AddressOptions::default()
    };
    Ok(nic.add_address_with(v6_net(SHARED_V6), at_once)?)
}

/// Gratuitous ARP and an unsolicited advertisement to all nodes.
fn announcements() -> [Vec<u8>; 2] {
    let mac = ATTACKER.mac();
    let v6 = advertisement(SHARED_V6, &link_layer(TARGET, mac));
    [
        arp(
            Op::Request,
            (mac, SHARED_V4),
            ([0; 6], SHARED_V4),
            BROADCAST,
        ),
        frame::nd(mac, ALL_NODES.1, (SHARED_V6, ALL_NODES.0), &v6),
    ]
}

fn is_answered_by(stage: &Stage, guest: &Guest, mac: Mac) -> Result<bool> {
    let gateway = stage.gateway.netns();
    for address in [SHARED_V4.into(), SHARED_V6.into()] {
        let believes = || Ok(gateway.neighbour(address)?.is_none_or(|known| known == mac));
        if !eventually(PATIENCE, believes)? || !reaches(gateway, guest.netns(), address)? {
            return Ok(false);
        }
    }
    Ok(true)
}
