//! Section 6, rules 1, 2, 4 and 7: IPv6.
//!
//! The kernel walks the headers itself: `meta l4proto` is set where it came to the upper layer (or to
//! a later fragment), `@th` where the upper layer is in this packet. A rule that uses what is not
//! set does not match, so every chain ends in a refusal.

use vifguard_netlink::nft::CmpOp;
use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::own::{self, Claim};
use super::steps::{Field, Steps, nh, th};
use super::{Program, Shape, nd, numbers, shared};
use crate::class::{Class, Court};

const VERSION: Field = nh(0, 1);
pub(crate) const PAYLOAD_LENGTH: Field = nh(4, 2);
pub(crate) const NEXT_HEADER: Field = nh(6, 1);
pub(crate) const SOURCE: Field = nh(8, 16);
pub(crate) const DESTINATION: Field = nh(24, 16);
pub(crate) const TYPE: Field = th(0, 1);

const UDP: u8 = 17;
const AH: u8 = 51;
const ICMPV6: u8 = 58;
const NO_NEXT: u8 = 59;
const PIM: u8 = 103;

pub(crate) fn looked_into(class: Class) -> bool {
    class.any(&[
        Guard::Ipv6,
        Guard::Nd,
        Guard::Mac,
        Guard::Router,
        Guard::DhcpServer,
    ])
}

fn malformed(court: Court) -> vifguard_netlink::nft::Rule {
    Steps::new().refuse(court.fate(), Reason::Ipv6Malformed, "6.1 form of IPv6")
}

pub(crate) fn chains(program: &mut Program, court: Court, shape: &Shape) {
    let part = |part: &str| court.chain(part);
    program.chain(
        part("ip6"),
        vec![
            Steps::new()
                .among(NEXT_HEADER, numbers::IP6_SPECIAL)
                .goto(part("ip6.special"), ""),
            Steps::new()
                .whole()
                .ne(PAYLOAD_LENGTH, &[0, 0])
                .goto(part("ip6.other"), ""),
            malformed(court),
        ],
    );
    program.chain(
        part("ip6.special"),
        vec![
            Steps::new()
                .among(NEXT_HEADER, numbers::IP6_EXTENSIONS)
                .goto(part("ip6.extended"), ""),
            Steps::new().whole().goto(part("ip6.plain"), ""),
            malformed(court),
        ],
    );
    let source = Claim {
        field: SOURCE,
        reason: Reason::Ipv6,
        comment: "6.4 IPv6 source",
    };
    if court.class.has(Guard::Ipv6) {
        own::v6(program, part("ip6.source"), court, shape, source);
    }
    plain(program, court);
    extended(program, court);
    upper(program, court);
    nd::chains(program, court, shape);
}

/// Only the source is left to check.
fn check_source(court: Court) -> Vec<vifguard_netlink::nft::Rule> {
    let source = Steps::new().jump(court.chain("ip6.source"), "");
    court
        .class
        .has(Guard::Ipv6)
        .then_some(source)
        .into_iter()
        .collect()
}

/// No extension header, and an upper layer that is looked into.
fn plain(program: &mut Program, court: Court) {
    let other = court.chain("ip6.other");
    let next = |protocol: u8| Steps::new().eq(NEXT_HEADER, &[protocol]);
    let mut rules = vec![
        next(NO_NEXT).goto(other.clone(), "nothing follows"),
        Steps::new()
            .eq(PAYLOAD_LENGTH, &[0, 0])
            .refuse(court.fate(), Reason::Ipv6Malformed, "6.1"),
    ];
    rules.push(next(PIM).goto(court.chain("ip6.pim"), ""));
    rules.push(Steps::new().below(PAYLOAD_LENGTH, &[0, 8]).refuse(
        court.fate(),
        Reason::Ipv6Malformed,
        "6.1 a whole head",
    ));
    rules.push(next(AH).goto(other, ""));
    rules.push(Steps::new().goto(court.chain("ip6.upper"), ""));
    program.chain(court.chain("ip6.plain"), rules);
}

