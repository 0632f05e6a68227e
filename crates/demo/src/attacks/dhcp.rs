//! Who answers a DHCP client first is believed, and names its router and name server. The attacker has
//! a server of its own ready for the moment in which the honest one is slow or down.

use super::Attack;
use crate::dhcp::{Client, Lease, Server};
use crate::error::{Error, Result};
use crate::person::{ATTACKER, GATEWAY, Person};
use crate::scene::Scene;
use crate::stage::Stage;
use crate::wait::{PATIENCE, eventually};

/// Judged by the lease that a real client accepts. Where the rogue's offer is refused, the honest server
/// comes back, and the client must get its lease from there.
pub(super) const ROGUE: Attack = Attack {
    name: "rogue DHCP server",
    what: "answers while the honest one is slow",
    effect: "victim takes it",
    scene: Scene::before_lease,
    run: rogue,
};

fn rogue(stage: &Stage) -> Result<bool> {
    let server = Server::start(&stage.attacker, ATTACKER)?;
    let client = Client::start(&stage.victim)?;
    if !eventually(PATIENCE, || server.has_offered())? {
        return Err(Error::Baseline("client not heard"));
    }
    if eventually(stage.patience, || is_from(client.lease()?, ATTACKER))? {
        return Ok(true);
    }
    // The old client would ask again only after a second.
    drop(client);
    let _honest = Server::start(&stage.gateway, GATEWAY)?;
    let lease = Client::start(&stage.victim)?.await_lease()?;
    if lease.is_none() {
        return Err(Error::Baseline("no lease at all"));
    }
    is_from(lease, ATTACKER)
}

fn is_from(lease: Option<Lease>, server: Person) -> Result<bool> {
    Ok(lease.is_some_and(|lease| lease.router == server.v4()))
}
