//! The short way for most frames: all that the contract asks of them, in one rule.
//!
//! A rule here accepts a frame only if it made every check that applies to it, and all that the frame
//! claims in one look-up, so under one policy; what it does not accept goes the long way, which finds
//! the reason. So these rules can be left out without a change of any verdict; they halve what most
//! frames cost.

use vifguard_netlink::nft::{CmpOp, Expr, MetaKey, Reg, Rule, Verdict};
use vifguard_policy::Guard;

use super::steps::{Field, NAME, SCRATCH, Steps, ll, nh, th};
use super::{Program, Shape, ipv4, ipv6, numbers};
use crate::names::{SHORT, SHORT_IP4, SHORT_IP6};

/// Ethernet source and EtherType, behind the interface's name.
const MAC_AND_TYPE: (Field, Reg) = (ll(6, 8), Reg(4));
/// Behind those.
const ADDRESS: Reg = Reg(6);
const TCP: [u8; 1] = [6];
const UDP: [u8; 1] = [17];

/// A family, and what its ports are asked for.
struct Family {
    ethertype: [u8; 2],
    guard: Guard,
    source: Field,
    set: &'static str,
    /// Frames of which a claim is all that is left to check; the most frequent first.
    plain: [fn() -> Steps; 3],
}

const IP4: Family = Family {
    ethertype: [0x08, 0x00],
    guard: Guard::Ipv4,
    source: ipv4::SOURCE,
    set: SHORT_IP4,
    plain: [v4_tcp, v4_udp, v4_other],
};

const IP6: Family = Family {
    ethertype: [0x86, 0xdd],
    guard: Guard::Ipv6,
    source: ipv6::SOURCE,
    set: SHORT_IP6,
    plain: [v6_tcp, v6_udp, v6_other],
};

/// The rules that lead there, one for each family that any port may send.
pub(crate) fn rules(program: &mut Program, shape: &Shape) -> Vec<Rule> {
    let mut rules = Vec::new();
    for family in [IP4, IP6] {
        let short = of_family(&family, shape);
        if !short.is_empty() {
            program.chain(family.set, short);
            rules.push(protocol(family.ethertype).jump(family.set, "the short way"));
        }
    }
    rules
}

/// A rule for ports that are asked for their source, and one for those that are not, for each kind of
/// frame. Both are asked for their MAC.
fn of_family(family: &Family, shape: &Shape) -> Vec<Rule> {
    let asked = |yes: bool| {
        let mut classes = shape.classes.iter().filter(|class| class.has(Guard::Mac));
        classes.any(|class| class.has(family.guard) == yes)
    };
    let mut rules = Vec::new();
    for plain in family.plain {
        let (source, to) = MAC_AND_TYPE;
        let claim = plain().name().step(source.load(to));
        if asked(true) {
            let address = claim.clone().step(family.source.load(ADDRESS));
            rules.push(accept(address, family.set));
        }
        if asked(false) {
            rules.push(accept(claim, SHORT));
        }
    }
    rules
}

fn accept(claim: Steps, set: &str) -> Rule {
    claim.count_by(set, NAME).then(Verdict::Accept, "")
}

/// Only sorts frames quickly: it does not see a tag, which the key shows.
fn protocol(ethertype: [u8; 2]) -> Steps {
    Steps::new()
        .step(Expr::Meta(MetaKey::Protocol, SCRATCH))
        .scratch_is(CmpOp::Eq, &ethertype)
}

fn v4_tcp() -> Steps {
    Steps::new()
        .whole()
        .scratch_is(CmpOp::Eq, &TCP)
        .ne(ipv4::TOTAL_LENGTH, &[0, 0])
}

/// With neither port of DHCP. One that has IPv4 options goes the long way.
fn v4_udp() -> Steps {
    Steps::new()
        .whole()
        .scratch_is(CmpOp::Eq, &UDP)
        .eq(nh(0, 1), &[0x45])
        .at_least(ipv4::TOTAL_LENGTH, &[0, 28])
        .eq_masked(ipv4::FRAGMENT, &ipv4::OFFSET_OR_MORE, &[0, 0])
        .ne(th(0, 2), &[0, 67])
        .ne(th(2, 2), &[0, 68])
}

/// Transports that say nothing about the network.
fn v4_other() -> Steps {
    Steps::new()
        .whole()
        .ne(ipv4::TOTAL_LENGTH, &[0, 0])
        .not_among(ipv4::PROTOCOL, numbers::IP4_SPECIAL)
}

fn v6_tcp() -> Steps {
    Steps::new()
        .whole()
        .eq(ipv6::NEXT_HEADER, &TCP)
        .ne(ipv6::PAYLOAD_LENGTH, &[0, 0])
}

fn v6_udp() -> Steps {
    Steps::new()
        .whole()
        .eq(ipv6::NEXT_HEADER, &UDP)
        .at_least(ipv6::PAYLOAD_LENGTH, &[0, 8])
        .ne(th(0, 2), &[2, 0x23])
        .ne(th(2, 2), &[2, 0x22])
}

fn v6_other() -> Steps {
    Steps::new()
        .whole()
        .ne(ipv6::PAYLOAD_LENGTH, &[0, 0])
        .not_among(ipv6::NEXT_HEADER, numbers::IP6_SPECIAL)
}
