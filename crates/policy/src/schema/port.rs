use serde_json::{Value, json};

use super::{Object, list, of, text, word};
use crate::{Enforcement, Guard, LinkLocal, Mode, OvsId, Profile};

/// One port.
pub(super) fn schema() -> Value {
    let port = Object::new("The network port of a guest, and what it may claim.")
        .required("name", text::name("Its name, unique in the file."))
        .required("network", text::name("The name of a network of this file."))
        .one_of(
            "device",
            text::device("The interface that carries the guest's frames, such as tap-web1."),
        )
        .one_of("libvirt", libvirt())
        .one_of("ovs", ovs())
        .one_of("xen", xen());
    switches(claims(port)).close()
}

fn libvirt() -> Value {
    Object::new("The interface of a libvirt domain that has the port's MAC.")
        .required("domain", text::name("The domain's name or UUID."))
        .close()
}

fn ovs() -> Value {
    let about = "The Open vSwitch interface whose external_ids say all of this.";
    let ids = OvsId::ALL.into_iter();
    let mut object = ids
        .fold(Object::new(about), |object, id| {
            object.optional(id.name(), text::name(meaning(id)))
        })
        .close();
    object["minProperties"] = 1.into();
    object
}

const fn meaning(id: OvsId) -> &'static str {
    match id {
        OvsId::AttachedMac => "The guest's MAC.",
        OvsId::IfaceId => "The virtual interface, as whoever manages the cloud calls it.",
        OvsId::VmUuid => "The guest.",
        OvsId::XsVifUuid => "The VIF in XAPI.",
    }
}

fn xen() -> Value {
    let number = json!({
        "description": "The VIF's number, from 0.",
        "type": "integer",
        "minimum": 0,
        "maximum": 0xffff,
        "default": 0,
    });
    Object::new("A VIF of a Xen domain.")
        .required("domain", text::name("The domain's name or UUID."))
        .optional("device", number)
        .close()
}

fn claims(port: Object) -> Object {
    port.required("mac", of("mac-entry"))
        .optional(
            "extra_macs",
            list(
                "Further MACs, such as the virtual MAC of VRRP.",
                of("mac-entry"),
            ),
        )
        .optional(
            "addresses",
            list(
                "Addresses and prefixes, IPv4 and IPv6. None means none.",
                of("address-entry"),
            ),
        )
        .optional(
            "link_local",
            word(
                "Link-locals that are own beside those listed: eui64 (formed from each MAC), any \
                 (all but others'), none.",
                &LinkLocal::ALL,
                LinkLocal::name,
                Some(LinkLocal::default()),
            ),
        )
        .optional(
            "ethertypes",
            list("EtherTypes that pass although l2 is on.", ethertype()),
        )
}

fn switches(port: Object) -> Object {
    port.optional(
        "profile",
        word(
            "The guards to start from. strict: all. forwarder: a firewall or NAT guest, any source \
             address. self-addressed: a tenant who numbers a private network alone. open: none.",
            &Profile::ALL,
            Profile::name,
            Some(Profile::default()),
        ),
    )
    .optional("guards", guards())
    .optional(
        "mode",
        word(
            "audit: everything passes, and what would have been refused is counted.",
            &Mode::ALL,
            Mode::name,
            Some(Mode::default()),
        ),
    )
    .optional(
        "enforcement",
        word(
            "best-effort: a driver that cannot enforce every guard will do, and the port is shown as \
             degraded.",
            &Enforcement::ALL,
            Enforcement::name,
            Some(Enforcement::default()),
        ),
    )
}

fn guards() -> Value {
    let guards = Object::new("Single guards over the profile.");
    let switch = |guard| json!({ "description": covers(guard), "enum": ["on", "off"] });
    Guard::ALL
        .into_iter()
        .fold(guards, |guards, guard| {
            guards.optional(guard.name(), switch(guard))
        })
        .close()
}

/// What a guard is about (`docs/verdicts.md`, section 2).
const fn covers(guard: Guard) -> &'static str {
    match guard {
        Guard::Mac => "Every place where a frame claims a MAC of its sender.",
        Guard::Arp => "The IPv4 address claimed in ARP.",
        Guard::Ipv4 => "The IPv4 source.",
        Guard::Nd => "The IPv6 addresses claimed in neighbor discovery.",
        Guard::Ipv6 => "The IPv6 source.",
        Guard::Router => "Speaking as a router; off for guests that advertise, keepalived too.",
        Guard::DhcpServer => "Speaking as a DHCP server; off for servers and relays.",
        Guard::L2 => "EtherTypes other than IPv4, IPv6, ARP, RARP; VLAN tags; 802.3 frames.",
    }
}

/// From 0x0600. JSON has no hexadecimal numbers; there they are text.
fn ethertype() -> Value {
    json!({
        "description": "An EtherType from 0x0600 to 0xffff, such as 0x88cc.",
        "anyOf": [
            { "type": "integer", "minimum": 0x0600, "maximum": 0xffff },
            {
                "type": "string",
                "pattern": "^0x0*([6-9A-Fa-f][0-9A-Fa-f]{2}|[1-9A-Fa-f][0-9A-Fa-f]{3})$",
            },
        ],
    })
}
