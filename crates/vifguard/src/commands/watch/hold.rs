//! What stays closed because nobody knows whose it is, or because its own is to come back.

use std::collections::HashSet;

use vifguard_driver::Desired;
use vifguard_inventory::Links;
use vifguard_policy::{DevicePattern, Host, Policy};

/// A port whose own interface went keeps its guards: it may come back under its name, and no frame is to
/// come before them. What a hypervisor finds has no name of its own to come back to.
pub(super) fn hold_places(policy: &Policy, host: &Links, held: &mut Host) {
    let there = host.links.iter().map(|link| link.name.as_str());
    let there: HashSet<&str> = there.collect();
    let own = policy.ports().iter();
    let own = own.filter_map(|port| port.binding.device());
    for device in own.filter(|device| !there.contains(device.as_str())) {
        if !held.guards(device.as_str()) {
            let name = DevicePattern::Name(device.clone());
            held.guarded_interfaces.push(name);
        }
    }
}

/// Whose interface it is that comes under the name of a port that is gone, nobody knows as long as whoever knows is
/// away: it is closed, as it would be on a host where nobody watches.
pub(super) fn hold_names(before: &Desired, now: &mut Desired) {
    let names = before.ports.iter().map(|port| &port.device);
    let held = before.host.guarded_interfaces.iter();
    let held = held.filter_map(|spec| match spec {
        DevicePattern::Name(name) => Some(name),
        DevicePattern::Prefix(_) => None,
    });
    for name in names.chain(held) {
        let has_port = now.ports.iter().any(|port| port.device == *name);
        if !has_port && !now.host.guards(name.as_str()) {
            let name = DevicePattern::Name(name.clone());
            now.host.guarded_interfaces.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: vnet1, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

    /// A name that a guest's interface had may be another guest's next, and nobody can be asked.
    #[test]
    fn the_name_of_an_interface_that_is_gone_stays_closed() {
        let policy = Policy::parse(POLICY, "test").unwrap();
        let before = Desired::of(&policy);
        let mut gone = Desired::default();
        hold_names(&before, &mut gone);
        assert!(gone.host.guards("vnet1"));
        // As long as it takes.
        let mut later = Desired::default();
        hold_names(&gone, &mut later);
        assert_eq!(later, gone);
        let mut back = Desired::of(&policy);
        hold_names(&gone, &mut back);
        assert!(!back.host.guards("vnet1"), "it has its port");
    }
}
