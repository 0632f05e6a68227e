//! What this host lets the driver do, found by trying, never by version.

use nix::net::if_::if_nametoindex;
use vifguard_driver::{Capabilities, Desired, Error, Feature, Result, Support};
use vifguard_netlink::Error as KernelError;
use vifguard_netlink::nft::{Batch, Connection, DeviceSpec, Family, TableId};

use crate::binding::{self, Binding};
use crate::driver::{NAME, step};

/// A name that no interface has: nothing is hooked by trying.
const NOBODY: &str = "vifguard-probe*";

/// Finds what a base chain can be bound to. The transaction is left open, so the kernel forgets it.
pub(crate) fn binding(kernel: &mut Connection) -> Result<Binding> {
    let id = TableId { family: Family::Netdev, name: "vifguard-probe".to_owned() };
    let mut table = Batch::new();
    table.add_table(&id);
    rehearse(kernel, table).map_err(unsupported)?;
    let mut chain = Batch::new();
    chain.add_table(&id);
    let prefix = DeviceSpec::Prefix(NOBODY.trim_end_matches('*').to_owned());
    chain.add_base_chain(&id, "probe", &binding::base(vec![prefix]));
    match rehearse(kernel, chain) {
        Ok(()) => Ok(Binding::ByName),
        Err(KernelError::Refused { .. }) => Ok(Binding::ByDevice),
        Err(error) => Err(step("try what the kernel can bind to", error)),
    }
}

fn rehearse(kernel: &mut Connection, batch: Batch) -> std::result::Result<(), KernelError> {
    kernel.commit(batch.rehearse())
}

fn unsupported(error: KernelError) -> Error {
    let error = step("try nf_tables", error);
    let Error::Step { source, .. } = error else { return error };
    Error::Unsupported {
        driver: NAME,
        cause: format!("nf_tables does not take a table of the netdev family ({source})"),
        remedy: "load or build nf_tables with CONFIG_NF_TABLES_NETDEV (modprobe nf_tables)"
            .to_owned(),
    }
}

/// Every port's interface exists, or will be guarded from its first frame when it comes.
pub(crate) fn devices(desired: &Desired) -> Result<()> {
    for port in &desired.ports {
        let device = port.device.as_str();
        if !desired.host.guards(device) && if_nametoindex(device).is_err() {
            return Err(Error::Port {
                port: port.port.clone(),
                cause: format!("there is no interface {device}"),
                remedy: format!(
                    "create it first, or list {device} or a pattern that covers it under \
                     host.guarded_interfaces, so that it is guarded from its first frame"
                ),
            });
        }
    }
    Ok(())
}

/// What the driver can do with this binding.
pub(crate) fn capabilities(binding: Binding) -> Capabilities {
    let mut features: std::collections::BTreeMap<Feature, Support> =
        Feature::all().map(|feature| (feature, Support::Full)).collect();
    let events = "refused frames are counted, not sampled".to_owned();
    features.insert(Feature::Events, Support::None(events));
    let drift = "drift is found when asked for (status, plan, enforce), not watched".to_owned();
    features.insert(Feature::Drift, Support::Partial(drift));
    let notes = match binding {
        Binding::ByName => "netdev ingress, bound by name and prefix in the kernel",
        Binding::ByDevice => {
            "netdev ingress, bound by device, with a gate in the bridge, inet and arp families"
        }
    };
    Capabilities { features, notes: vec![notes.to_owned()] }
}
