//! Neighbor discovery believes as readily as ARP did, and has more ways to be told (RFC 3756).

use std::net::Ipv6Addr;

use vifguard_lab::Mac;

use super::Attack;
use crate::error::Result;
use crate::frame;
use crate::nd::{SOURCE, TARGET, advertisement, link_layer, solicitation};
use crate::person::{ATTACKER, GATEWAY, VICTIM};
use crate::scene::Scene;
use crate::stage::Stage;

/// The attacker advertises the gateway's address with its own MAC; the packet's source is honest, so a
/// filter of sources is content.
pub(super) const ADVERTISEMENT: Attack = Attack {
    name: "ND poisoning",
    what: "advertises the gateway at my MAC",
    effect: "victim believes it",
    scene: Scene::street,
    run: |stage| gateway_is_mine(stage, &frame::nd(ME, VICTIM.mac(), AS_MYSELF, &lie())),
};

/// The attacker *asks*, as the gateway. A filter that looks at advertisements alone lets it pass,
/// and the receiver learns from the source of a question as well (RFC 4861, section 7.2.3).
pub(super) const SOLICITATION: Attack = Attack {
    name: "ND by solicitation",
    what: "asks with the gateway's address",
    effect: "victim believes it",
    scene: Scene::street,
    run: |stage| {
        let question = solicitation(VICTIM.v6(), &link_layer(SOURCE, ME));
        gateway_is_mine(stage, &frame::nd(ME, VICTIM.mac(), AS_GATEWAY, &question))
    },
};

/// The advertisement behind an extension header that says nothing: a filter at fixed offsets
/// sees destination options and lets them pass (RFC 7113).
pub(super) const BEHIND_HEADER: Attack = Attack {
    name: "ND behind a header",
    what: "the same after destination options",
    effect: "victim believes it",
    scene: Scene::street,
    run: |stage| {
        let frame = frame::nd_behind_header(ME, VICTIM.mac(), AS_MYSELF, &lie());
        gateway_is_mine(stage, &frame)
    },
};

/// All addresses are the attacker's own; what it lies about is a MAC, in the second option, after one
/// that nobody minds. The victim then sends to the gateway's MAC what is meant for the attacker:
/// somebody else is made to answer for it.
pub(super) const SECOND_OPTION: Attack = Attack {
    name: "ND second option",
    what: "foreign MAC after a harmless option",
    effect: "victim believes it",
    scene: Scene::street,
    run: second_option,
};

const ME: Mac = ATTACKER.mac();
const AS_MYSELF: (Ipv6Addr, Ipv6Addr) = (ATTACKER.v6(), VICTIM.v6());
const AS_GATEWAY: (Ipv6Addr, Ipv6Addr) = (GATEWAY.v6(), VICTIM.v6());

fn lie() -> Vec<u8> {
    advertisement(GATEWAY.v6(), &link_layer(TARGET, ME))
}

fn gateway_is_mine(stage: &Stage, frame: &[u8]) -> Result<bool> {
    stage.acquaint(&stage.victim, &stage.gateway, GATEWAY.v6().into())?;
    stage.poison(&[frame.to_vec()], &stage.victim, (GATEWAY.v6().into(), ME))
}

fn second_option(stage: &Stage) -> Result<bool> {
    stage.acquaint(&stage.victim, &stage.attacker, ATTACKER.v6().into())?;
    let options = [link_layer(SOURCE, ME), link_layer(TARGET, GATEWAY.mac())].concat();
    let message = advertisement(ATTACKER.v6(), &options);
    let frame = frame::nd(ME, VICTIM.mac(), AS_MYSELF, &message);
    stage.poison(
        &[frame],
        &stage.victim,
        (ATTACKER.v6().into(), GATEWAY.mac()),
    )
}
