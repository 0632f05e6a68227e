//! Section 6, but for neighbor discovery.

use std::net::Ipv6Addr;

use vifguard_policy::{Guard, GuardSet};
use vifguard_verdict::Rule;

use crate::frame::{
    DESTINATION_OPTIONS, FRAGMENT, ICMPV6, Ip, NO_NEXT, OTHER_V6, OWN_V6, PIM, TCP, UDP, extension,
    fragment, udp,
};
use crate::row::{Row, check};

fn packet(next: u8) -> Ip<Ipv6Addr> {
    Ip::new(OWN_V6, OTHER_V6, next)
}

pub(crate) fn rows() -> Vec<Row> {
    [form(), router(), others()].into_iter().flatten().collect()
}

fn form() -> Vec<Row> {
    let short = packet(TCP).frame(&[])[..30].to_vec();
    vec![
        Row::of(
            Rule::Ipv6Unguarded,
            GuardSet::of(&[Guard::Ipv4, Guard::Arp]),
            short.clone(),
            14..54,
            &short[14..],
        ),
        Row::strict(Rule::Ipv6Form, short.clone(), 14..54, &short[14..]),
        Row::strict(
            Rule::Ipv6Own,
            packet(NO_NEXT).frame(&[]),
            22..38,
            &OWN_V6.octets(),
        ),
    ]
}

fn router() -> Vec<Row> {
    let advertisement = [134, 0, 0, 0, 0, 0, 0, 0];
    let hidden = [extension(ICMPV6), advertisement.to_vec()].concat();
    let last = [extension(FRAGMENT), fragment(PIM, 9 << 3)].concat();
    vec![
        Row::strict(
            Rule::Ipv6Router,
            packet(ICMPV6).frame(&advertisement),
            54..55,
            &[134],
        ),
        Row::strict(
            Rule::Ipv6Router,
            packet(DESTINATION_OPTIONS).frame(&hidden),
            62..63,
            &[134],
        ),
        Row::strict(Rule::Ipv6Router, packet(PIM).frame(&[0x20]), 20..21, &[PIM]),
        // An empty later fragment has no PIM header: the field that names the protocol is shown.
        Row::strict(
            Rule::Ipv6Router,
            packet(DESTINATION_OPTIONS).frame(&last),
            62..63,
            &[PIM],
        ),
    ]
}

fn others() -> Vec<Row> {
    let reply = [extension(UDP), udp(547, 546)].concat();
    vec![
        Row::strict(
            Rule::Ipv6Source,
            Ip::new(OTHER_V6, OWN_V6, UDP).frame(&udp(547, 546)),
            22..38,
            &OTHER_V6.octets(),
        ),
        Row::strict(
            Rule::Ipv6DhcpServer,
            packet(DESTINATION_OPTIONS).frame(&reply),
            62..66,
            &[2, 35, 2, 34],
        ),
    ]
}

#[test]
fn the_field_is_shown() {
    check(&rows());
}
