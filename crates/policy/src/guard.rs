use std::fmt;
use std::str::FromStr;

/// One thing that a port may not lie about (`docs/verdicts.md`, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Guard {
    /// Every place where a frame claims a MAC of its sender.
    Mac,
    /// The IPv4 address claimed in ARP.
    Arp,
    /// The IPv4 source.
    Ipv4,
    /// The IPv6 addresses claimed in neighbor discovery.
    Nd,
    /// The IPv6 source.
    Ipv6,
    /// Speaking as a router.
    Router,
    /// Speaking as a DHCP server.
    DhcpServer,
    /// EtherTypes other than IPv4, IPv6, ARP and RARP; VLAN tags; 802.3 frames.
    L2,
}

impl Guard {
    /// Every guard, in the order of the contract.
    pub const ALL: [Guard; 8] = [
        Guard::Mac,
        Guard::Arp,
        Guard::Ipv4,
        Guard::Nd,
        Guard::Ipv6,
        Guard::Router,
        Guard::DhcpServer,
        Guard::L2,
    ];

    /// The name as written in a policy file.
    pub const fn name(self) -> &'static str {
        match self {
            Guard::Mac => "mac",
            Guard::Arp => "arp",
            Guard::Ipv4 => "ipv4",
            Guard::Nd => "nd",
            Guard::Ipv6 => "ipv6",
            Guard::Router => "router",
            Guard::DhcpServer => "dhcp-server",
            Guard::L2 => "l2",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Guard {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Guard::ALL
            .into_iter()
            .find(|guard| guard.name() == text)
            .ok_or(())
    }
}

/// The guards that are on for a port.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct GuardSet(u8);

impl GuardSet {
    /// No guard at all.
    pub const NONE: GuardSet = GuardSet(0);

    /// The set of the given guards.
    pub const fn of(guards: &[Guard]) -> GuardSet {
        let mut bits = 0;
        let mut i = 0;
        while i < guards.len() {
            bits |= guards[i].bit();
            i += 1;
        }
        GuardSet(bits)
    }

    /// Is this guard on?
    pub const fn has(self, guard: Guard) -> bool {
        self.0 & guard.bit() != 0
    }

    /// Is any guard of `other` on?
    pub const fn any(self, other: GuardSet) -> bool {
        self.0 & other.0 != 0
    }

    /// The same set with one guard switched.
    #[must_use]
    pub const fn with(self, guard: Guard, on: bool) -> GuardSet {
        if on {
            GuardSet(self.0 | guard.bit())
        } else {
            GuardSet(self.0 & !guard.bit())
        }
    }

    /// One bit for each guard, the first guard of [`Guard::ALL`] in the lowest.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set with these bits, as [`GuardSet::bits`] gave them.
    pub const fn from_bits(bits: u8) -> GuardSet {
        GuardSet(bits)
    }

    /// The guards that are on, in the order of the contract.
    pub fn iter(self) -> impl Iterator<Item = Guard> {
        Guard::ALL.into_iter().filter(move |guard| self.has(*guard))
    }
}

impl fmt::Debug for GuardSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Guard::name)).finish()
    }
}
