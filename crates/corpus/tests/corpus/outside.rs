//! `etherparse` as a judge from outside: the builder may lie only where a case tells it to.

use std::net::IpAddr;

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use vifguard_corpus::{Case, Layer, Raw};

use crate::corpus;

#[test]
fn etherparse_finds_the_same_addresses() {
    let mut compared = 0;
    for case in &corpus().cases {
        let Ok(packet) = SlicedPacket::from_ethernet(&case.frame) else {
            continue;
        };
        let (Some(Layer::Eth(eth)), Some(etherparse::LinkSlice::Ethernet2(link))) =
            (case.layers.first(), packet.link)
        else {
            panic!("{}: no Ethernet", case.name)
        };
        assert_eq!(
            (link.source(), link.destination()),
            (eth.src.0.0, eth.dst.0.0),
            "{}",
            case.name
        );
        if let (Some(written), Some(read)) = (addresses(case), packet.net.as_ref().and_then(read)) {
            assert_eq!(written, read, "{}", case.name);
            compared += 1;
        }
    }
    assert!(compared > 300, "only {compared} frames were compared");
}

/// Real stacks drop what has a wrong checksum: such a frame would pass a broken filter unnoticed.
#[test]
fn etherparse_finds_the_same_checksums() {
    let mut compared = 0;
    for case in corpus()
        .cases
        .iter()
        .filter(|case| checksum_is_computed(case))
    {
        let Ok(packet) = SlicedPacket::from_ethernet(&case.frame) else {
            continue;
        };
        let Some(net) = &packet.net else { continue };
        if let Some((written, right)) = packet.transport.as_ref().and_then(|t| checksums(net, t)) {
            assert_eq!(written, right, "{}", case.name);
            compared += 1;
        }
    }
    assert!(compared > 200, "only {compared} frames were compared");
}

/// A checksum that the case left to the builder, in a frame that is what its fields say.
fn checksum_is_computed(case: &Case) -> bool {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other layers cannot lie about this"
    )]
    let honest = |layer: &Layer| match layer {
        Layer::Cut(_) | Layer::Raw(_) => false,
        Layer::Udp(udp) => udp.checksum.is_none() && udp.length.is_none(),
        Layer::Tcp(tcp) => tcp.checksum.is_none(),
        Layer::Ns(ns) => ns.checksum.is_none(),
        Layer::HopByHop(options) | Layer::Destination(options) => options.length.is_none(),
        Layer::Ipv4(ipv4) => ipv4.total_length.is_none() && ipv4.ihl.is_none(),
        Layer::Ipv6(ipv6) => ipv6.payload_length.is_none(),
        // The pseudo header names the last address of a route, not the next.
        Layer::Routing(routing) => routing.segments_left == 0,
        _ => true,
    };
    let plain = |layer: &Layer| matches!(layer, Layer::Raw(Raw::Text(_) | Raw::Zeros(_)));
    case.layers
        .iter()
        .all(|layer| honest(layer) || plain(layer))
}

fn addresses(case: &Case) -> Option<(IpAddr, IpAddr)> {
    case.layers.iter().find_map(|layer| {
        if let Layer::Ipv4(ip) = layer {
            Some((ip.src.into(), ip.dst.into()))
        } else if let Layer::Ipv6(ip) = layer {
            Some((ip.src.into(), ip.dst.into()))
        } else {
            None
        }
    })
}

fn read(net: &NetSlice<'_>) -> Option<(IpAddr, IpAddr)> {
    match net {
        NetSlice::Ipv4(ip) => {
            let header = ip.header();
            Some((
                header.source_addr().into(),
                header.destination_addr().into(),
            ))
        }
        NetSlice::Ipv6(ip) => {
            let header = ip.header();
            Some((
                header.source_addr().into(),
                header.destination_addr().into(),
            ))
        }
        NetSlice::Arp(_) => None,
    }
}

fn checksums(net: &NetSlice<'_>, transport: &TransportSlice<'_>) -> Option<(u16, u16)> {
    match (net, transport) {
        (NetSlice::Ipv4(ip), TransportSlice::Udp(udp)) => {
            let header = udp.to_header();
            let right = header
                .calc_checksum_ipv4(&ip.header().to_header(), udp.payload())
                .ok()?;
            Some((header.checksum, right))
        }
        (NetSlice::Ipv6(ip), TransportSlice::Udp(udp)) => {
            let header = udp.to_header();
            let right = header
                .calc_checksum_ipv6(&ip.header().to_header(), udp.payload())
                .ok()?;
            Some((header.checksum, right))
        }
        (NetSlice::Ipv4(ip), TransportSlice::Tcp(tcp)) => {
            let header = tcp.to_header();
            let right = header
                .calc_checksum_ipv4(&ip.header().to_header(), tcp.payload())
                .ok()?;
            Some((header.checksum, right))
        }
        (NetSlice::Ipv6(ip), TransportSlice::Tcp(tcp)) => {
            let header = tcp.to_header();
            let right = header
                .calc_checksum_ipv6(&ip.header().to_header(), tcp.payload())
                .ok()?;
            Some((header.checksum, right))
        }
        (_, TransportSlice::Icmpv4(icmp)) => {
            let right = icmp.icmp_type().calc_checksum(icmp.payload());
            Some((icmp.checksum(), right))
        }
        (NetSlice::Ipv6(ip), TransportSlice::Icmpv6(icmp)) => {
            let header = ip.header();
            let right = icmp
                .icmp_type()
                .calc_checksum(header.source(), header.destination(), icmp.payload())
                .ok()?;
            Some((icmp.checksum(), right))
        }
        _ => None,
    }
}
