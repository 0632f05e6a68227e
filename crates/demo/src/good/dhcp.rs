use super::Good;
use crate::dhcp::{Client, Server};
use crate::error::Result;
use crate::person::{GATEWAY, VICTIM, v4_net};
use crate::scene::Scene;
use crate::stage::Stage;
use crate::talk::reaches;

/// A client without an address gets one from the gateway, takes it and uses it.
pub(super) const LEASE: Good = Good {
    name: "DHCP client",
    what: "gets a lease and uses it",
    scene: Scene::before_lease,
    run: lease,
};

fn lease(stage: &Stage) -> Result<bool> {
    let _server = Server::start(&stage.gateway, GATEWAY)?;
    let Some(lease) = Client::start(&stage.victim)?.await_lease()? else {
        return Ok(false);
    };
    if (lease.address, lease.router) != (VICTIM.v4(), GATEWAY.v4()) {
        return Ok(false);
    }
    stage.victim.nic().add_address(v4_net(lease.address))?;
    reaches(
        stage.victim.netns(),
        stage.gateway.netns(),
        lease.router.into(),
    )
}
