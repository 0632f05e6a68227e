//! Frames from their parts, with true lengths: a test that wants a lie tells it afterwards.

use std::net::{Ipv4Addr, Ipv6Addr};

pub(crate) const OWN_MAC: [u8; 6] = [2, 0, 0, 0, 0, 0x0a];
pub(crate) const OTHER_MAC: [u8; 6] = [2, 0, 0, 0, 0, 0x0b];
pub(crate) const OWN_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);
pub(crate) const OTHER_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 11);
pub(crate) const OWN_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xa);
pub(crate) const OTHER_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xb);
pub(crate) const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
/// The solicited-node group of [`OWN_V6`].
pub(crate) const SOLICITED: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00, 0xa);

pub(crate) const ICMP: u8 = 1;
pub(crate) const IGMP: u8 = 2;
pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;
pub(crate) const FRAGMENT: u8 = 44;
pub(crate) const ICMPV6: u8 = 58;
pub(crate) const NO_NEXT: u8 = 59;
pub(crate) const DESTINATION_OPTIONS: u8 = 60;
pub(crate) const PIM: u8 = 103;

/// An IP packet's claims.
#[derive(Clone, Debug)]
pub(crate) struct Ip<A> {
    pub(crate) source: A,
    pub(crate) destination: A,
    /// IPv4: the protocol; IPv6: the first next header.
    pub(crate) next: u8,
    pub(crate) hops: u8,
    /// IPv4: flags and fragment offset.
    pub(crate) fragment: u16,
}

impl<A> Ip<A> {
    pub(crate) fn new(source: A, destination: A, next: u8) -> Ip<A> {
        Ip {
            source,
            destination,
            next,
            hops: 255,
            fragment: 0,
        }
    }

    pub(crate) fn fragment(self, fragment: u16) -> Ip<A> {
        Ip { fragment, ..self }
    }

    pub(crate) fn hops(self, hops: u8) -> Ip<A> {
        Ip { hops, ..self }
    }
}

impl Ip<Ipv4Addr> {
    pub(crate) fn frame(&self, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x45, 0];
        packet.extend(length(20 + payload.len()));
        packet.extend([0, 1]);
        packet.extend(self.fragment.to_be_bytes());
        packet.extend([self.hops, self.next, 0, 0]);
        packet.extend(self.source.octets());
        packet.extend(self.destination.octets());
        packet.extend(payload);
        ethernet(OWN_MAC, 0x0800, &packet)
    }
}

impl Ip<Ipv6Addr> {
    pub(crate) fn frame(&self, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x60, 0, 0, 0];
        packet.extend(length(payload.len()));
        packet.extend([self.next, self.hops]);
        packet.extend(self.source.octets());
        packet.extend(self.destination.octets());
        packet.extend(payload);
        ethernet(OWN_MAC, 0x86dd, &packet)
    }
}

pub(crate) fn ethernet(source: [u8; 6], ethertype: u16, payload: &[u8]) -> Vec<u8> {
    [
        &[0xff; 6],
        source.as_slice(),
        &ethertype.to_be_bytes(),
        payload,
    ]
    .concat()
}

/// ARP, or RARP by its EtherType.
#[derive(Clone, Debug)]
pub(crate) struct Arp {
    pub(crate) ethertype: u16,
    pub(crate) operation: u16,
    pub(crate) sender: ([u8; 6], Ipv4Addr),
    pub(crate) target: ([u8; 6], Ipv4Addr),
}

impl Arp {
    pub(crate) fn request(mac: [u8; 6], sender: Ipv4Addr, target: Ipv4Addr) -> Arp {
        Arp {
            ethertype: 0x0806,
            operation: 1,
            sender: (mac, sender),
            target: ([0; 6], target),
        }
    }

    /// What a hypervisor announces after a migration.
    pub(crate) fn announcement(sender: [u8; 6], target: [u8; 6]) -> Arp {
        Arp {
            ethertype: 0x8035,
            operation: 3,
            sender: (sender, Ipv4Addr::UNSPECIFIED),
            target: (target, Ipv4Addr::UNSPECIFIED),
        }
    }

    pub(crate) fn frame(&self) -> Vec<u8> {
        let mut message = vec![0, 1, 8, 0, 6, 4];
        message.extend(self.operation.to_be_bytes());
        for (mac, ip) in [self.sender, self.target] {
            message.extend(mac);
            message.extend(ip.octets());
        }
        ethernet(OWN_MAC, self.ethertype, &message)
    }
}

pub(crate) fn udp(source: u16, destination: u16) -> Vec<u8> {
    [
        source.to_be_bytes(),
        destination.to_be_bytes(),
        8_u16.to_be_bytes(),
        [0; 2],
    ]
    .concat()
}

/// A hop-by-hop, destination-options or routing header of 8 bytes.
pub(crate) fn extension(next: u8) -> Vec<u8> {
    vec![next, 0, 1, 4, 0, 0, 0, 0]
}

/// A fragment header; `field` is its offset in units of 8 bytes, reserved bits and "more fragments".
pub(crate) fn fragment(next: u8, field: u16) -> Vec<u8> {
    let mut header = vec![next, 0];
    header.extend(field.to_be_bytes());
    header.extend([0, 0, 0, 1]);
    header
}

/// A solicitation or an advertisement of a neighbor.
pub(crate) fn neighbor(kind: u8, target: Ipv6Addr, options: &[u8]) -> Vec<u8> {
    let mut message = vec![kind, 0, 0, 0, 0, 0, 0, 0];
    message.extend(target.octets());
    message.extend(options);
    message
}

/// A link-layer address option: 1 for the source, 2 for the target.
pub(crate) fn link_layer(kind: u8, mac: [u8; 6]) -> Vec<u8> {
    [&[kind, 1], mac.as_slice()].concat()
}

fn length(bytes: usize) -> [u8; 2] {
    u16::try_from(bytes).unwrap().to_be_bytes()
}
