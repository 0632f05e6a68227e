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
/// The one base chain of a kernel that binds by name.
pub const INGRESS: &str = "ingress";
/// The names that it has in turn: see [`settle`].
pub const INGRESSES: [&str; 2] = [INGRESS, "ingress-b"];

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
    BTreeMap::from([(INGRESS.to_owned(), base(devices))])
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
    let current = INGRESSES.into_iter().find(|name| there(name).is_some());
    let overlaps = |current: &BaseChain| {
        let new = wanted
            .devices
            .iter()
            .filter(|spec| !current.devices.contains(spec));
        new.into_iter()
            .any(|spec| current.devices.iter().any(|old| is_same_binding(old, spec)))
    };
    let name = match current {
        Some(name) if there(name).is_some_and(overlaps) => INGRESSES
            .into_iter()
            .find(|other| *other != name)
            .unwrap_or(INGRESS),
        Some(name) => name,
        None => INGRESS,
    };
    BTreeMap::from([(name.to_owned(), wanted.clone())])
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
            bases.insert(format!("{INGRESS}.{name}"), base(vec![device]));
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
