//! How the driver may differ from the contract, each way by the name of the feature that its probe does not
//! declare as full. What is in no class is an error: above all, whatever claims what is not own and passes.

use vifguard_conformance::{Counted, Mismatch};
use vifguard_verdict::{Reason, Verdict};

/// Why a frame met another fate than the contract's, if there is a reason to.
pub(crate) fn why(mismatch: &Mismatch) -> Option<&'static str> {
    let frame = Frame::read(&mismatch.frame);
    let observed = &mismatch.observed;
    match (mismatch.expected.verdict, observed.counted) {
        (Verdict::Refuse(reason), Some(Counted::Passed)) => passed(reason),
        (Verdict::Pass, Some(Counted::Refused(reason) | Counted::Audited(reason))) => {
            refused(reason, &frame)
        }
        // It is refused either way, and the reason is that of what is refused beyond the contract, or the
        // contract's is one that ebtables does not see.
        (Verdict::Refuse(expected), Some(Counted::Refused(reason) | Counted::Audited(reason))) => {
            refused(reason, &frame).or_else(|| formless(expected))
        }
        // The bridge itself takes no frames whose source is a group or nobody.
        (_, None) if !observed.came_through && frame.is_from_nobody => {
            Some("the bridge: frames whose source is nobody's")
        }
        _ => None,
    }
}

/// Too little is refused in form alone.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever has no class is an error"
)]
fn passed(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Ipv4Malformed => Some("form, none: malformed IPv4 passes"),
        Reason::Ipv6Malformed => Some("form, none: malformed IPv6 passes"),
        Reason::NdMalformed => Some("nd-form, none: malformed neighbor discovery passes"),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever has no class is an error"
)]
fn refused(reason: Reason, frame: &Frame) -> Option<&'static str> {
    match reason {
        Reason::NdMalformed if matches!(frame.kind, Some(133 | 135 | 136)) => {
            Some("mac, nd, partial: neighbor discovery is refused")
        }
        Reason::Ipv4 if frame.is_from_zero => Some("ipv4, partial: 0.0.0.0 is refused"),
        Reason::Ipv6 if frame.is_from_zero => Some("ipv6, partial: :: is refused"),
        Reason::Router if frame.is_later => Some("router, partial: later fragments are refused"),
        Reason::Ipv6Malformed if frame.ends_with_nothing => {
            Some("ipv6, partial: packets without an upper layer are refused")
        }
        Reason::NdMalformed | Reason::NdTarget | Reason::Router | Reason::DhcpServer
            if frame.is_authentic =>
        {
            Some("ipv6, router, dhcp-server, partial: what AH carries is judged")
        }
        Reason::Ipv6Malformed if frame.is_authentic => {
            Some("ipv6, router, dhcp-server, partial: what AH carries is judged")
        }
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever has no class is an error"
)]
fn formless(expected: Reason) -> Option<&'static str> {
    match expected {
        Reason::Ipv4Malformed | Reason::Ipv6Malformed | Reason::NdMalformed => {
            Some("counters, partial: malformed frames are refused for what they claim")
        }
        _ => None,
    }
}

/// As much of a frame as the classes need.
#[derive(Default)]
struct Frame {
    is_from_nobody: bool,
    is_from_zero: bool,
    /// A fragment of IPv6 that does not begin its packet.
    is_later: bool,
    /// There is an AH.
    is_authentic: bool,
    /// No next header.
    ends_with_nothing: bool,
    /// Of ICMPv6.
    kind: Option<u8>,
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
            Some([0x08, 0x00]) => read.is_from_zero = packet.get(12..16) == Some(&[0; 4]),
            Some([0x86, 0xdd]) if packet.len() >= 40 => read.ip6(packet),
            _ => {}
        }
        read
    }

    /// As the kernel walks, through AH too, as far as there is a frame.
    fn ip6(&mut self, packet: &[u8]) {
        self.is_from_zero = packet[8..24] == [0; 16];
        let (mut next, mut rest) = (packet[6], &packet[40..]);
        while let (0 | 43 | 44 | 51 | 60, Some(head)) = (next, rest.first_chunk::<8>()) {
            let length = match next {
                44 => 8,
                51 => (usize::from(head[1]) + 2) * 4,
                _ => (usize::from(head[1]) + 1) * 8,
            };
            self.is_authentic |= next == 51;
            if next == 44 && u16::from_be_bytes([head[2], head[3]]) >> 3 != 0 {
                self.is_later = true;
                return;
            }
            next = head[0];
            rest = rest.get(length..).unwrap_or_default();
        }
        self.ends_with_nothing = next == 59;
        self.kind = (next == 58).then(|| rest.first().copied()).flatten();
    }
}
