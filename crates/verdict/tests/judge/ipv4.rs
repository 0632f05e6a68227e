//! Section 5.

use std::net::Ipv4Addr;

use vifguard_policy::{Guard, GuardSet};
use vifguard_verdict::Rule;

use crate::frame::{ICMP, IGMP, Ip, OTHER_V4, OWN_V4, PIM, TCP, UDP, udp};
use crate::row::{Row, check};

const NOBODY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;
const ALL_ROUTERS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 2);

pub(crate) fn rows() -> Vec<Row> {
    [form(), router(), source()].into_iter().flatten().collect()
}

fn form() -> Vec<Row> {
    let good = Ip::new(OWN_V4, OTHER_V4, TCP).frame(&[0; 20]);
    let short = good[..17].to_vec();
    vec![
        Row::of(
            Rule::Ipv4Unguarded,
            GuardSet::of(&[Guard::Mac, Guard::Arp]),
            short.clone(),
            14..34,
            &short[14..],
        ),
        Row::strict(Rule::Ipv4Form, short.clone(), 14..34, &short[14..]),
        Row::strict(Rule::Ipv4Own, good, 26..30, &OWN_V4.octets()),
    ]
}

fn router() -> Vec<Row> {
    let packet = |next| Ip::new(OWN_V4, OTHER_V4, next);
    let mut options = packet(ICMP).frame(&[1, 1, 1, 1, 5, 0, 0, 0, 0, 0, 0, 0]);
    options[14] = 0x46;
    vec![
        // Behind IPv4 options: the type is not at a fixed place.
        Row::strict(Rule::Ipv4Router, options, 38..39, &[5]),
        Row::strict(
            Rule::Ipv4Router,
            packet(IGMP).frame(&[0x11, 0, 0, 0, 0, 0, 0, 0]),
            34..35,
            &[0x11],
        ),
        // A later fragment has no PIM header: the protocol field is what it is known by.
        Row::strict(
            Rule::Ipv4Router,
            packet(PIM).fragment(9).frame(&[]),
            23..24,
            &[PIM],
        ),
    ]
}

fn source() -> Vec<Row> {
    let discover = Ip::new(NOBODY, Ipv4Addr::BROADCAST, UDP).frame(&udp(68, 67));
    let report = Ip::new(NOBODY, ALL_ROUTERS, IGMP).frame(&[0x22, 0, 0, 0, 0, 0, 0, 0]);
    let offer = Ip::new(OWN_V4, OTHER_V4, UDP).frame(&udp(67, 68));
    vec![
        Row::strict(
            Rule::Ipv4Source,
            Ip::new(OTHER_V4, OWN_V4, UDP).frame(&udp(67, 68)),
            26..30,
            &OTHER_V4.octets(),
        ),
        Row::strict(
            Rule::Ipv4DhcpClient,
            discover.clone(),
            26..34,
            &discover[26..34],
        ),
        Row::strict(Rule::Ipv4Report, report.clone(), 26..34, &report[26..34]),
        Row::strict(Rule::Ipv4DhcpServer, offer, 34..38, &[0, 67, 0, 68]),
    ]
}

#[test]
fn the_field_is_shown() {
    check(&rows());
}
