use std::collections::{BTreeSet, HashSet};
use std::sync::mpsc::Sender;

use anyhow::{Error, Result};
use vifguard_inventory::watch::{Source, watch};
use vifguard_policy::Binding;

use super::super::prospect::Prospect;
use super::Event;
use crate::drivers::Title;
use crate::output::Output;

/// Who is listened to.
#[derive(Default)]
pub(super) struct Heard {
    sources: HashSet<Source>,
    drivers: HashSet<Title>,
}

/// Listens to all that the policy and its drivers depend on, and that is not listened to yet; says to whom it
/// cannot.
pub(super) fn listen(
    prospect: &mut Prospect,
    heard: &mut Heard,
    tell: &Sender<Event>,
) -> Vec<Error> {
    let ports = prospect.policy.ports().iter();
    let bindings = ports.map(|port| match port.binding {
        Binding::Device(_) => Source::Links,
        Binding::Libvirt { .. } => Source::Libvirt,
        Binding::Ovs(_) => Source::Ovs,
        Binding::Xen { .. } => Source::Xen,
    });
    let mut members = prospect.crew.members.iter();
    let is_bridged = members.any(|member| member.title.bridge.is_some());
    // An interface may come to a bridge, or a bridge begin to take its frames before the driver in charge does.
    let ground = prospect.scene.ground(&prospect.args);
    let may_take = ground.before_all().is_ok_and(|switch| switch.is_some());
    let switch = (is_bridged || may_take).then_some(Source::Ovs);
    let sources: BTreeSet<Source> = bindings.chain([Source::Links]).chain(switch).collect();
    let mut errors = Vec::new();
    for source in sources {
        if heard.sources.contains(&source) {
            continue;
        }
        match watch(source, prospect.args.ovsdb.as_deref(), tell.clone()) {
            Ok(()) => drop(heard.sources.insert(source)),
            Err(error) => errors.push(error.into()),
        }
    }
    for member in &mut prospect.crew.members {
        if heard.drivers.contains(&member.title) {
            continue;
        }
        let tell = tell.clone();
        let changed = move || tell.send(Event::Changed).is_ok();
        match member.driver.watch(Box::new(changed)) {
            Ok(()) => drop(heard.drivers.insert(member.title.clone())),
            Err(error) => errors.push(error.into()),
        }
    }
    errors
}

/// Says what is not heard.
pub(super) fn confess(prospect: &mut Prospect, output: &Output) -> Result<()> {
    for member in &mut prospect.crew.members {
        if let Some(unheard) = member.driver.unheard()? {
            output.note(&format!("not heard, of {}: {unheard}", member.title));
        }
    }
    Ok(())
}
