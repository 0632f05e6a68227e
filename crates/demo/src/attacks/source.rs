//! A packet with somebody else's source: to get past a list of trusted addresses, or to have the answers
//! flood a third party (BCP 38). What the victim's own socket says of the sender decides.

use std::net::IpAddr;

use super::Attack;
use crate::error::Result;
use crate::frame;
use crate::person::{ATTACKER, GATEWAY, VICTIM};
use crate::scene::Scene;
use crate::stage::Stage;
use crate::talk::{self, PORT};

/// Over IPv4.
pub(super) const IPV4: Attack = Attack {
    name: "IPv4 source forgery",
    what: "a datagram with the gateway's source",
    effect: "victim receives it",
    scene: Scene::street,
    run: |stage| {
        let ends = (GATEWAY.v4(), VICTIM.v4());
        let frame = frame::udp4(ATTACKER.mac(), VICTIM.mac(), ends, PORT);
        received(stage, frame, GATEWAY.v4().into())
    },
};

/// Over IPv6.
pub(super) const IPV6: Attack = Attack {
    name: "IPv6 source forgery",
    what: "a datagram with the gateway's source",
    effect: "victim receives it",
    scene: Scene::street,
    run: |stage| {
        let ends = (GATEWAY.v6(), VICTIM.v6());
        let frame = frame::udp6(ATTACKER.mac(), VICTIM.mac(), ends, PORT);
        received(stage, frame, GATEWAY.v6().into())
    },
};

fn received(stage: &Stage, frame: Vec<u8>, forged: IpAddr) -> Result<bool> {
    let socket = talk::listen(stage.victim.netns(), forged)?;
    let heard = || {
        socket
            .recv_from(&mut [0; 64])
            .is_ok_and(|(_, from)| from.ip() == forged)
    };
    stage.attack(&[frame], || Ok(heard()))
}
