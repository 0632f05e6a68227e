//! How frames get to the rules: base chains at netdev ingress, and on which devices.

use std::collections::BTreeMap;

use vifguard_driver::Desired;
use vifguard_inventory::Link;
use vifguard_netlink::nft::{BaseChain, DeviceSpec, Hook, Policy};
use vifguard_policy::DevicePattern;

use crate::change::Bases;
use crate::held::Held;
use crate::program::Gate;

/// Before everybody else's filters at the same hook: what they see has been checked.
pub const PRIORITY: i32 = -500;
/// The base chain that leads to the judge; on kernels that bind to devices the beginning of its name.
pub const INGRESS: &str = "ingress";
/// The same for the base chain before it, that makes IPv6 headers readable: see
/// [`crate::program::flatten`]. In the order of names it comes first, so it is made first.
pub const FLATTEN: &str = "flatten";
/// What is added to both in turn: see [`settle`].
const TURNS: [&str; 2] = ["", "-b"];

/// What the kernel can bind a base chain to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Names and prefixes of names, devices to come included (since Linux 6.18): no window between
    /// a device's birth and its guards.
    ByName,
    /// Devices that exist. A gate further on refuses what comes from others.
    ByDevice,
}

/// The base chains for a desired state on a kernel that binds by name.
pub fn by_name(desired: &Desired) -> Bases {
    let devices = devices(desired);
    if devices.is_empty() {
        return BTreeMap::new();
    }
    pair("", devices)
}

/// Both base chains on these devices.
fn pair(suffix: &str, devices: Vec<DeviceSpec>) -> Bases {
    BTreeMap::from([
        (format!("{FLATTEN}{suffix}"), first(devices.clone())),
        (format!("{INGRESS}{suffix}"), base(devices)),
    ])
}

/// The name of the base chain before this one, if this one leads to the judge.
pub fn before(name: &str) -> Option<String> {
    let suffix = name.strip_prefix(INGRESS)?;
    Some(format!("{FLATTEN}{suffix}"))
}

/// Does a base chain of this name lead to the judge?
pub fn is_ingress(name: &str) -> bool {
    name.starts_with(INGRESS)
}

/// Gives the base chain the name under which it can be had beside what is there.
///
/// The kernel takes two bindings of one chain for the same if the shorter begins the longer (`tap*` and
/// `tap1`), and says nothing when it leaves one out. So such a change takes a second chain, and the
/// first goes when the second judges: in between a frame is judged twice, never not at all.
pub fn settle(held: &Held, bases: &Bases) -> Bases {
    let there = |name: &str| held.chains.get(name).and_then(|body| body.base.as_ref());
    let Some(wanted) = bases.get(INGRESS) else {
        return bases.clone();
    };
    let name = |turn: &str| format!("{INGRESS}{turn}");
    let current = TURNS.into_iter().find(|turn| there(&name(turn)).is_some());
    let overlaps = |current: &BaseChain| {
        let new = wanted
            .devices
            .iter()
            .filter(|spec| !current.devices.contains(spec));
        new.into_iter()
            .any(|spec| current.devices.iter().any(|old| is_same_binding(old, spec)))
    };
    let turn = match current {
        Some(turn) if there(&name(turn)).is_some_and(overlaps) => {
            let other = TURNS.into_iter().find(|other| *other != turn);
            other.unwrap_or_default()
        }
        Some(turn) => turn,
        None => TURNS[0],
    };
    pair(turn, wanted.devices.clone())
}

/// Does the kernel take them for the same (`nft_hook_list_find`)? A whole name counts with its NUL.
fn is_same_binding(one: &DeviceSpec, other: &DeviceSpec) -> bool {
    let key = |spec: &DeviceSpec| match spec {
        DeviceSpec::Name(name) => format!("{name}\0"),
        DeviceSpec::Prefix(prefix) => prefix.clone(),
    };
    let (one, other) = (key(one), key(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// The base chains on a kernel that binds to devices that exist: one each, since such kernels cannot
/// add a device to a chain (before Linux 6.4).
pub fn by_device(desired: &Desired, there: &[Link]) -> (Bases, Gate) {
    let specs = devices(desired);
    let mut gate = Gate {
        unknown: desired.host.unknown,
        ..Gate::default()
    };
    let mut bases = Bases::new();
    for spec in &specs {
        match spec {
            DeviceSpec::Name(name) => gate.names.insert(name.clone()),
            DeviceSpec::Prefix(prefix) => gate.prefixes.insert(prefix.clone()),
        };
    }
    for Link { name, index, .. } in there {
        let covered = specs.iter().any(|spec| match spec {
            DeviceSpec::Name(other) => other == name,
            DeviceSpec::Prefix(prefix) => name.starts_with(prefix.as_str()),
        });
        if covered {
            gate.admitted.insert((name.clone(), *index));
            let device = DeviceSpec::Name(name.clone());
            bases.append(&mut pair(&format!(".{name}"), vec![device]));
        }
    }
    (bases, gate)
}

/// A base chain on these devices.
pub fn base(devices: Vec<DeviceSpec>) -> BaseChain {
    BaseChain {
        hook: Hook::Ingress,
        priority: PRIORITY,
        policy: Policy::Drop,
        devices,
    }
}

fn first(devices: Vec<DeviceSpec>) -> BaseChain {
    BaseChain {
        priority: PRIORITY - 1,
        policy: Policy::Accept,
        ..base(devices)
    }
}

/// Every guarded device once: a frame that met the chain twice would be counted twice.
fn devices(desired: &Desired) -> Vec<DeviceSpec> {
    let patterns = &desired.host.guarded_interfaces;
    let prefixes: Vec<&str> = patterns
        .iter()
        .filter_map(|pattern| match pattern {
            DevicePattern::Prefix(prefix) => Some(prefix.as_str()),
            DevicePattern::Name(_) => None,
        })
        .collect();
    let covered = |name: &str| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let shorter = |prefix: &str| {
        prefixes
            .iter()
            .any(|other| prefix.len() > other.len() && prefix.starts_with(other))
    };
    let names = patterns.iter().filter_map(|pattern| match pattern {
        DevicePattern::Name(name) => Some(name.as_str()),
        DevicePattern::Prefix(_) => None,
    });
    let ports = desired.ports.iter().map(|port| port.device.as_str());
    let names = names.chain(ports).filter(|name| !covered(name));
    let mut devices: Vec<DeviceSpec> = prefixes
        .iter()
        .filter(|prefix| !shorter(prefix))
        .map(|prefix| DeviceSpec::Prefix((*prefix).to_owned()))
        .chain(names.map(|name| DeviceSpec::Name(name.to_owned())))
        .collect();
    devices.sort_unstable();
    devices.dedup();
    devices
}
