use std::process::Stdio;

use vifguard_lab::Guest;

use super::Good;
use crate::error::{Error, Result};
use crate::person::{ATTACKER, GATEWAY, Person, VICTIM};
use crate::program::Program;
use crate::scene::Scene;
use crate::stage::Stage;

/// From guest to gateway and from guest to guest, IPv4 and IPv6.
pub(super) const BOTH: Good = Good {
    name: "ping",
    what: "guest, guest and gateway, v4 and v6",
    scene: Scene::street,
    run: both,
};

fn both(stage: &Stage) -> Result<bool> {
    Ok(answers(&stage.victim, GATEWAY)?
        && answers(&stage.gateway, VICTIM)?
        && answers(&stage.victim, ATTACKER)?)
}

fn answers(asker: &Guest, asked: Person) -> Result<bool> {
    for address in asked.addresses() {
        let mut ping = asker.netns().command(Program::Busybox.path()?);
        ping.args(["ping", "-q", "-c", "1", "-W", "2", &address.to_string()]);
        let ended = ping.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !ended.map_err(Error::step("run busybox ping"))?.success() {
            return Ok(false);
        }
    }
    Ok(true)
}
