//! What libvirt's filters do to a frame that a guest sends: their chains in the order of their
//! priorities, as the filters of libvirt 9.0 have them, written down once more without regard to what the
//! importer makes of them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The filters that libvirt ships.
pub(crate) const SHIPPED: [&str; 24] = [
    "allow-arp",
    "allow-dhcp",
    "allow-dhcp-server",
    "allow-dhcpv6",
    "allow-dhcpv6-server",
    "allow-incoming-ipv4",
    "allow-incoming-ipv6",
    "allow-ipv4",
    "allow-ipv6",
    "clean-traffic",
    "clean-traffic-gateway",
    "no-arp-ip-spoofing",
    "no-arp-mac-spoofing",
    "no-arp-spoofing",
    "no-ip-multicast",
    "no-ip-spoofing",
    "no-ipv6-multicast",
    "no-ipv6-spoofing",
    "no-mac-broadcast",
    "no-mac-spoofing",
    "no-other-l2-traffic",
    "no-other-rarp-traffic",
    "qemu-announce-self",
    "qemu-announce-self-rarp",
];

/// What the filters refer to.
const REFERENCES: [(&str, &[&str]); 4] = [
    (
        "clean-traffic",
        &[
            "no-mac-spoofing",
            "no-ip-spoofing",
            "allow-incoming-ipv4",
            "no-arp-spoofing",
            "no-other-l2-traffic",
            "qemu-announce-self",
        ],
    ),
    (
        "clean-traffic-gateway",
        &[
            "no-mac-spoofing",
            "no-ip-spoofing",
            "no-arp-spoofing",
            "no-other-l2-traffic",
            "qemu-announce-self",
        ],
    ),
    (
        "no-arp-spoofing",
        &["no-arp-mac-spoofing", "no-arp-ip-spoofing"],
    ),
    (
        "qemu-announce-self",
        &["qemu-announce-self-rarp", "no-other-rarp-traffic"],
    ),
];

/// The guest of the model, with the values of its parameters.
pub(crate) const MAC: [u8; 6] = [2, 0, 0, 0, 0, 0x0a];
pub(crate) const GATEWAY_MAC: [u8; 6] = [2, 0, 0, 0, 0, 0xfe];
pub(crate) const IP: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 2, 10), Ipv4Addr::new(192, 0, 2, 100)];
pub(crate) const IPV6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xa);

const BROADCAST: [u8; 6] = [0xff; 6];

