//! A frame by its fields, outermost layer first.
//!
//! Whatever a stack would compute (lengths, checksums, the number of the next protocol) is computed
//! if a case leaves it away, so that real stacks accept the frame, and taken as written if the case
//! gives it: lies are the point.

mod arp;
mod build;
mod checksum;
mod dhcp;
mod ethernet;
mod extension;
mod icmp;
mod igmp;
mod ipv4;
mod ipv6;
mod mld;
mod nd;
mod nd_option;
mod plain;
mod transport;

pub use arp::{Arp, Operation, OperationName};
pub use build::{BuildError, build};
pub use dhcp::{Dhcp, Dhcpv6};
pub use ethernet::{Eth, Llc, Mac, Snap, Vlan};
pub use extension::{Ah, Esp, Fragment, Options, Routing};
pub use icmp::Icmp;
pub use igmp::{GroupRecord4, Igmp, Igmpv3};
pub use ipv4::Ipv4;
pub use ipv6::Ipv6;
pub use mld::{GroupRecord6, Mld, Mldv2};
pub use nd::{Advertisement, Redirect, RouterAdvertisement, RouterSolicitation, Solicitation};
pub use nd_option::{LinkLayer, NdOption, OtherOption};
pub use plain::{Cut, Pad, Raw};
pub use transport::{Tcp, Udp};

use serde::Deserialize;

/// One layer of a frame.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The Ethernet header.
    Eth(Eth),
    /// A VLAN tag.
    Vlan(Vlan),
    /// An 802.2 header.
    Llc(Llc),
    /// An 802.2 header with a SNAP header.
    Snap(Snap),
    /// ARP.
    Arp(Arp),
    /// RARP.
    Rarp(Arp),
    /// An IPv4 header.
    Ipv4(Ipv4),
    /// An IPv6 header.
    Ipv6(Ipv6),
    /// A hop-by-hop options header.
    HopByHop(Options),
    /// A destination options header.
    Destination(Options),
    /// A routing header.
    Routing(Routing),
    /// An IPv6 fragment header.
    Fragment(Fragment),
    /// An authentication header.
    Ah(Ah),
    /// An encapsulated security payload.
    Esp(Esp),
    /// UDP.
    Udp(Udp),
    /// TCP.
    Tcp(Tcp),
    /// ICMP, any type.
    Icmp(Icmp),
    /// ICMPv6, any type.
    Icmpv6(Icmp),
    /// A router solicitation.
    Rs(RouterSolicitation),
    /// A router advertisement.
    Ra(RouterAdvertisement),
    /// A neighbor solicitation.
    Ns(Solicitation),
    /// A neighbor advertisement.
    Na(Advertisement),
    /// An ICMPv6 redirect.
    Redirect(Redirect),
    /// IGMP version 1 or 2, or any type of that form.
    Igmp(Igmp),
    /// An IGMP version 3 report.
    Igmpv3(Igmpv3),
    /// MLD version 1, or any type of that form.
    Mld(Mld),
    /// An MLD version 2 report.
    Mldv2(Mldv2),
    /// A BOOTP body with DHCP options.
    Dhcp(Dhcp),
    /// A DHCPv6 body.
    Dhcpv6(Dhcpv6),
    /// Bytes as they are.
    Raw(Raw),
    /// Bytes behind everything: no length field counts them.
    Pad(Pad),
    /// The end of the frame, where it is shorter than its fields say.
    Cut(Cut),
}

impl Layer {
    /// The EtherType that announces this layer.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most layers have no such number"
    )]
    fn ether_type(&self) -> Option<u16> {
        match self {
            Layer::Vlan(vlan) => Some(vlan.tpid.map_or(0x8100, |tpid| tpid.0)),
            Layer::Arp(_) => Some(0x0806),
            Layer::Rarp(_) => Some(0x8035),
            Layer::Ipv4(_) => Some(0x0800),
            Layer::Ipv6(_) => Some(0x86dd),
            _ => None,
        }
    }

    /// The protocol number that announces this layer.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most layers have no such number"
    )]
    fn protocol(&self) -> Option<u8> {
        match self {
            Layer::HopByHop(_) => Some(0),
            Layer::Icmp(_) => Some(1),
            Layer::Igmp(_) | Layer::Igmpv3(_) => Some(2),
            Layer::Ipv4(_) => Some(4),
            Layer::Tcp(_) => Some(6),
            Layer::Udp(_) => Some(17),
            Layer::Ipv6(_) => Some(41),
            Layer::Routing(_) => Some(43),
            Layer::Fragment(_) => Some(44),
            Layer::Esp(_) => Some(50),
            Layer::Ah(_) => Some(51),
            Layer::Icmpv6(_)
            | Layer::Rs(_)
            | Layer::Ra(_)
            | Layer::Ns(_)
            | Layer::Na(_)
            | Layer::Redirect(_)
            | Layer::Mld(_)
            | Layer::Mldv2(_) => Some(58),
            Layer::Destination(_) => Some(60),
            _ => None,
        }
    }
}
