//! The short way for most frames: all that the contract asks of them, in one rule.
//!
//! A rule here accepts a frame only if it made every check that applies to it, on one look-up of the
//! port; what it does not accept goes the long way, which finds the reason. So these rules can be
//! left out without a change of any verdict; they halve what most frames cost.

use vifguard_netlink::nft::{CmpOp, Rule, Verdict};
use vifguard_policy::Guard;

use super::court::{ETHERNET_SOURCE, ETHERTYPE};
use super::steps::{Field, NAME, Steps, nh, th};
use super::{Shape, ipv4, ipv6, numbers};
use crate::class::Court;
use crate::names::{self, MACS, PASSED};

/// A transport that says nothing about the network, then UDP with neither port of DHCP.
pub(crate) fn rules(court: Court, shape: &Shape) -> Vec<Rule> {
    let mut rules = Vec::new();
    if ipv4::looked_into(court.class) {
        let whole = || Steps::new().eq(ETHERTYPE, &[0x08, 0x00]).whole();
        let other = whole()
            .ne(ipv4::TOTAL_LENGTH, &[0, 0])
            .not_among(ipv4::PROTOCOL, numbers::IP4_SPECIAL);
        let udp = whole()
            .scratch_is(CmpOp::Eq, &[17])
            .eq_masked(ipv4::FRAGMENT, &ipv4::OFFSET_OR_MORE, &[0, 0])
            .ne(ipv4::TOTAL_LENGTH, &[0, 0])
            .not_short()
            .ne(th(0, 2), &[0, 67])
            .ne(th(2, 2), &[0, 68]);
        let source = (Guard::Ipv4, ipv4::SOURCE, names::v4(32));
        let known = shape.v4_lengths.contains(&32);
        rules.extend([other, udp].map(|steps| accept(steps, court, &source, known)));
    }
    if ipv6::looked_into(court.class) {
        let whole = || Steps::new().eq(ETHERTYPE, &[0x86, 0xdd]).whole();
        let other = whole()
            .ne(ipv6::PAYLOAD_LENGTH, &[0, 0])
            .not_among(ipv6::NEXT_HEADER, numbers::IP6_SPECIAL);
        let udp = whole()
            .eq(ipv6::NEXT_HEADER, &[17])
            .at_least(ipv6::PAYLOAD_LENGTH, &[0, 8])
            .ne(th(0, 2), &[2, 0x23])
            .ne(th(2, 2), &[2, 0x22]);
        let source = (Guard::Ipv6, ipv6::SOURCE, names::v6(128));
        let known = shape.v6_lengths.contains(&128);
        rules.extend([other, udp].map(|steps| accept(steps, court, &source, known)));
    }
    rules.into_iter().flatten().collect()
}

/// The checks of what the frame claims, and the verdict. None if the port owns no single address.
fn accept(
    steps: Steps,
    court: Court,
    (guard, source, set): &(Guard, Field, String),
    known: bool,
) -> Option<Rule> {
    let mut steps = steps.port_of(court);
    if court.class.has(Guard::Mac) {
        steps = steps.owns_too(ETHERNET_SOURCE, MACS);
    }
    if court.class.has(*guard) {
        if !known {
            return None;
        }
        steps = steps.owns_too(*source, set);
    }
    Some(
        steps
            .lookup(PASSED, NAME, false)
            .then(Verdict::Accept, "the short way"),
    )
}

impl Steps {
    /// At least 8 bytes behind the IPv4 header.
    fn not_short(self) -> Steps {
        self.step(nh(0, 4).load(super::steps::SCRATCH))
            .scratch_and(&[0x0f, 0, 0xff, 0xff])
            .lookup(numbers::IP4_SHORT, super::steps::SCRATCH, true)
    }
}
