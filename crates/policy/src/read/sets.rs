use crate::yaml::Node;
use crate::{IpNet, MacAddr, Shareable};

use super::draft::At;
use super::entry::{address, mac};
use super::fields::required;
use super::port::Reader;
use super::value::{items, number};

/// The sets of a port: what it may claim.
impl<'t> Reader<'t, '_> {
    /// The primary MAC.
    pub(super) fn primary(&mut self, node: Option<Node<'t>>) -> Option<At<'t, Shareable<MacAddr>>> {
        const EXAMPLE: &str = "mac: \"02:00:00:00:00:01\"";
        let place = self.object.field("mac");
        let node = required(node, self.node, place, EXAMPLE, self.faults)?;
        mac(node, place, self.faults)
    }

    /// The further MACs.
    pub(super) fn extra_macs(&mut self, node: Option<Node<'t>>) -> Vec<At<'t, Shareable<MacAddr>>> {
        let place = self.object.field("extra_macs");
        let list = self.list(node, "extra_macs", "extra_macs: [\"00:00:5e:00:01:07\"]");
        list.filter_map(|node| mac(node, place, self.faults))
            .collect()
    }

    /// The addresses and prefixes.
    pub(super) fn addresses(&mut self, node: Option<Node<'t>>) -> Vec<At<'t, Shareable<IpNet>>> {
        let place = self.object.field("addresses");
        let list = self.list(
            node,
            "addresses",
            "addresses: [192.0.2.10, \"2001:db8::10\"]",
        );
        // Room for no more than there are: each port of ten thousand has a list of its own.
        let mut addresses = Vec::with_capacity(list.clone().count());
        addresses.extend(list.filter_map(|node| address(node, place, self.faults)));
        addresses
    }

    /// The extra EtherTypes.
    pub(super) fn ethertypes(&mut self, node: Option<Node<'t>>) -> Vec<At<'t, u16>> {
        self.list(node, "ethertypes", "ethertypes: [0x88cc]")
            .filter_map(|node| self.ethertype(node))
            .collect()
    }

    fn ethertype(&mut self, node: Node<'t>) -> Option<At<'t, u16>> {
        const EXAMPLE: &str = "an EtherType from 0x0600 to 0xffff, such as 0x88cc";
        let place = self.object.field("ethertypes");
        let number = number(node, place, EXAMPLE, self.faults)?;
        match u16::try_from(number) {
            Ok(value) if value >= 0x0600 => Some(At { value, node }),
            _ => {
                let message = format!("{} is no EtherType; write {EXAMPLE}", node.quoted());
                self.faults.value(node, place, message);
                None
            }
        }
    }

    /// The values of a list that need not be there.
    fn list(
        &mut self,
        node: Option<Node<'t>>,
        key: &'static str,
        example: &str,
    ) -> impl Iterator<Item = Node<'t>> + Clone + use<'t> {
        let place = self.object.field(key);
        node.and_then(|node| items(node, place, example, self.faults))
            .into_iter()
            .flatten()
    }
}