/// Filters, with all that they refer to.
pub(crate) fn with_references(filters: &[&'static str]) -> Vec<&'static str> {
    let mut all = filters.to_vec();
    let mut next = 0;
    while next < all.len() {
        let name = all[next];
        let refs = REFERENCES.iter().find(|(filter, _)| *filter == name);
        all.extend(refs.iter().flat_map(|(_, refs)| refs.iter()));
        next += 1;
    }
    all
}

/// Does a frame of the guest pass these filters (all that they refer to included)?
pub(crate) fn passes(filters: &[&str], frame: &[u8]) -> bool {
    let frame = Frame(frame);
    let on = |name: &str| filters.contains(&name);
    let judge = |name: &str, fate: Option<bool>| if on(name) { fate } else { None };
    let (ipv4, ipv6, arp, rarp) = (
        frame.ether_type() == Some(0x0800),
        frame.ether_type() == Some(0x86dd),
        frame.ether_type() == Some(0x0806),
        frame.ether_type() == Some(0x8035),
    );
    let drop_if = |condition: bool| condition.then_some(false);
    let accept_if = |condition: bool| condition.then_some(true);
    let chains = [
        judge("no-mac-spoofing", drop_if(frame.source() != Some(&MAC))),
        judge("no-ip-spoofing", drop_if(ipv4 && !frame.good_ipv4_source())),
        judge("allow-dhcp", accept_if(ipv4 && frame.is_dhcp_client())),
        judge(
            "allow-dhcp-server",
            accept_if(ipv4 && frame.is_dhcp_client()),
        ),
        judge("no-ip-multicast", drop_if(ipv4 && frame.to_ipv4_group())),
        judge(
            "no-mac-broadcast",
            drop_if(ipv4 && frame.destination() == Some(&BROADCAST)),
        ),
        judge("allow-ipv4", accept_if(ipv4)),
        judge("clean-traffic", accept_if(ipv4)),
        judge(
            "no-ipv6-spoofing",
            drop_if(ipv6 && !frame.good_ipv6_source()),
        ),
        judge("allow-dhcpv6", accept_if(ipv6 && frame.is_dhcpv6_client())),
        judge(
            "allow-dhcpv6-server",
            accept_if(ipv6 && frame.is_dhcpv6_client()),
        ),
        judge(
            "no-ipv6-multicast",
            drop_if(ipv6 && frame.bytes(38, 1) == Some(&[0xff])),
        ),
        judge("allow-ipv6", accept_if(ipv6)),
        judge("no-arp-mac-spoofing", drop_if(arp && !frame.good_arp_mac())),
        judge(
            "no-arp-ip-spoofing",
            drop_if(arp && !frame.good_arp_address()),
        ),
        judge("allow-arp", accept_if(arp)),
        judge("clean-traffic", accept_if(arp)),
        judge("clean-traffic-gateway", accept_if(arp)),
        judge(
            "qemu-announce-self-rarp",
            accept_if(rarp && frame.announces()),
        ),
        judge("no-other-rarp-traffic", drop_if(rarp)),
        judge(
            "clean-traffic-gateway",
            accept_if(frame.destination() == Some(&GATEWAY_MAC)),
        ),
        judge("no-other-l2-traffic", Some(false)),
    ];
    chains.into_iter().flatten().next().unwrap_or(true)
}

struct Frame<'a>(&'a [u8]);

impl Frame<'_> {
    fn bytes(&self, at: usize, len: usize) -> Option<&[u8]> {
        self.0.get(at..at + len)
    }

    fn number(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes(at, 2)?;
        Some(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn source(&self) -> Option<&[u8]> {
        self.bytes(6, 6)
    }

    fn destination(&self) -> Option<&[u8]> {
        self.bytes(0, 6)
    }

    fn ether_type(&self) -> Option<u16> {
        self.number(12)
    }

    fn ipv4(&self, at: usize) -> Option<Ipv4Addr> {
        // Without a whole header nothing matches.
        self.bytes(14, 20)?;
        let octets: [u8; 4] = self.bytes(at, 4)?.try_into().ok()?;
        Some(octets.into())
    }

    fn ipv6(&self, at: usize) -> Option<Ipv6Addr> {
        self.bytes(14, 40)?;
        let octets: [u8; 16] = self.bytes(at, 16)?.try_into().ok()?;
        Some(octets.into())
    }

    fn good_ipv4_source(&self) -> bool {
        let udp = self.bytes(23, 1) == Some(&[17]);
        match self.ipv4(26) {
            Some(source) => IP.contains(&source) || (source.is_unspecified() && udp),
            None => false,
        }
    }

    fn good_ipv6_source(&self) -> bool {
        let udp = self.bytes(20, 1) == Some(&[17]);
        match self.ipv6(22) {
            Some(source) => source == IPV6 || (source.is_unicast_link_local() && udp),
            None => false,
        }
    }

    fn is_dhcp_client(&self) -> bool {
        let later = self.number(20).is_none_or(|word| word & 0x1fff != 0);
        let header = usize::from(self.0.get(14).copied().unwrap_or(0) & 15) * 4;
        self.ipv4(26) == Some(Ipv4Addr::UNSPECIFIED)
            && self.ipv4(30) == Some(Ipv4Addr::BROADCAST)
            && self.bytes(23, 1) == Some(&[17])
            && !later
            && self.number(14 + header) == Some(68)
            && self.number(16 + header) == Some(67)
    }

    fn is_dhcpv6_client(&self) -> bool {
        let servers = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 1, 2);
        self.ipv6(22)
            .is_some_and(|source| source.is_unicast_link_local())
            && self.ipv6(38) == Some(servers)
            && self.bytes(20, 1) == Some(&[17])
            && self.number(54) == Some(546)
            && self.number(56) == Some(547)
    }

    fn to_ipv4_group(&self) -> bool {
        self.ipv4(30).is_some_and(|to| to.is_multicast())
    }

    fn good_arp_mac(&self) -> bool {
        let ethernet = self.number(14) == Some(1) && self.bytes(18, 1) == Some(&[6]);
        ethernet && self.bytes(22, 6) == Some(&MAC)
    }

    fn good_arp_address(&self) -> bool {
        let ip = self.number(16) == Some(0x0800) && self.bytes(19, 1) == Some(&[4]);
        let hardware = usize::from(self.0.get(18).copied().unwrap_or(0));
        let sender = self.bytes(22 + hardware, 4);
        ip && IP.iter().any(|own| sender == Some(own.octets().as_slice()))
    }

    fn announces(&self) -> bool {
        self.source() == Some(&MAC)
            && self.destination() == Some(&BROADCAST)
            && self.number(20) == Some(3)
            && self.bytes(22, 6) == Some(&MAC)
            && self.bytes(28, 4) == Some(&[0; 4])
            && self.bytes(32, 6) == Some(&MAC)
            && self.bytes(38, 4) == Some(&[0; 4])
    }
}
