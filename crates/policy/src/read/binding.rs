use std::collections::BTreeMap;

use super::draft::At;
use super::fields::fields;
use super::name::name;
use super::port::Reader;
use super::value::{number, text};
use crate::faults::Place;
use crate::quote::quoted;
use crate::yaml::Node;
use crate::{Binding, DeviceName, MacAddr, OvsId};

/// The keys of a port that say where its VIF is; it has one of them.
pub(super) struct Places<'t> {
    pub(super) device: Option<Node<'t>>,
    pub(super) libvirt: Option<Node<'t>>,
    pub(super) ovs: Option<Node<'t>>,
    pub(super) xen: Option<Node<'t>>,
}

const DEVICE: &str = "the guest's interface, such as device: tap-web1";
const DOMAIN: &str = "the guest's name, such as domain: web-1";
const IFACE: &str = "such as iface-id: 1f6a2c3e-web";

impl<'t> Reader<'t, '_> {
    /// Where the port's VIF is found. The MAC is its first one; without it a libvirt guest's interface
    /// cannot be told, and that it is missing has been said.
    pub(super) fn binding(
        &mut self,
        places: &Places<'t>,
        mac: Option<MacAddr>,
    ) -> Option<At<'t, Binding>> {
        let all = [
            ("device", places.device),
            ("libvirt", places.libvirt),
            ("ovs", places.ovs),
            ("xen", places.xen),
        ];
        let mut written = all.into_iter().filter_map(|(key, node)| Some((key, node?)));
        let Some((key, node)) = written.next() else {
            let place = self.object.field("device");
            let advice =
                format!("is missing; write {DEVICE}, or where the guest is: libvirt, ovs or xen");
            self.faults.value(self.node, place, advice);
            return None;
        };
        let mut alone = true;
        for (other, node) in written {
            alone = false;
            let place = self.object.field(other);
            let message = format!("says where the guest is a second time, beside {key}; keep one");
            self.faults.value(node, place, message);
        }
        let value = match key {
            "device" => self.device(node).map(Binding::Device),
            "libvirt" => self.libvirt(node, mac),
            "ovs" => self.ovs(node),
            _ => self.xen(node),
        };
        let value = value.filter(|_| alone)?;
        Some(At { value, node })
    }

    fn device(&mut self, node: Node<'t>) -> Option<DeviceName> {
        let place = self.object.field("device");
        let text = text(node, place, DEVICE, self.faults)?;
        let message = match text.parse::<DeviceName>() {
            Ok(_) if text == "lo" => {
                format!("\"lo\" is the host's own loopback and carries no guest; write {DEVICE}")
            }
            Ok(value) => return Some(value),
            Err(error) => format!("{}: {error}", quoted(text)),
        };
        self.faults.value(node, place, message);
        None
    }

    fn libvirt(&mut self, node: Node<'t>, mac: Option<MacAddr>) -> Option<Binding> {
        let place = self.object.field("libvirt");
        let [domain] = fields(node, &["domain"], place, self.faults)?;
        let domain = self.domain(node, domain, "libvirt")?;
        Some(Binding::Libvirt { domain, mac: mac? })
    }

    fn ovs(&mut self, node: Node<'t>) -> Option<Binding> {
        let place = self.object.field("ovs");
        let keys = OvsId::ALL.map(OvsId::name);
        let values = fields(node, &keys, place, self.faults)?;
        let mut ids = BTreeMap::new();
        let mut whole = true;
        for (id, value) in OvsId::ALL.into_iter().zip(values) {
            let Some(value) = value else { continue };
            match name(value, place, IFACE, self.faults) {
                Some(value) => {
                    ids.insert(id, value.to_owned());
                }
                None => whole = false,
            }
        }
        if whole && ids.is_empty() {
            let message = format!("names no interface; write one of its external_ids, {IFACE}");
            self.faults.value(node, place, message);
        }
        (whole && !ids.is_empty()).then_some(Binding::Ovs(ids))
    }

    fn xen(&mut self, node: Node<'t>) -> Option<Binding> {
        const NUMBER: &str = "the number of the guest's VIF, such as device: 0";
        let place = self.object.field("xen");
        let [domain, device] = fields(node, &["domain", "device"], place, self.faults)?;
        let domain = self.domain(node, domain, "xen");
        // A VIF's number is part of an interface's name: vif12.3.
        let device = match device {
            None => Some(0),
            Some(node) => self.small(node, place, NUMBER),
        };
        Some(Binding::Xen {
            domain: domain?,
            device: device?,
        })
    }

    fn small(&mut self, node: Node<'t>, place: Place<'_>, example: &str) -> Option<u16> {
        let number = number(node, place, example, self.faults)?;
        let small = u16::try_from(number).ok();
        if small.is_none() {
            let message = format!("{number} is too large; write {example}");
            self.faults.value(node, place, message);
        }
        small
    }

    fn domain(
        &mut self,
        owner: Node<'t>,
        node: Option<Node<'t>>,
        key: &'static str,
    ) -> Option<String> {
        let place = self.object.field(key);
        let node = super::fields::required(node, owner, place, DOMAIN, self.faults)?;
        name(node, place, DOMAIN, self.faults).map(ToOwned::to_owned)
    }
}