/// Extension headers: they must fill the frame, and a head must show its upper layer.
fn extended(program: &mut Program, court: Court) {
    let part = |part: &str| court.chain(part);
    // The eighth byte of the upper layer is there.
    let eight = th(7, 1);
    let one = th(0, 1);
    let offset = || Steps::new().fragment(2, 2).scratch_and(&[0xff, 0xf8]);
    let later = || offset().scratch_is(CmpOp::Ne, &[0, 0]);
    program.chain(
        part("ip6.extended"),
        vec![
            Steps::new().ne_masked(VERSION, &[0xf0], &[0x60]).refuse(
                court.fate(),
                Reason::Ipv6Malformed,
                "6.1 version",
            ),
            Steps::new().eq(PAYLOAD_LENGTH, &[0, 0]).refuse(
                court.fate(),
                Reason::Ipv6Malformed,
                "6.1 jumbograms",
            ),
            Steps::new().jump(court.fate().name(shared::FILLED), ""),
            // Whole, if its identification is there.
            later()
                .fragment(4, 4)
                .goto(part("ip6.pim"), "a later fragment"),
            later().refuse(
                court.fate(),
                Reason::Ipv6Malformed,
                "6.1 half a fragment header",
            ),
            Steps::new()
                .fragment(0, 1)
                .scratch_in(numbers::IP6_EXTENSIONS)
                .refuse(
                    court.fate(),
                    Reason::Ipv6Malformed,
                    "6.1 headers behind a fragment header",
                ),
            Steps::new()
                .upper_is(UDP)
                .reaches(eight)
                .goto(part("ip6.upper"), ""),
            Steps::new()
                .upper_is(ICMPV6)
                .reaches(eight)
                .goto(part("ip6.upper"), ""),
            Steps::new()
                .upper_is(AH)
                .reaches(eight)
                .goto(part("ip6.other"), ""),
            Steps::new().whole().scratch_in(numbers::IP6_HEADS).refuse(
                court.fate(),
                Reason::Ipv6Malformed,
                "6.1 a whole head",
            ),
            Steps::new().whole().reaches(one).goto(part("ip6.pim"), ""),
            malformed(court),
        ],
    );
    let mut pim = Vec::new();
    if court.class.has(Guard::Router) {
        pim.push(
            Steps::new()
                .upper_is(PIM)
                .refuse(court.fate(), Reason::Router, "6.2 PIM"),
        );
    }
    pim.push(Steps::new().goto(part("ip6.other"), ""));
    program.chain(part("ip6.pim"), pim);
    let mut other = check_source(court);
    other.push(Steps::new().goto(part("pass"), ""));
    program.chain(part("ip6.other"), other);
}

/// A head of UDP or ICMPv6 of at least 8 bytes.
fn upper(program: &mut Program, court: Court) {
    let class = court.class;
    let pass = || Steps::new().goto(court.chain("pass"), "");

    let mut udp = check_source(court);
    if class.has(Guard::DhcpServer) {
        for (field, port) in [(th(0, 2), [2, 0x23]), (th(2, 2), [2, 0x22])] {
            let server = Steps::new().eq(field, &port);
            udp.push(server.refuse(court.fate(), Reason::DhcpServer, "6.7 server"));
        }
    }
    udp.push(pass());
    program.chain(court.chain("ip6.udp"), udp);

    let mut icmp = vec![
        Steps::new()
            .among(TYPE, numbers::ND)
            .goto(court.chain("nd"), ""),
    ];
    if class.has(Guard::Router) {
        let speaks = Steps::new().among(TYPE, numbers::IP6_ROUTERS);
        icmp.push(speaks.refuse(court.fate(), Reason::Router, "6.2 router"));
    }
    if class.has(Guard::Ipv6) {
        let report = Steps::new()
            .eq(SOURCE, &[0; 16])
            .eq(DESTINATION.first(1), &[0xff])
            .among(TYPE, numbers::MLD_REPORTS)
            .fragmented(false);
        icmp.push(report.goto(court.chain("pass"), "6.4b report"));
    }
    icmp.extend(check_source(court));
    if class.any(&[Guard::Mac, Guard::Nd]) {
        let inverse = Steps::new().among(TYPE, numbers::INVERSE_ND);
        icmp.push(inverse.refuse(court.fate(), Reason::NdTarget, "6.6 inverse discovery"));
    }
    icmp.push(pass());
    program.chain(court.chain("ip6.icmp"), icmp);

    program.chain(
        court.chain("ip6.upper"),
        vec![
            Steps::new().upper_is(UDP).goto(court.chain("ip6.udp"), ""),
            Steps::new()
                .upper_is(ICMPV6)
                .goto(court.chain("ip6.icmp"), ""),
            malformed(court),
        ],
    );
}
