use std::fmt;
use std::str::FromStr;

/// Why a frame was refused. The names are public (metrics, events, `explain`) and keep their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Reason {
    /// Shorter than an Ethernet header.
    Runt,
    /// The Ethernet source is not own.
    Mac,
    /// A VLAN tag.
    Vlan,
    /// Neither IPv4, IPv6, ARP, RARP nor a listed EtherType.
    L2,
    /// ARP that is not Ethernet and IPv4, or is too short.
    ArpMalformed,
    /// The sender hardware address of ARP is not own.
    ArpMac,
    /// The sender protocol address of ARP is not own.
    ArpIp,
    /// RARP other than the announcement of an own MAC.
    Rarp,
    /// An IPv4 header that lies about its lengths.
    Ipv4Malformed,
    /// The IPv4 source is not own.
    Ipv4,
    /// An IPv6 packet that lies about its lengths or hides its upper layer.
    Ipv6Malformed,
    /// The IPv6 source is not own.
    Ipv6,
    /// Speaking as a router.
    Router,
    /// Neighbor discovery that no honest stack sends.
    NdMalformed,
    /// A link-layer address option that is not own.
    NdMac,
    /// The source of a neighbor discovery message is not own.
    NdSource,
    /// The target of a neighbor discovery message is not own.
    NdTarget,
    /// Speaking as a DHCP server.
    DhcpServer,
    /// A guarded interface that has no port.
    UnknownPort,
}

impl Reason {
    /// Every reason, in the order of the contract.
    pub const ALL: [Reason; 19] = [
        Reason::Runt,
        Reason::Mac,
        Reason::Vlan,
        Reason::L2,
        Reason::ArpMalformed,
        Reason::ArpMac,
        Reason::ArpIp,
        Reason::Rarp,
        Reason::Ipv4Malformed,
        Reason::Ipv4,
        Reason::Ipv6Malformed,
        Reason::Ipv6,
        Reason::Router,
        Reason::NdMalformed,
        Reason::NdMac,
        Reason::NdSource,
        Reason::NdTarget,
        Reason::DhcpServer,
        Reason::UnknownPort,
    ];

    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Runt => "runt",
            Reason::Mac => "mac",
            Reason::Vlan => "vlan",
            Reason::L2 => "l2",
            Reason::ArpMalformed => "arp-malformed",
            Reason::ArpMac => "arp-mac",
            Reason::ArpIp => "arp-ip",
            Reason::Rarp => "rarp",
            Reason::Ipv4Malformed => "ipv4-malformed",
            Reason::Ipv4 => "ipv4",
            Reason::Ipv6Malformed => "ipv6-malformed",
            Reason::Ipv6 => "ipv6",
            Reason::Router => "router",
            Reason::NdMalformed => "nd-malformed",
            Reason::NdMac => "nd-mac",
            Reason::NdSource => "nd-source",
            Reason::NdTarget => "nd-target",
            Reason::DhcpServer => "dhcp-server",
            Reason::UnknownPort => "unknown-port",
        }
    }

    /// A small number that stands for the reason in kernel keys: its place in [`Reason::ALL`].
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The reason with this [`Reason::code`].
    pub fn from_code(code: u32) -> Option<Reason> {
        Reason::ALL.get(usize::try_from(code).ok()?).copied()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Reason {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Reason::ALL
            .into_iter()
            .find(|reason| reason.name() == text)
            .ok_or(())
    }
}
