//! The short way for most frames: all that the contract asks of them, in one rule.
//!
//! A rule here accepts a frame only if it made every check that applies to it, and all that the frame
//! claims in one look-up, so under one policy; what it does not accept goes the long way, which finds
//! the reason. So these rules can be left out without a change of any verdict; they halve what most
//! frames cost.
//!
//! They stand before [what makes IPv6 headers readable](super::flatten), so of what the kernel found out
//! about a packet they believe one thing: that its lengths are right, which it checks wherever the header
//! lies. Where its search for the upper layer goes astray it may say that there is none, and the frame goes
//! the long way. What costs is the functions that the kernel calls: comparing and loading up to four bytes behind the
//! network header calls none, so that comes first.

use vifguard_netlink::nft::{Reg, Rule, Verdict};
use vifguard_policy::Guard;

use super::steps::{Field, NAME, Steps, ll, nh, th};
use super::{Program, Shape, ipv4, ipv6, numbers, witness};
use crate::class::By;
use crate::names::{SHORT, SHORT_IP4, SHORT_IP6};

/// Ethernet source and EtherType, behind the interface's name.
const MAC_AND_TYPE: (Field, Reg) = (ll(6, 8), Reg(4));
/// Behind those.
const ADDRESS: Reg = Reg(6);
const TCP: [u8; 1] = [6];
const UDP: [u8; 1] = [17];

/// A family, and what its ports are asked for.
struct Family {
    /// Finds its packets quickly, in steps that the kernel takes without calling a function. What they
    /// are is settled by the EtherType in the key.
    seems: fn() -> Steps,
    guard: Guard,
    source: Field,
    set: &'static str,
    /// Frames of which a claim is all that is left to check; the most frequent first.
    plain: [fn() -> Steps; 3],
}

const IP4: Family = Family {
    // One that has options goes the long way.
    seems: || Steps::new().eq(nh(0, 1), &[0x45]),
    guard: Guard::Ipv4,
    source: ipv4::SOURCE,
    set: SHORT_IP4,
    plain: [v4_tcp, v4_udp, v4_other],
};

const IP6: Family = Family {
    seems: || Steps::new().eq_masked(nh(0, 1), &[0xf0], &[0x60]),
    guard: Guard::Ipv6,
    source: ipv6::SOURCE,
    set: SHORT_IP6,
    plain: [v6_tcp, v6_udp, v6_other],
};

/// The rules that lead there.
pub(crate) fn rules() -> Vec<Rule> {
    let lead = |family: &Family| (family.seems)().jump(family.set, "the short way");
    [IP4, IP6].iter().map(lead).collect()
}

/// The chains; without rules where no port may go that way.
pub(crate) fn chains(program: &mut Program, shape: &Shape) {
    for family in [IP4, IP6] {
        program.chain(family.set, of_family(&family, shape));
    }
}

/// A rule for ports that are asked for their source, and one for those that are not, for each kind of
/// frame. Both are asked for their MAC.
fn of_family(family: &Family, shape: &Shape) -> Vec<Rule> {
    let asked = |by: By, yes: bool| {
        let classes = shape.classes.iter().filter(|class| class.by == by);
        let mut classes = classes.filter(|class| class.has(Guard::Mac));
        classes.any(|class| class.has(family.guard) == yes)
    };
    let mut rules = Vec::new();
    let kinds = shape.kinds();
    for (plain, by) in family
        .plain
        .iter()
        .flat_map(|plain| kinds.iter().map(move |by| (plain, *by)))
    {
        let (source, to) = MAC_AND_TYPE;
        let claim = plain().interface(by).step(source.load(to));
        if asked(by, true) {
            let address = claim.clone().steps(family.source.load_words(ADDRESS));
            rules.push(accept(address, family.set));
        }
        if asked(by, false) {
            rules.push(accept(claim, SHORT));
        }
    }
    rules
}

fn accept(claim: Steps, set: &str) -> Rule {
    let counted = claim.count_by(set, NAME).steps(witness::set());
    counted.then(Verdict::Accept, "")
}

fn v4_tcp() -> Steps {
    Steps::new()
        .eq(ipv4::PROTOCOL, &TCP)
        .ne(ipv4::TOTAL_LENGTH, &[0, 0])
        .whole()
}

/// With neither port of DHCP.
fn v4_udp() -> Steps {
    Steps::new()
        .eq(ipv4::PROTOCOL, &UDP)
        .at_least(ipv4::TOTAL_LENGTH, &[0, 28])
        .eq_masked(ipv4::FRAGMENT, &ipv4::OFFSET_OR_MORE, &[0, 0])
        .ne(th(0, 2), &[0, 67])
        .ne(th(2, 2), &[0, 68])
        .whole()
}

/// Transports that say nothing about the network.
fn v4_other() -> Steps {
    Steps::new()
        .ne(ipv4::TOTAL_LENGTH, &[0, 0])
        .not_among(ipv4::PROTOCOL, numbers::IP4_SPECIAL)
        .whole()
}

fn v6_tcp() -> Steps {
    Steps::new()
        .eq(ipv6::NEXT_HEADER, &TCP)
        .ne(ipv6::PAYLOAD_LENGTH, &[0, 0])
        .whole()
}

fn v6_udp() -> Steps {
    Steps::new()
        .eq(ipv6::NEXT_HEADER, &UDP)
        .at_least(ipv6::PAYLOAD_LENGTH, &[0, 8])
        .ne(nh(40, 2), &[2, 0x23])
        .ne(nh(42, 2), &[2, 0x22])
        .whole()
}

fn v6_other() -> Steps {
    Steps::new()
        .ne(ipv6::PAYLOAD_LENGTH, &[0, 0])
        .not_among(ipv6::NEXT_HEADER, numbers::IP6_SPECIAL)
        .whole()
}
