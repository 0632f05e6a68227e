//! How the driver may differ from the contract, each way with its name. What is in no class is an error.

use vifguard_conformance::{Counted, Mismatch};
use vifguard_verdict::{Reason, Verdict};

/// Why a frame met another fate than the contract's, if there is a reason to. Too little is refused in form
/// alone: nothing that claims what is not own may pass.
pub(crate) fn why(mismatch: &Mismatch) -> Option<&'static str> {
    let frame = Frame::read(&mismatch.frame);
    let observed = &mismatch.observed;
    match (mismatch.expected.verdict, observed.counted) {
        // Passed, and refused by the contract.
        (Verdict::Refuse(reason), Some(Counted::Passed)) => passed(reason, &frame),
        // Refused, and passed by the contract.
        (Verdict::Pass, Some(Counted::Refused(reason))) if !observed.came_through => {
            refused(reason, &frame).map(|(over, _)| over)
        }
        // Refused for another reason, which is one of those for which too much is refused, or a lack of form.
        (Verdict::Refuse(expected), Some(Counted::Refused(reason))) if !observed.came_through => {
            refused(reason, &frame)
                .map(|(_, reason)| reason)
                .or_else(|| formless(expected))
        }
        // The bridge itself takes no frames whose source is a group or nobody.
        (_, None) if !observed.came_through && frame.is_from_nobody => {
            Some("kept by the bridge: its source is nobody's")
        }
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever has no class is an error"
)]
fn passed(reason: Reason, frame: &Frame) -> Option<&'static str> {
    match reason {
        Reason::Ipv4Malformed => Some("passed: the form of IPv4 packets"),
        Reason::Ipv6Malformed => Some("passed: the form of IPv6 packets"),
        Reason::NdMalformed => Some("passed: the form of neighbor discovery"),
        Reason::Ipv4 if frame.is_first_fragment && frame.protocol == 17 => {
            Some("passed: a request for an address in a first fragment")
        }
        Reason::Ipv6 if frame.extensions.contains(&44) && frame.kind.is_some_and(is_report) => {
            Some("passed: a multicast listener report from :: in an atomic fragment")
        }
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever has no class is an error"
)]
fn refused(reason: Reason, frame: &Frame) -> Option<(&'static str, &'static str)> {
    let is_listed = [
        4, 6, 17, 33, 41, 46, 47, 50, 58, 88, 89, 103, 112, 115, 132, 136,
    ];
    match reason {
        Reason::Router if !frame.is_ipv6 && matches!(frame.protocol, 1 | 2) => Some((
            "refused: ICMP and IGMP over IPv4",
            "for another reason: ICMP and IGMP over IPv4",
        )),
        Reason::Ipv4 if frame.protocol == 2 => Some((
            "refused: IGMP from 0.0.0.0",
            "for another reason: IGMP from 0.0.0.0",
        )),
        Reason::Ipv6 if frame.protocol == 58 && matches!(frame.kind, Some(133 | 135)) => Some((
            "refused: solicitations from ::",
            "for another reason: solicitations from ::",
        )),
        Reason::NdMalformed | Reason::NdTarget if frame.protocol == 58 => Some((
            "refused: neighbor discovery",
            "for another reason: neighbor discovery",
        )),
        Reason::Ipv6Malformed if frame.offset != 0 => Some((
            "refused: later fragments of IPv6",
            "for another reason: later fragments of IPv6",
        )),
        Reason::Ipv6Malformed if !is_listed.contains(&frame.protocol) => Some((
            "refused: upper layers that are not in the list",
            "for another reason: upper layers that are not in the list",
        )),
        Reason::Ipv6Malformed if frame.upper < 4 => Some((
            "refused: upper layers whose beginning is not there",
            "for another reason: upper layers whose beginning is not there",
        )),
        _ if frame.extensions.contains(&51) => Some((
            "refused: what AH carries",
            "for another reason: what AH carries",
        )),
        _ => None,
    }
}

/// Whatever is wrong with it was refused for what it claims.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever has no class is an error"
)]
fn formless(expected: Reason) -> Option<&'static str> {
    match expected {
        Reason::Ipv4Malformed => Some("for another reason: the form of IPv4 packets"),
        Reason::Ipv6Malformed => Some("for another reason: the form of IPv6 packets"),
        Reason::ArpMalformed => Some("for another reason: the form of ARP"),
        Reason::NdMalformed => Some("for another reason: the form of neighbor discovery"),
        _ => None,
    }
}

fn is_report(kind: u8) -> bool {
    matches!(kind, 131 | 132 | 143)
}

/// As much of a frame as the classes need.
#[derive(Default)]
struct Frame {
    is_from_nobody: bool,
    is_ipv6: bool,
    /// The last next header, and how much of the upper layer is there.
    protocol: u8,
    upper: usize,
    kind: Option<u8>,
    offset: u16,
    is_first_fragment: bool,
    extensions: Vec<u8>,
}

impl Frame {
    fn read(frame: &[u8]) -> Frame {
        let source = frame.get(6..12).unwrap_or_default();
        let mut read = Frame {
            is_from_nobody: source.first().is_some_and(|first| first & 1 == 1) || source == [0; 6],
            ..Frame::default()
        };
        let packet = frame.get(14..).unwrap_or_default();
        match frame.get(12..14) {
            Some([0x08, 0x00]) if packet.len() >= 20 => read.ip4(packet),
            Some([0x86, 0xdd]) => read.ip6(packet),
            _ => {}
        }
        read
    }

    fn ip4(&mut self, packet: &[u8]) {
        let fragment = u16::from_be_bytes([packet[6], packet[7]]);
        self.offset = fragment & 0x1fff;
        self.is_first_fragment = self.offset == 0 && fragment & 0x2000 != 0;
        self.protocol = packet[9];
    }

    /// As the kernel walks, through AH too, as far as there is a frame.
    fn ip6(&mut self, packet: &[u8]) {
        self.is_ipv6 = true;
        let Some(mut rest) = packet.get(40..) else {
            return;
        };
        self.protocol = packet[6];
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
                if self.offset != 0 {
                    return;
                }
                self.is_first_fragment = fragment & 7 != 0;
            }
            self.protocol = head[0];
            rest = rest.get(length..).unwrap_or_default();
        }
        self.upper = rest.len();
        self.kind = rest.first().copied();
    }
}
