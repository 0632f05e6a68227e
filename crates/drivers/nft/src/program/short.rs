//! The short way for most frames: all that the contract asks of them, in one rule.
//!
//! A rule here accepts a frame only if it made every check that applies to it, on one look-up of the
//! port; what it does not accept goes the long way, which finds the reason. So these rules can be
//! left out without a change of any verdict; they halve what most frames cost.

use std::collections::BTreeSet;

use vifguard_netlink::nft::{CmpOp, Expr, Rule, Verdict};
use vifguard_policy::Guard;

use super::court::{ETHERNET_SOURCE, ETHERTYPE};
use super::steps::{COURT, Field, NAME, SCRATCH, Steps, nh, th};
use super::{Shape, ipv4, ipv6, numbers};
use crate::class::guard_word;
use crate::names::{self, MACS, PASSED};

/// Where a family's claim stands, and where own single addresses of it are.
struct Source {
    guard: Guard,
    field: Field,
    /// None if no port has any.
    set: Option<String>,
}

/// Transports that say nothing about the network, then UDP with neither port of DHCP.
pub(crate) fn rules(shape: &Shape) -> Vec<Rule> {
    let v4 = Source {
        guard: Guard::Ipv4,
        field: ipv4::SOURCE,
        set: shape.v4_lengths.contains(&32).then(|| names::v4(32)),
    };
    let v6 = Source {
        guard: Guard::Ipv6,
        field: ipv6::SOURCE,
        set: shape.v6_lengths.contains(&128).then(|| names::v6(128)),
    };
    [
        (v4_other(), &v4),
        (v6_other(), &v6),
        (v4_udp(), &v4),
        (v6_udp(), &v6),
    ]
    .into_iter()
    .flat_map(|(steps, source)| accept(&steps, shape, source))
    .collect()
}

fn v4() -> Steps {
    Steps::new().eq(ETHERTYPE, &[0x08, 0x00]).whole()
}

fn v6() -> Steps {
    Steps::new().eq(ETHERTYPE, &[0x86, 0xdd]).whole()
}

fn v4_other() -> Steps {
    v4().ne(ipv4::TOTAL_LENGTH, &[0, 0])
        .not_among(ipv4::PROTOCOL, numbers::IP4_SPECIAL)
}

fn v6_other() -> Steps {
    v6().ne(ipv6::PAYLOAD_LENGTH, &[0, 0])
        .not_among(ipv6::NEXT_HEADER, numbers::IP6_SPECIAL)
}

fn v4_udp() -> Steps {
    v4().scratch_is(CmpOp::Eq, &[17])
        .eq_masked(ipv4::FRAGMENT, &ipv4::OFFSET_OR_MORE, &[0, 0])
        .ne(ipv4::TOTAL_LENGTH, &[0, 0])
        .step(nh(0, 4).load(SCRATCH))
        .scratch_and(&[0x0f, 0, 0xff, 0xff])
        .lookup(numbers::IP4_SHORT, SCRATCH, true)
        .ne(th(0, 2), &[0, 67])
        .ne(th(2, 2), &[0, 68])
}

fn v6_udp() -> Steps {
    v6().eq(ipv6::NEXT_HEADER, &[17])
        .at_least(ipv6::PAYLOAD_LENGTH, &[0, 8])
        .ne(th(0, 2), &[2, 0x23])
        .ne(th(2, 2), &[2, 0x22])
}

/// The checks of what the frame claims, and the verdict: a rule for ports that are asked for their
/// source, and one for those that are not. Both are asked for their MAC.
fn accept(steps: &Steps, shape: &Shape, source: &Source) -> Vec<Rule> {
    let classes = shape.classes.iter().filter(|class| class.has(Guard::Mac));
    let asked: BTreeSet<bool> = classes.map(|class| class.has(source.guard)).collect();
    // Most ports are asked.
    let rule = |asked: bool| {
        let mask = guard_word(&[Guard::Mac, source.guard]);
        let value = if asked {
            mask
        } else {
            guard_word(&[Guard::Mac])
        };
        let steps = steps
            .clone()
            .port()
            .step(Expr::And {
                from: COURT,
                to: SCRATCH,
                mask: mask.to_ne_bytes().to_vec(),
            })
            .scratch_is(CmpOp::Eq, &value.to_ne_bytes())
            .owns_too(ETHERNET_SOURCE, MACS);
        let steps = match (asked, &source.set) {
            (false, _) => steps,
            (true, Some(set)) => steps.owns_too(source.field, set),
            (true, None) => return None,
        };
        Some(
            steps
                .lookup(PASSED, NAME, false)
                .then(Verdict::Accept, "the short way"),
        )
    };
    asked.into_iter().rev().filter_map(rule).collect()
}
