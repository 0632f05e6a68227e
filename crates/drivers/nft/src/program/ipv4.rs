//! Section 5: IPv4.

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::own::{self, Claim};
use super::steps::{Field, Steps, nh, th};
use super::{Program, Shape, numbers};
use crate::class::{Class, Court};

const LENGTHS: Field = nh(0, 4);
pub(crate) const TOTAL_LENGTH: Field = nh(2, 2);
pub(crate) const FRAGMENT: Field = nh(6, 2);
pub(crate) const PROTOCOL: Field = nh(9, 1);
pub(crate) const SOURCE: Field = nh(12, 4);
const DESTINATION: Field = nh(16, 4);
/// ICMP and IGMP type.
const TYPE: Field = th(0, 1);
/// Both UDP ports.
const PORTS: Field = th(0, 4);

const OFFSET: [u8; 2] = [0x1f, 0xff];
pub(crate) const OFFSET_OR_MORE: [u8; 2] = [0x3f, 0xff];
const ICMP: [u8; 1] = [1];
const IGMP: [u8; 1] = [2];
const UDP: [u8; 1] = [17];
const PIM: [u8; 1] = [103];

pub(crate) fn looked_into(class: Class) -> bool {
    class.any(&[Guard::Ipv4, Guard::Router, Guard::DhcpServer])
}

pub(crate) fn chains(program: &mut Program, court: Court, shape: &Shape) {
    let class = court.class;
    let part = |part: &str| court.chain(part);

    program.chain(
        part("ip4"),
        vec![
            // A total length of 0 is how the kernel writes packets over 64 KiB: refused.
            Steps::new()
                .whole()
                .ne(TOTAL_LENGTH, &[0, 0])
                .goto(part("ip4.whole"), ""),
            Steps::new().refuse(court.fate(), Reason::Ipv4Malformed, "5.1 form of IPv4"),
        ],
    );

    let mut whole = Vec::new();
    if class.has(Guard::Router) {
        whole.push(
            Steps::new()
                .eq(PROTOCOL, &PIM)
                .refuse(court.fate(), Reason::Router, "5.2 PIM"),
        );
    }
    let heads = Steps::new().among(PROTOCOL, numbers::IP4_HEADS);
    whole.push(heads.jump(part("ip4.head"), ""));
    if class.has(Guard::Ipv4) {
        let claim = Claim {
            field: SOURCE,
            reason: Reason::Ipv4,
            comment: "5.3 IPv4 source",
        };
        own::v4(program, part("ip4.source"), court, shape, claim);
        whole.push(Steps::new().jump(part("ip4.source"), ""));
    }
    if class.has(Guard::DhcpServer) {
        whole.push(Steps::new().eq(PROTOCOL, &UDP).goto(part("ip4.udp"), ""));
        udp(program, court);
    }
    whole.push(Steps::new().goto(part("pass"), ""));
    program.chain(part("ip4.whole"), whole);
    head(program, court);
}

/// Heads of ICMP, IGMP and UDP: what they say, and who may speak without an address.
fn head(program: &mut Program, court: Court) {
    let short = Steps::new().among_masked(LENGTHS, &[0x0f, 0, 0xff, 0xff], numbers::IP4_SHORT);
    let mut rules = vec![
        Steps::new()
            .ne_masked(FRAGMENT, &OFFSET, &[0, 0])
            .back("a later fragment"),
        short.refuse(court.fate(), Reason::Ipv4Malformed, "5.1 a whole head"),
    ];
    if court.class.has(Guard::Router) {
        for (protocol, kind, comment) in [
            (ICMP, 5, "5.2 redirect"),
            (ICMP, 9, "5.2 router advertisement"),
            (IGMP, 0x11, "5.2 membership query"),
            (IGMP, 0x30, "5.2 multicast router advertisement"),
        ] {
            let speaks = Steps::new().eq(PROTOCOL, &protocol).eq(TYPE, &[kind]);
            rules.push(speaks.refuse(court.fate(), Reason::Router, comment));
        }
    }
    if court.class.has(Guard::Ipv4) {
        let unspecified = || {
            Steps::new()
                .eq(SOURCE, &[0; 4])
                .eq_masked(FRAGMENT, &OFFSET_OR_MORE, &[0, 0])
        };
        let client = unspecified()
            .eq(DESTINATION, &[255; 4])
            .eq(PROTOCOL, &UDP)
            .eq(PORTS, &[0, 68, 0, 67]);
        rules.push(client.goto(court.chain("pass"), "5.3a DHCP client"));
        let report = unspecified()
            .eq_masked(DESTINATION.first(1), &[0xf0], &[0xe0])
            .eq(PROTOCOL, &IGMP)
            .among(TYPE, numbers::IGMP_REPORTS);
        rules.push(report.goto(court.chain("pass"), "5.3b report"));
    }
    program.chain(court.chain("ip4.head"), rules);
}

/// A later fragment has no ports, whatever its bytes look like; the kernel would load them.
fn udp(program: &mut Program, court: Court) {
    let (source, destination) = (th(0, 2), th(2, 2));
    program.chain(
        court.chain("ip4.udp"),
        vec![
            Steps::new()
                .ne_masked(FRAGMENT, &OFFSET, &[0, 0])
                .goto(court.chain("pass"), ""),
            Steps::new().eq(source, &[0, 67]).refuse(
                court.fate(),
                Reason::DhcpServer,
                "5.4 server's port",
            ),
            Steps::new().eq(destination, &[0, 68]).refuse(
                court.fate(),
                Reason::DhcpServer,
                "5.4 client's port",
            ),
            Steps::new().goto(court.chain("pass"), ""),
        ],
    );
}
