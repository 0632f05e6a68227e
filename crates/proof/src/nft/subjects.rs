//! Which interfaces are looked at.

use std::collections::{BTreeSet, HashSet};

use vifguard_driver::Desired;
use vifguard_netlink::nft::{DeviceSpec, Family};
use vifguard_nft::Snapshot;
use vifguard_nft::contents::{Tenant, Tenants, device_of};
use vifguard_nft::names::{GUARDED, WAYS};
use vifguard_policy::DevicePattern;

use super::interface::Interfaces;
use super::standing::{Standing, Standings};
use super::subject::{Role, Subject};
use super::table::Table;

/// `IFNAMSIZ`, without the NUL.
const LONGEST: usize = 15;

/// Ports, and what the kernel holds besides.
pub(super) struct Subjects<'a> {
    pub(super) subjects: Vec<Subject<'a>>,
    /// Ports whose interface is not there.
    pub(super) awaited: Vec<String>,
}

/// What is known of interfaces by name.
struct Known<'a> {
    interfaces: Interfaces<'a>,
    desired: &'a Desired,
    table: &'a Table<'a>,
    standings: Standings<'a>,
}

impl<'a> Known<'a> {
    fn new(snapshot: &'a Snapshot, desired: &'a Desired, table: &'a Table<'a>) -> Known<'a> {
        Known {
            interfaces: Interfaces::of(snapshot),
            desired,
            table,
            standings: Standings::new(table),
        }
    }

    fn port(&self, tenant: &'a Tenant<'a>) -> Subject<'a> {
        let interface = self.interfaces.interface(tenant.device);
        Subject {
            bases: self.table.ingress(&interface.device),
            standing: self.standings.of(&interface, tenant),
            role: Role::Port(tenant),
            interface,
        }
    }

    /// Interfaces that no port of the policy has; first those that are there, so that a difference is
    /// shown on one of them.
    fn nobodies<'n>(&self, names: impl Iterator<Item = &'n String>) -> Vec<Subject<'a>> {
        let (there, absent): (Vec<_>, Vec<_>) =
            names.partition(|name| self.interfaces.index(name).is_some());
        let names = there.into_iter().chain(absent);
        names.map(|name| self.nobody(name)).collect()
    }

    /// An interface that no port of the policy has.
    fn nobody(&self, device: &str) -> Subject<'a> {
        let interface = self.interfaces.interface(device);
        let unknown = self.desired.host.unknown;
        Subject {
            bases: self.table.ingress(device),
            standing: self.standings.of_nobody(&interface),
            role: match self.desired.host.guards(device) {
                true => Role::Unknown(unknown),
                false => Role::Free,
            },
            interface,
        }
    }
}

/// Every port of the policy, and every interface that the kernel or the policy speaks of.
pub(super) fn subjects<'a>(
    snapshot: &'a Snapshot,
    desired: &'a Desired,
    tenants: &'a Tenants<'a>,
    table: &'a Table<'a>,
) -> Subjects<'a> {
    let known = Known::new(snapshot, desired, table);
    let mut found = Subjects {
        subjects: Vec::new(),
        awaited: Vec::new(),
    };
    let mut ports = HashSet::new();
    for tenant in &tenants.ports {
        let device = tenant.device;
        let index = known.interfaces.index(device);
        if tenant.index.is_some() && tenant.index != index {
            // Its interface is gone. Another one that is called so is nobody's.
            found.awaited.push(tenant.identity.port.clone());
            continue;
        }
        ports.insert(device);
        let subject = known.port(tenant);
        let there = index.is_some();
        if !there {
            found.awaited.push(tenant.identity.port.clone());
        }
        // Nothing is bound to what is not there: when it comes it is nobody's until it is bound.
        if there || !subject.bases.is_empty() {
            found.subjects.push(subject);
        } else if desired.host.guards(device) {
            found.subjects.push(Subject {
                role: Role::Unknown(desired.host.unknown),
                standing: Standing {
                    present: BTreeSet::new(),
                    is_counted: false,
                    is_regular: true,
                },
                ..subject
            });
        }
    }
    let awaited = desired.ports.iter().filter(|port| port.is_awaited());
    found
        .awaited
        .extend(awaited.map(|port| port.identity.port.clone()));
    let mut names = named_in_sets(table, &known);
    names.extend(known.interfaces.with_entries());
    let guarded = |(name, _): &&(String, u32)| desired.host.guards(name);
    let there = snapshot.interfaces.iter().filter(guarded);
    names.extend(there.map(|(name, _)| name.clone()));
    for spec in table.bindings() {
        names.insert(match spec {
            DeviceSpec::Name(name) => name.clone(),
            DeviceSpec::Prefix(prefix) => fresh(prefix, &known),
        });
    }
    for pattern in &desired.host.guarded_interfaces {
        names.insert(match pattern {
            DevicePattern::Name(name) => name.as_str().to_owned(),
            DevicePattern::Prefix(prefix) => fresh(prefix, &known),
        });
    }
    let strangers = names.iter().filter(|name| !ports.contains(name.as_str()));
    found.subjects.extend(known.nobodies(strangers));
    found
}

/// Interfaces that a way, a counter or a gate knows by name.
fn named_in_sets(table: &Table<'_>, known: &Known<'_>) -> BTreeSet<String> {
    let sets = WAYS.into_iter().chain([GUARDED]);
    let elements = sets.flat_map(|set| table.elements(set, &[]).unwrap_or_default());
    elements
        .filter_map(|element| known.interfaces.name_of(element))
        .collect()
}

/// Interfaces of names that rules and gates know, where nobody else has spoken of them.
pub(super) fn named<'a>(
    snapshot: &'a Snapshot,
    desired: &'a Desired,
    table: &'a Table<'a>,
    gates: &[(Family, Table<'_>)],
    compared: &[Vec<u8>],
) -> Vec<Subject<'a>> {
    let known = Known::new(snapshot, desired, table);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for bytes in compared {
        let name = device_of(bytes);
        let whole = bytes.len() > name.len();
        names.insert(if whole { name } else { fresh(&name, &known) });
    }
    names.extend(
        gates
            .iter()
            .flat_map(|(_, gate)| named_in_sets(gate, &known)),
    );
    let ports: HashSet<&str> = desired
        .ports
        .iter()
        .map(|port| port.device.as_str())
        .collect();
    let strangers = names
        .iter()
        .filter(|name| !ports.contains(name.as_str()) && !name.is_empty());
    known.nobodies(strangers)
}

/// A name that begins so and that nobody has: it stands for all of them.
fn fresh(prefix: &str, known: &Known<'_>) -> String {
    let ports: HashSet<&str> = known
        .desired
        .ports
        .iter()
        .map(|port| port.device.as_str())
        .collect();
    let is_free = |name: &String| {
        let interface = known.interfaces.interface(name);
        !ports.contains(name.as_str()) && interface.entry.is_none() && interface.index == 0
    };
    let numbered = (0..u32::MAX).map(|number| format!("{prefix}{number}"));
    let fitting = numbered.take_while(|name| name.len() <= LONGEST);
    let mut free = fitting.filter(is_free);
    free.next().unwrap_or_else(|| prefix.to_owned())
}
