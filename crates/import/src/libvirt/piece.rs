/// One thing that libvirt's own filters do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// The Ethernet source must be the guest's MAC.
    EtherSource,
    /// The sender's MAC in ARP must be the guest's.
    ArpMac,
    /// The sender's address in ARP must be one of `IP`.
    ArpAddress,
    /// The IPv4 source must be one of `IP`; UDP from 0.0.0.0 passes.
    Ipv4Source,
    /// The IPv6 source must be one of `IPV6`; UDP from fe80::/10 passes.
    Ipv6Source,
    /// ARP that has come so far passes.
    AcceptArp,
    /// IPv4 that has come so far passes.
    AcceptIpv4,
    /// IPv6 that has come so far passes.
    AcceptIpv6,
    /// Frames to `GATEWAY_MAC` pass.
    ToGateway,
    /// A DHCP client's broadcasts pass.
    DhcpClient,
    /// A DHCPv6 client's messages pass.
    DhcpClient6,
    /// DHCP answers come from `DHCPSERVER` only.
    ServerOnly,
    /// RARP that announces the guest's MAC passes.
    Announce,
    /// Other RARP is dropped.
    NoRarp,
    /// What nothing accepted is dropped, in both directions.
    DropRest,
    /// No IPv4 to multicast groups.
    NoIpv4Multicast,
    /// No IPv6 to multicast groups.
    NoIpv6Multicast,
    /// No IPv4 to the broadcast MAC.
    NoBroadcast,
}

/// What a filter does that libvirt ships; nothing if it is none of these.
///
/// From the filters in `/usr/share/libvirt/nwfilter` (libvirt 9.0).
pub(super) fn of_filter(name: &str) -> Option<&'static [Piece]> {
    use Piece::{
        AcceptArp, AcceptIpv4, AcceptIpv6, Announce, ArpAddress, ArpMac, DhcpClient, DhcpClient6,
        DropRest, EtherSource, Ipv4Source, Ipv6Source, NoBroadcast, NoIpv4Multicast,
        NoIpv6Multicast, NoRarp, ServerOnly, ToGateway,
    };
    Some(match name {
        "clean-traffic" => &[
            EtherSource,
            Ipv4Source,
            AcceptIpv4,
            ArpMac,
            ArpAddress,
            AcceptArp,
            DropRest,
            Announce,
            NoRarp,
        ],
        "clean-traffic-gateway" => &[
            EtherSource,
            Ipv4Source,
            ArpMac,
            ArpAddress,
            AcceptArp,
            ToGateway,
            DropRest,
            Announce,
            NoRarp,
        ],
        "no-mac-spoofing" => &[EtherSource],
        "no-arp-spoofing" => &[ArpMac, ArpAddress],
        "no-arp-mac-spoofing" => &[ArpMac],
        "no-arp-ip-spoofing" => &[ArpAddress],
        "no-ip-spoofing" => &[Ipv4Source],
        "no-ipv6-spoofing" => &[Ipv6Source],
        "allow-arp" => &[AcceptArp],
        "allow-ipv4" => &[AcceptIpv4],
        "allow-ipv6" => &[AcceptIpv6],
        "allow-dhcp" => &[DhcpClient],
        "allow-dhcp-server" => &[DhcpClient, ServerOnly],
        "allow-dhcpv6" => &[DhcpClient6],
        "allow-dhcpv6-server" => &[DhcpClient6, ServerOnly],
        // What they let through, a policy lets through anyway.
        "allow-incoming-ipv4" | "allow-incoming-ipv6" => &[],
        "qemu-announce-self" => &[Announce, NoRarp],
        "qemu-announce-self-rarp" => &[Announce],
        "no-other-rarp-traffic" => &[NoRarp],
        "no-other-l2-traffic" => &[DropRest],
        "no-ip-multicast" => &[NoIpv4Multicast],
        "no-ipv6-multicast" => &[NoIpv6Multicast],
        "no-mac-broadcast" => &[NoBroadcast],
        _ => return None,
    })
}
