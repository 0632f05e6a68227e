//! The oldest attack on a shared wire: ARP believes whoever speaks (RFC 826 has no proof of anything).

use super::Attack;
use crate::error::Result;
use crate::frame::{BROADCAST, Op, arp};
use crate::person::{ATTACKER, GATEWAY, VICTIM};
use crate::scene::Scene;
use crate::stage::Stage;

/// The attacker answers, unasked, that the gateway is at its own MAC. From then on it reads and
/// changes whatever the victim sends to the world.
pub(super) const POISONING: Attack = Attack {
    name: "ARP cache poisoning",
    what: "reply: the gateway is at my MAC",
    effect: "victim believes it",
    scene: Scene::street,
    run: poisoning,
};

fn poisoning(stage: &Stage) -> Result<bool> {
    stage.acquaint(&stage.victim, &stage.gateway, GATEWAY.v4().into())?;
    let (lie, victim) = ((ATTACKER.mac(), GATEWAY.v4()), (VICTIM.mac(), VICTIM.v4()));
    let frame = arp(Op::Reply, lie, victim, VICTIM.mac());
    stage.poison(
        &[frame],
        &stage.victim,
        (GATEWAY.v4().into(), ATTACKER.mac()),
    )
}

/// The attacker announces the victim's address as its own, the way a fail-over pair does. The
/// gateway then sends it what is meant for the victim.
pub(super) const THEFT: Attack = Attack {
    name: "gratuitous ARP theft",
    what: "announces the victim's address",
    effect: "gateway believes it",
    scene: Scene::street,
    run: theft,
};

fn theft(stage: &Stage) -> Result<bool> {
    stage.acquaint(&stage.gateway, &stage.victim, VICTIM.v4().into())?;
    let lie = (ATTACKER.mac(), VICTIM.v4());
    let frames = [(Op::Request, [0; 6]), (Op::Reply, BROADCAST)]
        .map(|(op, target)| arp(op, lie, (target, VICTIM.v4()), BROADCAST));
    stage.poison(
        &frames,
        &stage.gateway,
        (VICTIM.v4().into(), ATTACKER.mac()),
    )
}
