//! Where the ports of a policy are on this host: their bindings, looked up where guests are known.
//!
//! Only hypervisors that a binding names are asked. One that does not answer is an error: a port that
//! nobody looked for must not pass for one that is elsewhere.

#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::fmt;

use serde::Serialize;
use vifguard_driver::Desired;
use vifguard_inventory::vifs::{libvirt, ovs, xen};
use vifguard_inventory::{Links, ProgramError};
use vifguard_policy::{Binding, DeviceName, Policy, Port};

use crate::exit::Exit;
use crate::failure::Failure;

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

/// Who knows guests' interfaces.
trait Guests {
    fn libvirt(&self) -> Result<&[libvirt::Vif], Failure>;
    fn ovs(&self) -> Result<&[ovs::Vif], Failure>;
    fn xen(&self) -> Result<&[xen::Vif], Failure>;
    /// The interface that `vifguard run` made for this port, if its guest runs.
    fn made_for(&self, port: &str) -> Result<Option<String>, Failure>;
}

/// The hypervisors of this host, asked once each and not before somebody wants to know.
#[derive(Default)]
struct Host {
    /// One that does not answer has no guests: at boot guards come before hypervisors do.
    at_boot: bool,
    libvirt: OnceCell<Vec<libvirt::Vif>>,
    ovs: OnceCell<Vec<ovs::Vif>>,
    xen: OnceCell<Vec<xen::Vif>>,
    links: OnceCell<Links>,
}

impl Whereabouts {
    /// Looks all ports up.
    pub(crate) fn of(policy: &Policy) -> Result<Whereabouts, Failure> {
        Whereabouts::among(policy, &Host::default())
    }

    /// The same at boot, when nothing is in force yet and no hypervisor runs: their guests are not here.
    pub(crate) fn at_boot(policy: &Policy) -> Result<Whereabouts, Failure> {
        let host = Host {
            at_boot: true,
            ..Host::default()
        };
        Whereabouts::among(policy, &host)
    }

    fn among(policy: &Policy, guests: &impl Guests) -> Result<Whereabouts, Failure> {
        let ports = policy.ports().iter();
        let devices: Result<Vec<_>, Failure> = ports.map(|port| find(port, guests)).collect();
        let devices = devices?;
        one_port_each(policy, &devices)?;
        let absent = policy.ports().iter().zip(&devices);
        let absent = absent.filter(|(_, device)| device.is_none());
        Ok(Whereabouts {
            absent: absent.map(|(port, _)| Absent::of(port)).collect(),
            desired: Desired::at(policy, devices),
        })
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
fn one_port_each(policy: &Policy, devices: &[Option<DeviceName>]) -> Result<(), Failure> {
    let here = devices.iter().enumerate();
    let mut here: Vec<(&DeviceName, usize)> = here
        .filter_map(|(i, device)| Some((device.as_ref()?, i)))
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

/// The interface that a port has now, if its guest is here.
fn find(port: &Port, guests: &impl Guests) -> Result<Option<DeviceName>, Failure> {
    let made = match &port.binding {
        Binding::Device(device) => return Ok(Some(device.clone())),
        Binding::Libvirt { .. } | Binding::Ovs(_) | Binding::Xen { .. } => {
            guests.made_for(&port.name)?
        }
    };
    let devices: Vec<&str> = match &port.binding {
        _ if made.is_some() => made.iter().map(String::as_str).collect(),
        Binding::Device(device) => vec![device.as_str()],
        Binding::Libvirt { domain, mac } => {
            let mac = mac.to_string();
            let is_it = |vif: &&libvirt::Vif| {
                (vif.domain == *domain || vif.uuid == *domain) && vif.mac == mac
            };
            devices(guests.libvirt()?, is_it, |vif| &vif.device)
        }
        Binding::Ovs(ids) => {
            let is_it = |vif: &&ovs::Vif| {
                ids.iter()
                    .all(|(id, value)| vif.external_ids.get(id.name()) == Some(value))
            };
            devices(guests.ovs()?, is_it, |vif| &vif.device)
        }
        Binding::Xen { domain, device } => {
            let is_it = |vif: &&xen::Vif| {
                (vif.domain == *domain || vif.uuid == *domain) && vif.number == *device
            };
            devices(guests.xen()?, is_it, |vif| &vif.device)
        }
    };
    match devices.as_slice() {
        [] => Ok(None),
        [device] => device.parse().map(Some).map_err(|error| {
            let what = format!("port {}: its interface {device:?}: {error}", port.name);
            Failure::new(Exit::Data, what, "nothing was changed")
        }),
        more => Err(Failure::new(
            Exit::Data,
            format!(
                "port {}: {} is more than one interface: {}",
                port.name,
                port.binding,
                more.join(", ")
            ),
            "say more of it, so that it is one; nothing was changed",
        )),
    }
}

fn devices<'v, V>(
    vifs: &'v [V],
    is_it: impl Fn(&&V) -> bool,
    device: impl Fn(&'v V) -> &'v String,
) -> Vec<&'v str> {
    let found = vifs.iter().filter(|vif| is_it(vif));
    found.map(|vif| device(vif).as_str()).collect()
}

impl Guests for Host {
    fn libvirt(&self) -> Result<&[libvirt::Vif], Failure> {
        once(&self.libvirt, self.at_boot, "libvirt", libvirt::vifs)
    }

    fn ovs(&self) -> Result<&[ovs::Vif], Failure> {
        once(&self.ovs, self.at_boot, "Open vSwitch", ovs::vifs)
    }

    fn xen(&self) -> Result<&[xen::Vif], Failure> {
        once(&self.xen, self.at_boot, "Xen", xen::vifs)
    }

    fn made_for(&self, port: &str) -> Result<Option<String>, Failure> {
        let links = match self.links.get() {
            Some(links) => links,
            None => {
                let read = Links::read().map_err(|error| {
                    let what = format!("cannot read this host's interfaces: {error}");
                    Failure::new(Exit::Os, what, "nothing was changed; try again")
                })?;
                self.links.get_or_init(|| read)
            }
        };
        let mut made = links.links.iter();
        let made = made.find(|link| link.made_for() == Some(port));
        Ok(made.map(|link| link.name.clone()))
    }
}

fn once<'h, V>(
    known: &'h OnceCell<Vec<V>>,
    at_boot: bool,
    who: &str,
    ask: impl Fn() -> Result<Vec<V>, ProgramError>,
) -> Result<&'h [V], Failure> {
    if known.get().is_none() {
        let vifs = ask().or_else(|error| if at_boot { Ok(Vec::new()) } else { Err(error) });
        let vifs = vifs.map_err(|error| {
            let what = format!("ports are bound by {who}, which does not answer: {error}");
            let advice = "start it, or install its command line; nothing was changed";
            Failure::new(Exit::Unavailable, what, advice)
        })?;
        // Nobody was faster: there is one thread.
        let _ = known.set(vifs);
    }
    Ok(known.get().map(Vec::as_slice).unwrap_or_default())
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "port {}: {}", self.port, self.binding)
    }
}
