//! Frames against themselves elsewhere, and what features they are a matter of.

use vifguard_conformance::Counted;
use vifguard_corpus::Expected;
use vifguard_driver::Feature;
use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::Kind;
use crate::fate::{Evidence, Fate};

/// The same verdict as at the first place? What was wrong there already is told of its guard.
pub(super) fn elsewhere(
    expected: Expected,
    first: Option<Fate>,
    fate: Fate,
) -> Vec<(Kind, Feature)> {
    let differs = match first {
        Some(first) => first.came_through != fate.came_through && expected.passes().is_some(),
        None => expected
            .passes()
            .is_some_and(|passes| passes != fate.came_through),
    };
    let reasons = |fate: Fate| match fate.counters {
        Evidence::One(Counted::Refused(reason)) => Some(reason),
        Evidence::One(_) | Evidence::Absent | Evidence::Otherwise => None,
    };
    let other = first.is_some_and(|first| {
        !first.came_through && !fate.came_through && reasons(first) != reasons(fate)
    });
    let kind = (differs || other).then_some((Kind::Elsewhere, Feature::Host));
    kind.into_iter().collect()
}

/// It passes, and is counted as what became of it where refusals are carried out.
pub(super) fn audited(first: Option<Fate>, fate: Fate) -> Vec<(Kind, Feature)> {
    let right = match (first.map(|first| first.counters), fate.counters) {
        (Some(Evidence::One(Counted::Refused(then))), Evidence::One(Counted::Audited(now))) => {
            then == now
        }
        (Some(Evidence::One(Counted::Passed)), now) => now == Evidence::One(Counted::Passed),
        // What could not be told then need not be told now.
        (Some(Evidence::Otherwise | Evidence::Absent) | None, _) => true,
        _ => false,
    };
    let good = right && fate.came_through;
    let kind = (!good).then_some((Kind::Unaudited, Feature::Audit));
    kind.into_iter().collect()
}

/// The guard that a frame concerns which was refused in vain, by nobody knows what.
pub(super) fn concerned(frame: &[u8]) -> Feature {
    let nd = frame.get(20) == Some(&58) && matches!(frame.get(54), Some(133 | 135 | 136));
    Feature::Guard(match frame.get(12..14) {
        Some([0x08, 0x06] | [0x80, 0x35]) => Guard::Arp,
        Some([0x08, 0x00]) => Guard::Ipv4,
        Some([0x86, 0xdd]) if nd => Guard::Nd,
        Some([0x86, 0xdd]) => Guard::Ipv6,
        _ => Guard::L2,
    })
}

/// The usual feature of a reason, for those who know no better.
pub fn usual(reason: Reason) -> Feature {
    let guard = match reason {
        Reason::Mac | Reason::ArpMac | Reason::NdMac | Reason::Rarp => Guard::Mac,
        Reason::ArpIp => Guard::Arp,
        Reason::Ipv4 => Guard::Ipv4,
        Reason::Ipv6 => Guard::Ipv6,
        Reason::Router => Guard::Router,
        Reason::NdSource | Reason::NdTarget => Guard::Nd,
        Reason::DhcpServer => Guard::DhcpServer,
        Reason::Runt | Reason::Vlan | Reason::L2 => Guard::L2,
        Reason::ArpMalformed | Reason::Ipv4Malformed | Reason::Ipv6Malformed => {
            return Feature::Form;
        }
        Reason::NdMalformed => return Feature::NdForm,
        Reason::UnknownPort => return Feature::FirstFrame,
    };
    Feature::Guard(guard)
}
