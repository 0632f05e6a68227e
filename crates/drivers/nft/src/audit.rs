//! Is what the kernel holds what we once put there? Judged without the policy: every port carries the
//! digest of its own claims, and the rules follow from what ports ask for.

use std::collections::HashSet;

use vifguard_driver::{Drift, Feature, PortState, State};
use vifguard_inventory::Link;
use vifguard_netlink::nft::Policy;

use crate::binding;
use crate::contents::Entry;
use crate::held::Held;
use crate::names::show_device;
use crate::probe;
use crate::program::Program;
use crate::tables::Tables;
use crate::ways;

/// What is in force, and what of it was changed, on a host with these interfaces.
pub(crate) fn state(tables: &Tables, there: &[Link]) -> State {
    let held = &tables.main;
    if !held.present {
        return State::default();
    }
    let specs = binding::specs(held);
    let mut drift = program_drift(held);
    drift.extend(base_drift(held));
    drift.extend(port_drift(held, there));
    drift.extend(host_drift(held));
    drift.extend(tables.gate_drift().into_iter().map(note));
    drift.sort_unstable();
    let degraded = degraded(tables);
    let port = |entry| port_state(entry, &degraded);
    let mut ports: Vec<PortState> = held.entries.iter().filter_map(port).collect();
    ports.sort_unstable_by(|a, b| a.port.cmp(&b.port));
    State {
        present: true,
        ports,
        guarded: specs.iter().map(show_device).collect(),
        unknown: held.shape().unknown,
        drift,
    }
}

/// What all ports do without. Only patterns ask for more than what exists.
fn degraded(tables: &Tables) -> Vec<String> {
    let gate = tables.gate().unwrap_or_default();
    let mut entries = tables.main.entries.iter();
    let mut named = gate.refused.iter();
    let is_port = |name: &String| entries.any(|entry| entry.device == *name);
    let patterns = !gate.prefixes.is_empty() || !named.all(is_port);
    let window = probe::first_frame(binding::of_held(&tables.main)).filter(|_| patterns);
    let first = Feature::FirstFrame.name();
    window
        .map(|cause| format!("without {first}: {cause}"))
        .into_iter()
        .collect()
}

fn port_state(entry: &Entry, degraded: &[String]) -> Option<PortState> {
    let class = entry.court?.class;
    Some(PortState {
        port: entry.port.clone(),
        device: entry.device.clone(),
        guards: class.guards,
        mode: class.mode(),
        degraded: degraded.to_vec(),
    })
}

fn note(what: String) -> Drift {
    Drift { port: None, what }
}

fn program_drift(held: &Held) -> Vec<Drift> {
    let program = Program::of(&held.shape());
    let mut drift = Vec::new();
    for (name, body) in &program.chains {
        match held.chains.get(name) {
            None => drift.push(note(format!("chain {name} is missing"))),
            Some(there) if there.rules != body.rules => {
                drift.push(note(format!("the rules of chain {name} were changed")));
            }
            Some(_) => {}
        }
    }
    for (name, body) in &held.chains {
        if body.base.is_none() && !program.chains.contains_key(name) {
            drift.push(note(format!("chain {name} is not ours")));
        }
    }
    for (name, (set, elements)) in &program.sets {
        if held.sets.get(name) != Some(set) {
            drift.push(note(format!("set {name} is missing or has another form")));
        }
        let Some(there) = held.fixed.get(name) else {
            continue;
        };
        let wanted: HashSet<_> = elements.iter().map(|e| (&e.key, &e.value)).collect();
        let there: HashSet<_> = there.iter().map(|e| (&e.key, &e.value)).collect();
        if wanted != there {
            drift.push(note(format!("the elements of set {name} were changed")));
        }
    }
    drift
}

fn host_drift(held: &Held) -> Option<Drift> {
    let what = match held.seal {
        None => "a change was begun and not finished",
        Some(seal) if seal != held.host_digest() => {
            "which interfaces are guarded, or which link-locals belong to others, was changed"
        }
        Some(_) => return None,
    };
    Some(note(what.to_owned()))
}

fn base_drift(held: &Held) -> Vec<Drift> {
    let mut drift = Vec::new();
    if held.dormant {
        drift.push(note("the table sleeps: nothing is guarded".to_owned()));
    }
    for (name, body) in &held.chains {
        let Some(base) = &body.base else { continue };
        let mut program = Program::default();
        program.add_base(name, base.clone());
        if program.chains.get(name) != Some(body) {
            drift.push(note(format!("the rules of chain {name} were changed")));
        }
        let Some(first) = binding::before(name) else {
            continue;
        };
        if base.policy != Policy::Drop {
            drift.push(note(format!("the policy of chain {name} is not to drop")));
        }
        let first_base = held.chains.get(&first).and_then(|body| body.base.as_ref());
        if first_base.is_none_or(|first| first.devices != base.devices) {
            drift.push(note(format!(
                "chain {first} does not come before chain {name}"
            )));
        }
    }
    drift
}

fn port_drift(held: &Held, there: &[Link]) -> Vec<Drift> {
    let claims = held.claims();
    let (strays, nobodys) = ways::strays(held);
    let strays: HashSet<&str> = strays.into_iter().collect();
    let specs = binding::specs(held);
    let hooked = |device: &str| specs.iter().any(|spec| binding::covers(spec, device));
    // A kernel that binds to devices lets go of one that goes.
    let is_there = |device: &str| there.iter().any(|link| link.name == device);
    let by_name = binding::is_by_name(held);
    let mut drift = Vec::new();
    for entry in &held.entries {
        let mut push = |what: &str| {
            drift.push(Drift {
                port: Some(entry.port.clone()),
                what: what.to_owned(),
            });
        };
        if entry.court.is_none() {
            push("its entry in the map of ports was changed");
            continue;
        };
        if !entry.is_intact(&claims) {
            push("what it may claim was changed");
        }
        if strays.contains(entry.port.as_str()) {
            push("what leads to its counter of passed frames was changed");
        }
        if !hooked(&entry.device) && (by_name || is_there(&entry.device)) {
            push("its interface is no longer guarded");
        }
    }
    let contents = held.contents.iter().flatten();
    for (set, _) in contents.filter(|(_, all)| all.iter().any(|e| e.key.is_empty())) {
        drift.push(note(format!("set {set} holds everything")));
    }
    if nobodys {
        drift.push(note(
            "frames are let through that no port may send".to_owned(),
        ));
    }
    drift
}
