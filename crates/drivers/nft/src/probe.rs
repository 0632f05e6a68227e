//! What this host lets the driver do, found by trying, never by version.

use std::collections::HashMap;

use nix::errno::Errno;
use vifguard_driver::{Capabilities, Desired, Error, Feature, Result, Support};
use vifguard_inventory::{Link, Links};
use vifguard_netlink::Error as KernelError;
use vifguard_netlink::nft::{Batch, Connection, DeviceSpec, Family, TableId};

use crate::binding::{self, Binding};
use crate::driver::{NAME, step};
use crate::held::Held;
use crate::program::{Gate, is_own};
use crate::tables::GATES;

/// A name that no interface has: nothing is hooked by trying.
const NOBODY: &str = "vifguard-probe*";

/// What the kernel's nf_tables can do for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) binding: Binding,
    /// It can tell whether a frame has a route (CONFIG_IP_ROUTE_CLASSID).
    pub(crate) knows_own: bool,
}

/// What was found when the table in force was made. To try takes tens of milliseconds: the kernel waits
/// until nobody uses what it forgets.
///
/// Rules that somebody else may have changed are no memory.
pub(crate) fn recall(held: &Held) -> Option<Found> {
    if !held.sealed {
        return None;
    }
    let by_name = held
        .chains
        .keys()
        .any(|name| binding::is_ingress(name) && !name.contains('.'));
    by_name.then(|| Found {
        binding: Binding::ByName,
        knows_own: held.shape().knows_own,
    })
}

/// Tries. The transactions are left open, so the kernel forgets them.
pub(crate) fn find(kernel: &mut Connection) -> Result<Found> {
    let table_of = |family| TableId {
        family,
        name: "vifguard-probe".to_owned(),
    };
    let mut batch = Batch::new();
    batch.add_table(&table_of(Family::Netdev));
    rehearse(kernel, batch).map_err(|error| unsupported(Family::Netdev, error))?;
    for family in GATES {
        let id = table_of(family);
        let mut batch = Batch::new();
        batch.add_table(&id);
        batch.add_chain(&id, "probe");
        for rule in Gate::rules_of_all() {
            batch.add_rule(&id, "probe", &rule);
        }
        rehearse(kernel, batch).map_err(|error| unsupported(family, error))?;
    }
    let id = table_of(Family::Netdev);
    let table = || {
        let mut batch = Batch::new();
        batch.add_table(&id);
        batch
    };
    let mut chain = table();
    let prefix = DeviceSpec::Prefix(NOBODY.trim_end_matches('*').to_owned());
    chain.add_base_chain(&id, "probe", &binding::base(vec![prefix]));
    let by_name = accepts(kernel, chain)?;
    let mut rule = table();
    rule.add_chain(&id, "probe");
    rule.add_rule(&id, "probe", &is_own());
    let binding = if by_name {
        Binding::ByName
    } else {
        Binding::ByDevice
    };
    Ok(Found {
        binding,
        knows_own: accepts(kernel, rule)?,
    })
}

fn accepts(kernel: &mut Connection, batch: Batch) -> Result<bool> {
    match rehearse(kernel, batch) {
        Ok(()) => Ok(true),
        Err(KernelError::Refused { .. }) => Ok(false),
        Err(error) => Err(step("try what the kernel can do", error)),
    }
}

fn rehearse(kernel: &mut Connection, batch: Batch) -> std::result::Result<(), KernelError> {
    kernel.commit(batch.rehearse())
}

fn unsupported(family: Family, error: KernelError) -> Error {
    let name = family.name();
    // Where it is a module of its own (nft_meta_bridge), the family may be there without it.
    let knows_family = error.errno() == Some(Errno::ENOENT);
    let error = step("try nf_tables", error);
    let Error::Step { source, .. } = error else {
        return error;
    };
    if knows_family && family == Family::Bridge {
        return Error::Unsupported {
            driver: NAME,
            cause: format!("nf_tables cannot read a frame's mark in the bridge family ({source})"),
            remedy: "load nft_meta_bridge (modprobe nft_meta_bridge; CONFIG_NFT_BRIDGE_META)"
                .to_owned(),
        };
    }
    Error::Unsupported {
        driver: NAME,
        cause: format!("nf_tables does not take a table of the {name} family ({source})"),
        remedy: format!(
            "load or build nf_tables with CONFIG_NF_TABLES_{} (modprobe nf_tables)",
            name.to_uppercase()
        ),
    }
}

