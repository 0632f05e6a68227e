use std::collections::HashMap;

use roxmltree::Node;
use vifguard_policy::MacAddr;

use super::element::{Lines, attribute, child, children, text};
use super::interface::Said;
use crate::draft::own_mac;

/// A `<network>`: what libvirt knows of the segment.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) name: String,
    pub(super) bridge: Option<String>,
    /// The MAC of the bridge.
    pub(super) mac: Option<Said>,
    /// The host's own addresses on it.
    pub(super) addresses: Vec<Said>,
    /// Addresses that DHCP gives to MACs.
    pub(super) hosts: HashMap<MacAddr, Vec<Said>>,
    /// The forward mode, if guests on it do without a tap.
    pub(super) bypass: Option<String>,
}

impl Network {
    /// Reads it, if it has a name.
    pub(super) fn read(node: Node<'_, '_>, lines: &Lines<'_>) -> Option<Network> {
        let bridge = child(node, "bridge").and_then(|bridge| attribute(bridge, "name"));
        let forward = child(node, "forward").and_then(|forward| attribute(forward, "mode"));
        let bypass = forward.filter(|mode| match mode.as_str() {
            "private" | "vepa" | "passthrough" | "hostdev" => true,
            // With interfaces instead of a bridge it is macvtap in bridge mode.
            "bridge" => bridge.is_none(),
            _ => false,
        });
        let entries = children(node, "ip")
            .flat_map(|ip| children(ip, "dhcp"))
            .flat_map(|dhcp| children(dhcp, "host"));
        let mut hosts: HashMap<MacAddr, Vec<Said>> = HashMap::new();
        for host in entries {
            let mac = attribute(host, "mac").and_then(|mac| own_mac(&mac));
            if let (Some(mac), Some(said)) = (mac, Said::read(host, "ip", lines)) {
                hosts.entry(mac).or_default().push(said);
            }
        }
        Some(Network {
            name: text(node, "name")?,
            mac: child(node, "mac").and_then(|mac| Said::read(mac, "address", lines)),
            addresses: children(node, "ip")
                .filter_map(|ip| Said::read(ip, "address", lines))
                .collect(),
            hosts,
            bypass,
            bridge,
        })
    }
}
