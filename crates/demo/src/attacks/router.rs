//! Whoever says that it is a router is one: a guest advertises itself, and takes the true router back
//! in its name. Often no attack at all but a guest with connection sharing on (RFC 6104).

use vifguard_lab::Netns;

use super::Attack;
use crate::error::{Error, Result};
use crate::frame;
use crate::nd::{ALL_NODES, Preference, SOURCE, link_layer, router};
use crate::person::{ATTACKER, GATEWAY, Person};
use crate::scene::Scene;
use crate::stage::Stage;
use crate::wait::{PATIENCE, eventually};

/// For 30 minutes, as most routers say.
const LIFETIME: u16 = 1800;

/// Judged by the victim's default route.
pub(super) const ROGUE: Attack = Attack {
    name: "rogue router (RA)",
    what: "I am the router, the old one is gone",
    effect: "victim routes to it",
    scene: Scene::street,
    run: rogue,
};

fn rogue(stage: &Stage) -> Result<bool> {
    let victim = stage.victim.netns();
    let honest = stage.gateway.sender()?;
    let by_gateway = || {
        honest.send(&advertised(GATEWAY, GATEWAY, Preference::Medium, LIFETIME))?;
        Ok(leads_to(victim, GATEWAY)?)
    };
    if !eventually(PATIENCE, by_gateway)? {
        return Err(Error::Baseline("no honest router"));
    }
    let frames = [
        advertised(ATTACKER, GATEWAY, Preference::Medium, 0),
        advertised(ATTACKER, ATTACKER, Preference::High, LIFETIME),
    ];
    stage.attack(&frames, || {
        Ok(leads_to(victim, ATTACKER)? && !leads_to(victim, GATEWAY)?)
    })
}

/// In a frame from one, in the name of the other.
fn advertised(from: Person, router_is: Person, preference: Preference, seconds: u16) -> Vec<u8> {
    let message = router(preference, seconds, &link_layer(SOURCE, router_is.mac()));
    frame::nd(
        from.mac(),
        ALL_NODES.1,
        (router_is.link_local(), ALL_NODES.0),
        &message,
    )
}

fn leads_to(stack: &Netns, router: Person) -> vifguard_lab::Result<bool> {
    let via = Some(router.link_local().into());
    Ok(stack
        .routes()?
        .iter()
        .any(|route| route.to.prefix_len() == 0 && route.via == via))
}
