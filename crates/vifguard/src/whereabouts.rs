//! Where the ports of a policy are on this host: their bindings, looked up where guests are known.
//!
//! Only hypervisors that a binding names are asked. One that does not answer is an error: a port that
//! nobody looked for must not pass for one that is elsewhere.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::mem::discriminant;

use serde::Serialize;
use vifguard_driver::{Attachment, BoundPort, Desired};
use vifguard_inventory::Links;
use vifguard_inventory::vifs::{libvirt, ovs, xen};
use vifguard_policy::{Binding, DeviceName, OvsId, Policy, Port};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hypervisors::Guests;

/// A policy's ports, as they are found.
#[derive(Clone, Debug)]
pub(crate) struct Whereabouts {
    /// Those that are here, on the interfaces that they have now.
    pub(crate) desired: Desired,
    /// Those that are not.
    pub(crate) absent: Vec<Absent>,
}

/// A port whose guest is not on this host, or does not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Absent {
    /// The port.
    pub(crate) port: String,
    /// What was looked for.
    pub(crate) binding: String,
}

impl Whereabouts {
    /// Looks all ports up, on interfaces that were read before any hypervisor is asked: where one was replaced in
    /// between, the port is on the one that is gone, and so on none, and never on somebody else's.
    pub(crate) fn of(
        policy: &Policy,
        guests: &impl Guests,
        host: &Links,
    ) -> Result<Whereabouts, Failure> {
        let ports = policy.ports().iter();
        let devices = ports.map(|port| find(port, guests, host));
        let devices: Vec<Vec<Attachment>> = devices.collect::<Result<_, Failure>>()?;
        Whereabouts::on(policy, devices)
    }

    /// The same for whoever has found them `before`: a port that cannot be looked up now is where it was, as
    /// long as that interface is there. Also says why.
    pub(crate) fn again(
        policy: &Policy,
        guests: &impl Guests,
        host: &Links,
        before: &Desired,
    ) -> Result<(Whereabouts, Vec<Failure>), Failure> {
        let (mut away, mut failures) = (HashSet::new(), Vec::new());
        let mut last: HashMap<&str, Vec<Attachment>> = HashMap::new();
        let is_there = there(host);
        for port in before.ports.iter().filter(|port| is_there(port)) {
            let on = Attachment {
                device: port.device.clone(),
                index: port.index,
            };
            last.entry(&port.identity.port).or_default().push(on);
        }
        let ports = policy.ports().iter();
        let devices = ports.map(|port| {
            let who = discriminant(&port.binding);
            if !away.contains(&who) {
                match find(port, guests, host) {
                    Ok(found) => return found,
                    Err(failure) => {
                        // One that does not answer is asked once.
                        if failure.exit == Exit::Unavailable {
                            away.insert(who);
                        }
                        failures.push(failure);
                    }
                }
            }
            last.get(port.name.as_str()).cloned().unwrap_or_default()
        });
        let devices = devices.collect();
        Ok((Whereabouts::on(policy, devices)?, failures))
    }

    fn on(policy: &Policy, devices: Vec<Vec<Attachment>>) -> Result<Whereabouts, Failure> {
        one_port_each(policy, &devices)?;
        let absent = policy.ports().iter().zip(&devices);
        let absent = absent.filter(|(_, devices)| devices.is_empty());
        Ok(Whereabouts {
            absent: absent.map(|(port, _)| Absent::of(port)).collect(),
            desired: Desired::at(policy, devices),
        })
    }
}

/// Says of a port whether the interface that was found for it is there. One that a policy names may come back.
pub(crate) fn there(host: &Links) -> impl Fn(&BoundPort) -> bool {
    let links = host.links.iter();
    let there: HashSet<(u32, &str)> = links.map(|link| (link.index, link.name.as_str())).collect();
    move |port| {
        let index = port.index;
        index.is_none_or(|index| there.contains(&(index, port.device.as_str())))
    }
}

impl Absent {
    fn of(port: &Port) -> Absent {
        Absent {
            port: port.name.clone(),
            binding: port.binding.to_string(),
        }
    }
}