/// The interfaces that exist.
pub(crate) fn interfaces() -> Result<Vec<Link>> {
    let links = Links::read().map_err(|error| Error::Step {
        driver: NAME,
        step: "list the interfaces".to_owned(),
        source: Box::new(error),
    })?;
    Ok(links.links)
}

/// Every port's interface passes netdev ingress, and exists or will be guarded from its first frame
/// when it comes.
pub(crate) fn devices(desired: &Desired, there: &[Link]) -> Result<()> {
    let by_name: HashMap<&str, &Link> = there
        .iter()
        .map(|link| (link.name.as_str(), link))
        .collect();
    let other_names: HashMap<&str, &Link> = there
        .iter()
        .flat_map(|link| {
            link.other_names
                .iter()
                .map(move |name| (name.as_str(), link))
        })
        .collect();
    for port in &desired.ports {
        let device = port.device.as_str();
        let found = match (by_name.get(device), other_names.get(device)) {
            (Some(link), _) => link.bypass().map(|why| bypassed(device, &why)),
            // The kernel binds by an interface's own name and finds it by others too.
            (None, Some(link)) => Some(misnamed(device, &link.name)),
            (None, None) if desired.host.guards(device) => None,
            (None, None) => Some(missing(device)),
        };
        if let Some((cause, remedy)) = found {
            return Err(Error::Port {
                port: port.identity.port.clone(),
                cause,
                remedy,
            });
        }
    }
    Ok(())
}

fn bypassed(device: &str, why: &str) -> (String, String) {
    (
        format!("netdev ingress of {device} cannot judge what its guest sends: {why}"),
        "give the guest a tap or veth, in a bridge or routed".to_owned(),
    )
}

fn misnamed(device: &str, name: &str) -> (String, String) {
    (
        format!("{device} is another name of the interface {name}"),
        format!("write {name}, the interface's own name"),
    )
}

fn missing(device: &str) -> (String, String) {
    (
        format!("there is no interface {device}"),
        format!(
            "create it first, or list {device} or a pattern that covers it under \
             host.guarded_interfaces, so that it is guarded from its first frame"
        ),
    )
}

/// Why there is no `first-frame` with this binding, if so. One that passes what the contract refuses has
/// none, however little that is.
pub(crate) fn first_frame(binding: Binding) -> Option<String> {
    let window = "until an interface that comes later is bound (enforce binds it), the gates do not see \
                  what Open vSwitch takes from it, nor, outside a bridge, frames other than IPv4, IPv6 \
                  and ARP";
    match binding {
        Binding::ByName => None,
        Binding::ByDevice => Some(window.to_owned()),
    }
}

/// What the driver can do with this binding.
pub(crate) fn capabilities(found: Found) -> Capabilities {
    let mut features: std::collections::BTreeMap<Feature, Support> = Feature::all()
        .map(|feature| (feature, Support::Full))
        .collect();
    let events = "refused frames are counted, not sampled".to_owned();
    features.insert(Feature::Events, Support::None(events));
    let drift = "drift is found when asked for (status, plan, enforce), not watched".to_owned();
    features.insert(Feature::Drift, Support::Partial(drift));
    if let Some(window) = first_frame(found.binding) {
        features.insert(Feature::FirstFrame, Support::None(window));
    }
    let binding = match found.binding {
        Binding::ByName => {
            "netdev ingress, bound by name and prefix in the kernel, with gates in the bridge, inet \
             and arp families"
        }
        Binding::ByDevice => {
            "netdev ingress, bound by device, with gates in the bridge, inet and arp families"
        }
    };
    let mut notes = vec![binding.to_owned()];
    if !found.knows_own {
        notes.push(
            "the kernel (no CONFIG_IP_ROUTE_CLASSID) cannot tell the host's own multicast, looped \
             back on a guarded interface with addresses, from a guest's: it is judged and counted"
                .to_owned(),
        );
    }
    Capabilities { features, notes }
}
