//! Looking at the host: where the ports are now, who guards them, and what is in the way.

use anyhow::Error;
use vifguard_driver::Desired;
use vifguard_inventory::Links;

use super::super::prospect::{Prospect, Scene, links};
use super::hold::{hold_names, hold_places};
use crate::blast::radius;
use crate::hypervisors::Hypervisors;
use crate::whereabouts::there;

/// Looks where the ports are, and chooses drivers for them.
pub(super) fn look(prospect: &mut Prospect) -> Vec<Error> {
    let host = match links() {
        Ok(host) => host,
        Err(error) => return vec![error.into()],
    };
    let hypervisors = Hypervisors::new(prospect.args.ovsdb.as_deref());
    let before = &prospect.scene.desired;
    let found = Scene::again(&prospect.policy, host.clone(), hypervisors, before);
    let chosen = found.and_then(|(mut scene, failures)| {
        hold_places(&prospect.policy, &host, &mut scene.desired.host);
        if !failures.is_empty() {
            hold_names(before, &mut scene.desired);
        }
        let crew = scene.crew(&prospect.args, None)?;
        Ok((scene, crew, failures))
    });
    match chosen {
        Ok((scene, mut crew, failures)) => {
            // What is known of drivers stays known, whether or not they can be chosen now.
            crew.succeed(std::mem::take(&mut prospect.crew));
            (prospect.scene, prospect.crew) = (scene, crew);
            failures.into_iter().map(Error::new).collect()
        }
        Err(failure) => {
            stay(prospect, host);
            vec![failure.into()]
        }
    }
}

/// Where nothing can be chosen, all is as it was chosen last, but for what has gone since.
fn stay(prospect: &mut Prospect, host: Links) {
    let is_there = there(&host);
    for member in &mut prospect.crew.members {
        let before = member.desired.clone();
        member.desired.ports.retain(&is_there);
        if member.title.bridge.is_none() {
            hold_places(&prospect.policy, &host, &mut member.desired.host);
            hold_names(&before, &mut member.desired);
        }
    }
    drop(is_there);
    prospect.scene.host = host;
}

/// Finds what is in the way, and says whether it would harm the host to go on: if what carries the host itself
/// would come under a guard that it was not under before.
pub(super) fn bars(prospect: &mut Prospect, before: &Desired, errors: &mut Vec<Error>) -> bool {
    let refused = match prospect.obstacles() {
        Ok(obstacles) => {
            // Whoever began to watch has said yes to what falls silent.
            errors.extend(obstacles.failure(true).map(Error::new));
            prospect.degraded = obstacles.degraded;
            obstacles.refused
        }
        Err(error) => {
            errors.push(error);
            let Scene {
                host,
                hypervisors,
                desired,
                ..
            } = &prospect.scene;
            radius(host, hypervisors.switch().ok().flatten(), desired).refused
        }
    };
    let was_guarded = |device: &str| {
        let mut ports = before.ports.iter();
        ports.any(|port| port.device.as_str() == device)
    };
    refused.iter().any(|refused| !was_guarded(&refused.device))
}