/// Two bindings may turn out to be one interface.
fn one_port_each(policy: &Policy, devices: &[Vec<Attachment>]) -> Result<(), Failure> {
    let here = devices.iter().enumerate();
    let mut here: Vec<(&DeviceName, usize)> = here
        .flat_map(|(i, devices)| devices.iter().map(move |found| (&found.device, i)))
        .collect();
    here.sort_unstable();
    let twice = here.windows(2).find(|pair| pair[0].0 == pair[1].0);
    let Some([(device, one), (_, other)]) = twice else {
        return Ok(());
    };
    let port = |i: usize| {
        let port = &policy.ports()[i];
        format!("port {} ({})", port.name, port.binding)
    };
    Err(Failure::new(
        Exit::Data,
        format!("{} and {} are both on {device}", port(*one), port(*other)),
        "an interface carries one port: join the two; nothing was changed",
    ))
}

/// The interfaces that a port has now, if its guest is here. A card of a Xen guest has a second one while its
/// firmware runs, which belongs to the emulated card.
fn find(port: &Port, guests: &impl Guests, host: &Links) -> Result<Vec<Attachment>, Failure> {
    let mut links = host.links.iter();
    let made = links.find(|link| link.made_for() == Some(port.name.as_str()));
    let (found, may_be_several): (Vec<&str>, bool) = match &port.binding {
        Binding::Device(device) => return Ok(vec![device.clone().into()]),
        // Whoever made it knows, whatever a hypervisor would say.
        Binding::Libvirt { .. } | Binding::Ovs(_) | Binding::Xen { .. }
            if let Some(link) = made =>
        {
            return Ok(vec![device(port, &link.name)?.into()]);
        }
        Binding::Libvirt { domain, mac } => {
            let mac = mac.to_string();
            let is_it = |vif: &&libvirt::Vif| {
                (vif.domain == *domain || vif.uuid == *domain) && vif.mac == mac
            };
            (devices(guests.libvirt()?, is_it, |vif| &vif.device), false)
        }
        Binding::Ovs(ids) => {
            let there = |vif: &ovs::Vif| host.links.iter().any(|link| link.name == vif.device);
            let is_it = |vif: &&ovs::Vif| {
                let mut ids = ids.iter();
                let is_named =
                    ids.all(|(id, value)| vif.external_ids.get(id.name()) == Some(value));
                // The row of a guest that is gone stays. What the switch does not have yet may be the host's.
                is_named && (vif.attached || there(vif))
            };
            let one_card = ids.contains_key(&OvsId::XsVifUuid);
            (devices(guests.ovs()?, is_it, |vif| &vif.device), one_card)
        }
        Binding::Xen { domain, device } => {
            let is_it = |vif: &&xen::Vif| {
                (vif.domain == *domain || vif.uuid == *domain) && vif.number == *device
            };
            let vifs: Vec<&xen::Vif> = guests.xen()?.iter().filter(is_it).collect();
            let there = |name: &&String| host.links.iter().any(|link| link.name == **name);
            let emulated = vifs.iter().flat_map(|vif| &vif.emulated).filter(there);
            let found = vifs.iter().map(|vif| &vif.device).chain(emulated);
            (found.map(String::as_str).collect(), vifs.len() == 1)
        }
    };
    if found.len() > 1 && !may_be_several {
        return Err(Failure::new(
            Exit::Data,
            format!(
                "port {}: {} is more than one interface: {}",
                port.name,
                port.binding,
                found.join(", ")
            ),
            "say more of it, so that it is one; nothing was changed",
        ));
    }
    // What is called so later is another guest's, as long as the hypervisor does not say otherwise.
    let index = |name: &str| {
        let link = host.links.iter().find(|link| link.name == name);
        link.map_or(0, |link| link.index)
    };
    let pinned = found.into_iter().map(|name| {
        Ok(Attachment {
            device: device(port, name)?,
            index: Some(index(name)),
        })
    });
    pinned.collect()
}

fn device(port: &Port, name: &str) -> Result<DeviceName, Failure> {
    name.parse().map_err(|error| {
        let what = format!("port {}: its interface {name:?}: {error}", port.name);
        Failure::new(Exit::Data, what, "nothing was changed")
    })
}

fn devices<'v, V>(
    vifs: &'v [V],
    is_it: impl Fn(&&V) -> bool,
    device: impl Fn(&'v V) -> &'v String,
) -> Vec<&'v str> {
    let found = vifs.iter().filter(|vif| is_it(vif));
    found.map(|vif| device(vif).as_str()).collect()
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "port {}: {}", self.port, self.binding)
    }
}
