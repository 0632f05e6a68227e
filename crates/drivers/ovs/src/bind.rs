//! Which interface of the bridge is which port.

use std::collections::{HashMap, HashSet};

use vifguard_driver::{BoundPort, Desired, Error, Result};
use vifguard_policy::Identity;

use crate::Options;
use crate::flow::LOCAL;
use crate::port::Place;

/// What every interface of the bridge is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound<'a> {
    /// Ports, each with an interface. A guest's card may have two: Xen gives one to the emulated card.
    pub ports: Vec<(&'a Identity, Place)>,
    /// Guarded interfaces without a port.
    pub unknown: Vec<Place>,
    /// All others.
    pub others: Vec<Place>,
}

impl<'a> Bound<'a> {
    /// Looks every port's interface up. `elsewhere` says which other bridge has an interface.
    ///
    /// # Errors
    ///
    /// A port without an interface, unless it will be guarded from its first frame; two ports with one
    /// interface; one whose interface cannot be told from another.
    pub fn of(
        desired: &'a Desired,
        here: &[Place],
        options: &Options,
        elsewhere: impl Fn(&str) -> Option<String>,
    ) -> Result<Bound<'a>> {
        let mut by_name: HashMap<&str, &Place> = HashMap::new();
        let mut alike: HashSet<&str> = HashSet::new();
        for place in here {
            if by_name.insert(&place.device, place).is_some() {
                alike.insert(&place.device);
            }
        }
        let mut bound = Bound::default();
        let mut taken: HashMap<&str, &str> = HashMap::new();
        for port in &desired.ports {
            let identity = &port.identity;
            let device = port.device.as_str();
            let Some(place) = by_name.get(device) else {
                if desired.host.guards(device) {
                    continue;
                }
                return Err(absent(port, options, elsewhere));
            };
            if alike.contains(device) {
                return Err(ambiguous(port, options));
            }
            if let Some(other) = taken.insert(&place.device, &identity.port) {
                return Err(shared(identity, &place.device, other));
            }
            bound.ports.push((identity, (*place).clone()));
        }
        for place in here {
            if taken.contains_key(place.device.as_str()) {
                continue;
            }
            // The switch's own interface is no guest's, whatever the pattern.
            let is_guarded = desired.host.guards(&place.device) && place.number != LOCAL;
            let list = if is_guarded {
                &mut bound.unknown
            } else {
                &mut bound.others
            };
            list.push(place.clone());
        }
        Ok(bound)
    }
}

fn absent(
    port: &BoundPort,
    options: &Options,
    elsewhere: impl Fn(&str) -> Option<String>,
) -> Error {
    let device = port.device.as_str();
    let bridge = &options.bridge;
    let (cause, remedy) = match elsewhere(device) {
        Some(own) if own == *bridge => (
            format!("{bridge} lists {device}, but the switch has no such interface now"),
            format!(
                "see why (ovs-vsctl get interface {device} error), or take it off the list (ovs-vsctl del-port \
                 {bridge} {device})"
            ),
        ),
        Some(other) => (
            format!("{device} is on the bridge {other}, not on {bridge}"),
            format!("guard {other}, or put {device} on {bridge}"),
        ),
        None => (
            format!("{bridge} has no interface {device}"),
            format!(
                "put it there (ovs-vsctl add-port {bridge} {device}), or list {device} or a pattern \
                 that covers it under host.guarded_interfaces, so that it is guarded from its first frame"
            ),
        ),
    };
    Error::Port {
        port: port.identity.port.clone(),
        cause,
        remedy,
    }
}

/// OpenFlow has room for 15 characters of a name. A patch port may have more of them, and begin as a guest's interface is
/// called: the guards of one would stand at the other.
fn ambiguous(port: &BoundPort, options: &Options) -> Error {
    let (device, bridge) = (&port.device, &options.bridge);
    Error::Port {
        port: port.identity.port.clone(),
        cause: format!(
            "{bridge} has several interfaces whose names begin with the {} characters of {device}, and OpenFlow does \
             not show more of them",
            device.as_str().len()
        ),
        remedy: "give the others shorter names".to_owned(),
    }
}

fn shared(identity: &Identity, device: &str, other: &str) -> Error {
    Error::Port {
        port: identity.port.clone(),
        cause: format!("its interface {device} is that of port {other} too"),
        remedy: "let each interface name one port".to_owned(),
    }
}
