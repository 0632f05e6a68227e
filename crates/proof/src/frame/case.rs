use std::fmt;

/// A kind of frames: what is the same for all of them is known, and the rest is not.
///
/// Where frames are read at different places (behind a tag, behind IPv4 options) they are of different
/// kinds, so that within one every field has its place. What decides where frames go is known, too: so
/// most rules are seen not to match at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Case {
    /// The VLAN tag that the kernel takes out of the frame before it is judged, by its EtherType.
    pub tag: Option<u16>,
    /// What is behind the Ethernet header, and the tag.
    pub carries: Carries,
}

/// What a frame carries, by its EtherType.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carries {
    /// IPv4, of version 4, with a header of so many words of four bytes: 5 to 15.
    Ipv4(u8),
    /// The same with a header of any of these lengths. The upper layer is then bytes of its own, which
    /// may contradict the header's options: so what holds here holds for each length, and not the
    /// reverse.
    AnyIpv4,
    /// Called IPv4, of another version or with fewer words.
    NoIpv4,
    /// IPv6 with this upper layer.
    Ipv6(Next),
    /// Everything else.
    Other,
}

/// The first next header of IPv6: never hop-by-hop, routing, fragment or destination options, which the
/// proof does not walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Next {
    /// ICMPv6.
    Icmp,
    /// UDP.
    Udp,
    /// Another one.
    Other,
}

/// EtherType of IPv4.
pub const IPV4: u16 = 0x0800;
/// EtherType of IPv6.
pub const IPV6: u16 = 0x86dd;
/// EtherType of ARP.
pub const ARP: u16 = 0x0806;
/// EtherType of RARP.
pub const RARP: u16 = 0x8035;
/// Tags that the kernel takes out of a frame.
pub const TAGS: [u16; 2] = [0x8100, 0x88a8];
/// IPv6 headers that the proof does not walk: hop-by-hop, routing, fragment, destination options.
pub const EXTENSIONS: [u8; 4] = [0, 43, 44, 60];
/// Length of an IPv6 header.
pub const IPV6_HEADER: usize = 40;

/// Where the EtherType stands.
pub const ETHERTYPE: usize = 12;
/// Length of an Ethernet header.
const HEADER: usize = 14;
const TAG: usize = 4;

const OTHERS: [Carries; 5] = [
    Carries::NoIpv4,
    Carries::Ipv6(Next::Icmp),
    Carries::Ipv6(Next::Udp),
    Carries::Ipv6(Next::Other),
    Carries::Other,
];

impl Case {
    /// Kinds that together are every frame, as few as can be.
    pub fn broad() -> Vec<Case> {
        Case::behind_all_tags([Carries::AnyIpv4].into_iter().chain(OTHERS))
    }

    /// Kinds that together are every frame, each once, in which nothing contradicts itself.
    pub fn exact() -> Vec<Case> {
        Case::behind_all_tags((5..=15).map(Carries::Ipv4).chain(OTHERS))
    }

    fn behind_all_tags(carries: impl Iterator<Item = Carries>) -> Vec<Case> {
        let carries: Vec<Carries> = carries.collect();
        let tags = [None].into_iter().chain(TAGS.map(Some));
        let cases = tags.flat_map(|tag| carries.iter().map(move |carries| (tag, *carries)));
        cases.map(|(tag, carries)| Case { tag, carries }).collect()
    }

    /// The exact kind of a frame; none if the proof does not speak of it.
    pub fn of(frame: &[u8]) -> Option<Case> {
        let word = |at: usize| {
            let bytes = frame.get(at..)?.first_chunk()?;
            Some(u16::from_be_bytes(*bytes))
        };
        let outer = word(ETHERTYPE)?;
        let tag = Some(outer).filter(|outer| TAGS.contains(outer));
        let mut case = Case {
            tag,
            carries: Carries::Other,
        };
        let header = case.header();
        let ethertype = if tag.is_some() {
            // The kernel drops a shorter one itself (skb_vlan_untag).
            word(header)?;
            word(header - 2)?
        } else {
            outer
        };
        let first = frame.get(header).copied().unwrap_or(0);
        case.carries = match ethertype {
            IPV4 if (0x45..=0x4f).contains(&first) => Carries::Ipv4(first & 0x0f),
            IPV4 => Carries::NoIpv4,
            IPV6 => Carries::Ipv6(match frame.get(header + 6) {
                Some(next) if EXTENSIONS.contains(next) => return None,
                Some(next) if Some(*next) == Next::Icmp.number() => Next::Icmp,
                Some(next) if Some(*next) == Next::Udp.number() => Next::Udp,
                _ => Next::Other,
            }),
            _ => Carries::Other,
        };
        Some(case)
    }

    /// Length of the Ethernet header and the tag.
    pub fn header(self) -> usize {
        if self.tag.is_some() {
            HEADER + TAG
        } else {
            HEADER
        }
    }

    /// The EtherType of what is carried, where all of the kind have the same.
    pub fn ethertype(self) -> Option<u16> {
        match self.carries {
            Carries::Ipv4(_) | Carries::AnyIpv4 | Carries::NoIpv4 => Some(IPV4),
            Carries::Ipv6(_) => Some(IPV6),
            Carries::Other => None,
        }
    }

    /// A byte that all of the kind have, counted from the destination address.
    pub fn octet(self, at: usize) -> Option<u8> {
        let header = self.header();
        let in_field = |field: usize| (field..field + 2).contains(&at).then(|| at - field);
        if let (Some(tag), Some(i)) = (self.tag, in_field(ETHERTYPE)) {
            return Some(tag.to_be_bytes()[i]);
        }
        if let (Some(ethertype), Some(i)) = (self.ethertype(), in_field(header - 2)) {
            return Some(ethertype.to_be_bytes()[i]);
        }
        match (self.carries, at.checked_sub(header)?) {
            (Carries::Ipv4(words), 0) => Some(0x40 | words),
            (Carries::Ipv6(next), 6) => next.number(),
            _ => None,
        }
    }
}

impl Next {
    /// The protocol's number, where there is only one.
    pub fn number(self) -> Option<u8> {
        match self {
            Next::Icmp => Some(58),
            Next::Udp => Some(17),
            Next::Other => None,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(tag) = self.tag {
            write!(f, "tagged {tag:#06x}, ")?;
        }
        match self.carries {
            Carries::Ipv4(words) => write!(f, "IPv4 with a header of {} bytes", words * 4),
            Carries::AnyIpv4 => f.write_str("IPv4"),
            Carries::NoIpv4 => f.write_str("IPv4 without a proper header"),
            Carries::Ipv6(Next::Icmp) => f.write_str("ICMPv6"),
            Carries::Ipv6(Next::Udp) => f.write_str("UDP over IPv6"),
            Carries::Ipv6(Next::Other) => f.write_str("IPv6"),
            Carries::Other => f.write_str("neither IPv4 nor IPv6"),
        }
    }
}
