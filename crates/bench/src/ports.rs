//! Policies of any size, every port with a MAC and an address of each family.

use anyhow::{Result, anyhow};
use vifguard_driver::Desired;
use vifguard_policy::Policy;

const HEAD: &str = "version: 1\nhost: { guarded_interfaces: [\"tap*\"] }\nnetworks: [{ name: n, kind: \
                    private }]\nports:\n";

/// So many ports, on `tap0` and on.
pub(crate) fn text(ports: usize) -> String {
    let ports = (0..ports).map(|number| port(number, ""));
    [HEAD.to_owned()].into_iter().chain(ports).collect()
}

/// The same, and the first of them owns one address more.
pub(crate) fn changed(ports: usize) -> String {
    let ports = (0..ports).map(|number| match number {
        0 => port(number, ", 10.255.0.1"),
        _ => port(number, ""),
    });
    [HEAD.to_owned()].into_iter().chain(ports).collect()
}

fn port(number: usize, more: &str) -> String {
    let (high, low) = (number >> 8, number & 0xff);
    format!(
        "  - {{ name: p{number}, network: n, device: tap{number}, mac: \
         \"02:00:00:00:{high:02x}:{low:02x}\", addresses: [10.1.{high}.{low}, \"2001:db8::{:x}\"{more}] }}\n",
        number + 2
    )
}

/// What the driver is told of a policy.
pub(crate) fn desired(text: &str) -> Result<Desired> {
    let policy = Policy::parse(text, "bench").map_err(|errors| anyhow!("{errors}"))?;
    Ok(Desired::of(&policy))
}
