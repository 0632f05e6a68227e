use std::fmt;

/// What a flow can look at, in the order in which `ovs-ofctl` prints it.
///
/// Read back, a flow is compared as text, so the order is part of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// A protocol by its word (`arp`, `udp6`), which implies the EtherType and the next header.
    Protocol,
    /// A register.
    Reg(u8),
    /// The port that the frame came in by.
    InPort,
    /// The outer VLAN tag; its bit 0x1000 says that there is one.
    VlanTci,
    /// Ethernet source.
    DlSrc,
    /// EtherType, behind the tag that the switch parsed.
    DlType,
    /// Sender protocol address of ARP.
    ArpSpa,
    /// Target protocol address of ARP.
    ArpTpa,
    /// IPv4 source.
    NwSrc,
    /// IPv4 destination.
    NwDst,
    /// IPv6 source.
    Ipv6Src,
    /// IPv6 destination.
    Ipv6Dst,
    /// Protocol, or the last next header.
    NwProto,
    /// Operation of ARP.
    ArpOp,
    /// Sender hardware address of ARP.
    ArpSha,
    /// Target hardware address of ARP.
    ArpTha,
    /// Type of service, without its two last bits.
    NwTos,
    /// Time to live, hop limit.
    NwTtl,
    /// Fragments.
    NwFrag,
    /// Source port.
    TpSrc,
    /// Destination port.
    TpDst,
    /// Type of ICMP and ICMPv6.
    IcmpType,
    /// Code of ICMP and ICMPv6.
    IcmpCode,
    /// Flags of TCP.
    TcpFlags,
    /// Target of neighbor discovery.
    NdTarget,
    /// Source link-layer option: the first that is not zero.
    NdSll,
    /// Target link-layer option: the first that is not zero.
    NdTll,
    /// Which of the two link-layer options came first.
    NdOptionsType,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Field::Protocol => "protocol",
            Field::Reg(number) => return write!(f, "reg{number}"),
            Field::InPort => "in_port",
            Field::VlanTci => "vlan_tci",
            Field::DlSrc => "dl_src",
            Field::DlType => "dl_type",
            Field::ArpSpa => "arp_spa",
            Field::ArpTpa => "arp_tpa",
            Field::NwSrc => "nw_src",
            Field::NwDst => "nw_dst",
            Field::Ipv6Src => "ipv6_src",
            Field::Ipv6Dst => "ipv6_dst",
            Field::NwProto => "nw_proto",
            Field::ArpOp => "arp_op",
            Field::ArpSha => "arp_sha",
            Field::ArpTha => "arp_tha",
            Field::NwTos => "nw_tos",
            Field::NwTtl => "nw_ttl",
            Field::NwFrag => "nw_frag",
            Field::TpSrc => "tp_src",
            Field::TpDst => "tp_dst",
            Field::IcmpType => "icmp_type",
            Field::IcmpCode => "icmp_code",
            Field::TcpFlags => "tcp_flags",
            Field::NdTarget => "nd_target",
            Field::NdSll => "nd_sll",
            Field::NdTll => "nd_tll",
            Field::NdOptionsType => "nd_options_type",
        };
        f.write_str(name)
    }
}
