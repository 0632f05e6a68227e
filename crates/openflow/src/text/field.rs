//! Which fields have words, in the order in which they are written.

use super::value::Kind;

const OXM: u16 = 0x8000;
const NXM: u16 = 1;
const ERICSSON: u16 = 0x1000;

pub(super) const ETH_TYPE: (u16, u8) = (OXM, 5);
pub(super) const IP_PROTO: (u16, u8) = (OXM, 10);

pub(super) const IP: u16 = 0x0800;
pub(super) const IPV6: u16 = 0x86dd;
pub(super) const ARP: u16 = 0x0806;
const RARP: u16 = 0x8035;
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP6: u8 = 58;
const SCTP: u8 = 132;

/// What a word says of a frame: its EtherType, and the next header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Protocol {
    pub(super) word: &'static str,
    pub(super) eth_type: u16,
    pub(super) ip_proto: Option<u8>,
}

const fn protocol(word: &'static str, eth_type: u16, ip_proto: Option<u8>) -> Protocol {
    Protocol {
        word,
        eth_type,
        ip_proto,
    }
}

/// All words for protocols.
pub(super) const PROTOCOLS: [Protocol; 12] = [
    protocol("arp", ARP, None),
    protocol("rarp", RARP, None),
    protocol("ip", IP, None),
    protocol("icmp", IP, Some(ICMP)),
    protocol("tcp", IP, Some(TCP)),
    protocol("udp", IP, Some(UDP)),
    protocol("sctp", IP, Some(SCTP)),
    protocol("ipv6", IPV6, None),
    protocol("icmp6", IPV6, Some(ICMP6)),
    protocol("tcp6", IPV6, Some(TCP)),
    protocol("udp6", IPV6, Some(UDP)),
    protocol("sctp6", IPV6, Some(SCTP)),
];

/// A field, and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) class: u16,
    pub(super) field: u8,
    /// Bytes of its value.
    pub(super) length: usize,
    pub(super) kind: Kind,
    /// Which frames have it.
    pub(super) of: Of,
}

/// Frames that have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    All,
    /// ARP and RARP.
    Arp,
    /// IPv4.
    Ip,
    /// IPv6.
    Ipv6,
    /// Both.
    AnyIp,
    /// Those with this next header, of both.
    Proto(u8),
    /// Of one.
    Exactly(u16, u8),
}

impl Of {
    /// Are frames of this protocol among them?
    pub(super) fn has(self, eth_type: Option<u16>, ip_proto: Option<u8>) -> bool {
        match (self, eth_type) {
            (Of::All, _) => true,
            (Of::Arp, Some(ARP | RARP)) | (Of::Ip, Some(IP)) => true,
            (Of::Ipv6, Some(IPV6)) | (Of::AnyIp, Some(IP | IPV6)) => true,
            (Of::Proto(number), Some(IP | IPV6)) => ip_proto == Some(number),
            (Of::Exactly(kind, number), Some(own)) => kind == own && ip_proto == Some(number),
            _ => false,
        }
    }
}

const fn field(
    name: &'static str,
    (class, field): (u16, u8),
    length: usize,
    kind: Kind,
    of: Of,
) -> Field {
    Field {
        name,
        class,
        field,
        length,
        kind,
        of,
    }
}

const fn reg(name: &'static str, number: u8) -> Field {
    field(name, (NXM, number), 4, Kind::Hex, Of::All)
}

/// All fields.
pub(super) const FIELDS: [Field; 47] = [
    reg("reg0", 0),
    reg("reg1", 1),
    reg("reg2", 2),
    reg("reg3", 3),
    reg("reg4", 4),
    reg("reg5", 5),
    reg("reg6", 6),
    reg("reg7", 7),
    reg("reg8", 8),
    reg("reg9", 9),
    reg("reg10", 10),
    reg("reg11", 11),
    reg("reg12", 12),
    reg("reg13", 13),
    reg("reg14", 14),
    reg("reg15", 15),
    field("in_port", (OXM, 0), 4, Kind::Port, Of::All),
    field("vlan_tci", (OXM, 6), 2, Kind::Tagged, Of::All),
    field("dl_src", (OXM, 4), 6, Kind::Mac, Of::All),
    field("dl_type", ETH_TYPE, 2, Kind::EtherType, Of::All),
    field("arp_spa", (OXM, 22), 4, Kind::V4, Of::Arp),
    field("arp_tpa", (OXM, 23), 4, Kind::V4, Of::Arp),
    field("nw_src", (OXM, 11), 4, Kind::V4, Of::Ip),
    field("nw_dst", (OXM, 12), 4, Kind::V4, Of::Ip),
    field("ipv6_src", (OXM, 26), 16, Kind::V6, Of::Ipv6),
    field("ipv6_dst", (OXM, 27), 16, Kind::V6, Of::Ipv6),
    field("nw_proto", IP_PROTO, 1, Kind::Number, Of::AnyIp),
    field("arp_op", (OXM, 21), 2, Kind::Number, Of::Arp),
    field("arp_sha", (OXM, 24), 6, Kind::Mac, Of::Arp),
    field("arp_tha", (OXM, 25), 6, Kind::Mac, Of::Arp),
    field("nw_tos", (OXM, 8), 1, Kind::Dscp, Of::AnyIp),
    field("nw_ttl", (NXM, 29), 1, Kind::Number, Of::AnyIp),
    field("nw_frag", (NXM, 26), 1, Kind::Fragment, Of::AnyIp),
    field("tp_src", (OXM, 13), 2, Kind::Number, Of::Proto(TCP)),
    field("tp_dst", (OXM, 14), 2, Kind::Number, Of::Proto(TCP)),
    field("tp_src", (OXM, 15), 2, Kind::Number, Of::Proto(UDP)),
    field("tp_dst", (OXM, 16), 2, Kind::Number, Of::Proto(UDP)),
    field("tp_src", (OXM, 17), 2, Kind::Number, Of::Proto(SCTP)),
    field("tp_dst", (OXM, 18), 2, Kind::Number, Of::Proto(SCTP)),
    field(
        "icmp_type",
        (OXM, 19),
        1,
        Kind::Number,
        Of::Exactly(IP, ICMP),
    ),
    field(
        "icmp_code",
        (OXM, 20),
        1,
        Kind::Number,
        Of::Exactly(IP, ICMP),
    ),
    field(
        "icmp_type",
        (OXM, 29),
        1,
        Kind::Number,
        Of::Exactly(IPV6, ICMP6),
    ),
    field(
        "icmp_code",
        (OXM, 30),
        1,
        Kind::Number,
        Of::Exactly(IPV6, ICMP6),
    ),
    field(
        "nd_target",
        (OXM, 31),
        16,
        Kind::V6,
        Of::Exactly(IPV6, ICMP6),
    ),
    field("nd_sll", (OXM, 32), 6, Kind::Mac, Of::Exactly(IPV6, ICMP6)),
    field("nd_tll", (OXM, 33), 6, Kind::Mac, Of::Exactly(IPV6, ICMP6)),
    field(
        "nd_options_type",
        (ERICSSON, 2),
        1,
        Kind::Number,
        Of::Exactly(IPV6, ICMP6),
    ),
];
