use std::fmt;

/// The tables of the guards, in the order in which a frame meets them: it never goes back, so that the
/// switch's limit on the depth of resubmits is left to the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// Which port is it from, and what is asked of that one?
    Gate,
    /// Ethernet source.
    Mac,
    /// Tags and EtherTypes.
    Type,
    /// Form of ARP and RARP.
    Arp,
    /// Sender hardware address of ARP and RARP.
    ArpSha,
    /// Sender protocol address of ARP.
    ArpSpa,
    /// Target protocol address of an ARP request that claims no address.
    ArpProbe,
    /// Target hardware address of RARP.
    RarpTha,
    /// Form of IPv4, what only routers say.
    Ip4,
    /// IPv4 source.
    Ip4Source,
    /// IPv4 DHCP servers.
    Dhcp4,
    /// Form of IPv6, what only routers say.
    Ip6,
    /// Form of neighbor discovery.
    NdForm,
    /// Is there a target, the switch having found nothing wrong?
    NdWhole,
    /// Is the IPv6 source unspecified?
    Ip6Specified,
    /// Where a host without an address may speak.
    Ip6Unspecified,
    /// IPv6 source.
    Ip6Source,
    /// A source that is not own.
    Ip6Foreign,
    /// Is there a source link-layer option?
    NdHasSll,
    /// The source link-layer option.
    NdSll,
    /// Is there a target link-layer option?
    NdHasTll,
    /// The target link-layer option.
    NdTll,
    /// Source and target of neighbor discovery.
    NdTarget,
    /// Inverse neighbor discovery, IPv6 DHCP servers.
    Dhcp6,
    /// Refused: counted by port and reason.
    Refuse,
    /// Passed: counted, and handed to the operator's pipeline.
    Pass,
}

impl Table {
    /// How many there are.
    pub const COUNT: u8 = Table::Pass as u8 + 1;

    /// Its number, if the first has that one.
    pub const fn number(self, first: u8) -> u8 {
        first.saturating_add(self as u8)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
