//! Chains of extension headers about which a driver may differ from the judge (6.1).

use vifguard_verdict::Reason;

const MOST_HEADERS: usize = 8;
const MOST_BYTES: usize = 512;
const IP6: usize = 40;

/// The reason for which a driver may refuse the frame whatever the contract says.
///
/// Tags are not looked behind: where one is judged at all, it is refused.
pub fn driver_may(frame: &[u8]) -> Option<Reason> {
    let packet = frame
        .get(14..)
        .filter(|_| frame.get(12..14) == Some(&[0x86, 0xdd]))?;
    let mut kind = *packet.get(6)?;
    let mut at = IP6;
    let mut behind_ah = false;
    for headers in 0.. {
        let length = match kind {
            0 | 43 | 60 => 8 + usize::from(*packet.get(at + 1)?) * 8,
            44 if behind_ah => return Some(Reason::Ipv6Malformed),
            44 => 8,
            51 => {
                behind_ah = true;
                8 + usize::from(*packet.get(at + 1)?) * 4
            }
            _ => return None,
        };
        at += length;
        if headers + 1 > MOST_HEADERS || at - IP6 > MOST_BYTES {
            return Some(Reason::Ipv6Malformed);
        }
        kind = *packet.get(at - length)?;
    }
    None
}
