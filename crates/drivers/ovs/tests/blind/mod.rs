//! What OpenFlow does not show of a frame, found in its bytes.

/// How a driver differs from the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Differs {
    /// It passed, and is refused by the contract.
    Under,
    /// It was refused, and passes by the contract.
    Over,
    /// It was refused for another reason.
    Reason,
    /// It was let through and is nowhere: the bridge has rules of its own.
    Kept,
}

use Differs::{Over, Reason, Under};

/// What the switch does not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blind {
    /// Options of RS; of NS and NA all but the first link-layer option of the usual kind; atomic fragments
    /// and bytes behind the packet.
    NdForm,
    /// LLC and SNAP around what is shown like an Ethernet frame.
    Snap,
    /// The version of a packet.
    Version,
    /// A head of ICMP that is too short looks like an echo reply.
    ShortIcmp,
    /// The type of IGMP.
    Igmp,
    /// Bytes behind a packet with extension headers; what follows a fragment header; the end of a chain.
    Chain,
    /// The next header of a later fragment.
    LaterFragment,
    /// The ports of a first fragment, unless the bridge is told to show them.
    FirstFragment,
    /// What AH carries is shown, and AH is not.
    Ah,
    /// Nothing of an upper layer and zeros look alike; so do "no next header" with and without others
    /// before it.
    Nothing,
}

const ALL: [(Blind, &[Differs]); 10] = [
    (Blind::NdForm, &[Under, Over, Reason]),
    (Blind::Snap, &[Under, Reason]),
    (Blind::Version, &[Under, Reason]),
    (Blind::ShortIcmp, &[Under]),
    (Blind::Igmp, &[Under, Over, Reason]),
    (Blind::LaterFragment, &[Under]),
    (Blind::FirstFragment, &[Over, Reason]),
    (Blind::Ah, &[Over]),
    (Blind::Nothing, &[Over, Reason]),
    (Blind::Chain, &[Under]),
];

impl Blind {
    /// Why a frame met another fate than the contract's, if there is a reason to.
    pub(crate) fn why(frame: &[u8], differs: Differs, sees_first_fragments: bool) -> Option<Blind> {
        let frame = Frame::read(frame);
        let fits = |(blind, ways): &&(Blind, &[Differs])| {
            let hidden = *blind != Blind::FirstFragment || !sees_first_fragments;
            ways.contains(&differs) && hidden && frame.hides(*blind)
        };
        ALL.iter().find(fits).map(|(blind, _)| *blind)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Blind::NdForm => "nd-form",
            Blind::Snap => "LLC and SNAP",
            Blind::Version => "the version of a packet",
            Blind::ShortIcmp => "a head of ICMP under 8 bytes",
            Blind::Igmp => "the type of IGMP",
            Blind::Chain => "where the chain of IPv6 headers ends",
            Blind::LaterFragment => "the protocol of a later IPv6 fragment",
            Blind::FirstFragment => "ports and types of first fragments",
            Blind::Ah => "that there is an AH",
            Blind::Nothing => "that an IPv6 upper layer is empty",
        }
    }
}

/// As much of a frame as the classes need.
#[derive(Default)]
struct Frame {
    is_snap: bool,
    ethertype: u16,
    version: u8,
    /// The last next header, and what of the upper layer is there.
    protocol: u8,
    upper: Vec<u8>,
    offset: u16,
    more: bool,
    extensions: Vec<u8>,
    is_padded: bool,
}

impl Frame {
    fn read(frame: &[u8]) -> Frame {
        let ethertype = u16::from_be_bytes([frame[12], frame[13]]);
        let llc = frame.get(14..20) == Some(&[0xaa, 0xaa, 3, 0, 0, 0]);
        let mut read = Frame {
            is_snap: ethertype < 0x600 && llc,
            ethertype,
            ..Frame::default()
        };
        let packet = &frame[14.min(frame.len())..];
        read.version = packet.first().map_or(0, |first| first >> 4);
        match ethertype {
            0x0800 if packet.len() >= 20 => read.ip4(packet),
            0x86dd if packet.len() >= 40 => read.ip6(packet),
            _ => {}
        }
        read
    }

    fn ip4(&mut self, packet: &[u8]) {
        let total = usize::from(u16::from_be_bytes([packet[2], packet[3]])).min(packet.len());
        let fragment = u16::from_be_bytes([packet[6], packet[7]]);
        self.offset = fragment & 0x1fff;
        self.more = fragment & 0x2000 != 0;
        self.protocol = packet[9];
        let header = usize::from(packet[0] & 15) * 4;
        self.upper = packet.get(header..total).unwrap_or_default().to_vec();
    }

    fn ip6(&mut self, packet: &[u8]) {
        let length = usize::from(u16::from_be_bytes([packet[4], packet[5]]));
        self.is_padded = packet.len() > 40 + length;
        let mut rest = &packet[40..packet.len().min(40 + length)];
        self.protocol = packet[6];
        // As the switch walks, through AH too.
        while let (0 | 43 | 44 | 51 | 60, Some(head)) = (self.protocol, rest.first_chunk::<8>()) {
            self.extensions.push(self.protocol);
            let length = match self.protocol {
                44 => 8,
                51 => (usize::from(head[1]) + 2) * 4,
                _ => (usize::from(head[1]) + 1) * 8,
            };
            if self.protocol == 44 {
                let fragment = u16::from_be_bytes([head[2], head[3]]);
                self.offset = fragment >> 3;
                self.more = fragment & 7 != 0;
            }
            self.protocol = head[0];
            rest = rest.get(length..).unwrap_or_default();
            if self.offset != 0 {
                break;
            }
        }
        self.upper = rest.to_vec();
    }

    fn hides(&self, blind: Blind) -> bool {
        let is_ip6 = self.ethertype == 0x86dd;
        let is_head = self.offset == 0;
        let is_first = is_head && self.more;
        let kind = self.upper.first().copied();
        let has = |header| self.extensions.contains(&header);
        match blind {
            Blind::NdForm => {
                let is_nd = matches!(kind, Some(133 | 135 | 136));
                let is_report = matches!(kind, Some(131 | 132 | 143)) && has(44);
                is_ip6 && self.protocol == 58 && (is_nd || is_report) && !is_first && !has(51)
            }
            Blind::Snap => self.is_snap,
            Blind::Version => {
                matches!((self.ethertype, self.version), (0x0800, v) if v != 4)
                    || is_ip6 && self.version != 6
            }
            Blind::ShortIcmp => {
                self.ethertype == 0x0800 && self.protocol == 1 && is_head && self.upper.len() < 8
            }
            Blind::Igmp => self.ethertype == 0x0800 && self.protocol == 2 && is_head,
            Blind::LaterFragment => is_ip6 && !is_head && self.protocol == 103,
            Blind::FirstFragment => is_first,
            Blind::Ah => has(51),
            Blind::Nothing => is_ip6 && (self.protocol == 59 || self.upper.len() < 20),
            Blind::Chain => {
                is_ip6
                    && !self.extensions.is_empty()
                    && (self.is_padded || has(44) || self.upper.is_empty())
            }
        }
    }
}
