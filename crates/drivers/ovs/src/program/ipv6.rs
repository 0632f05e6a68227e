//! Sections 6.1, 6.2, 6.4 and 6.7. Of a packet that ends too early every field of IPv6 is zero; of one
//! whose chain of headers cannot be walked the next header is.

use vifguard_policy::{Guard, Ipv6Net};
use vifguard_verdict::Reason;

use super::nd::{MESSAGES, message};
use super::sieve::{other_v6, some_mac, some_v6};
use super::word::UNSPECIFIED;
use super::{Builder, Shape, Table};
use crate::flow::{Field, Match};

const NO_NEXT: u8 = 59;
const PIM: u8 = 103;
/// Listener query, router advertisement, redirect, multicast router advertisement.
const ROUTERS: [u8; 4] = [130, 134, 137, 151];
/// Listener reports and done.
const REPORTS: [u8; 3] = [131, 132, 143];

pub(super) fn form(build: &mut Builder, shape: Shape) {
    let proto = |number: u8| Match::protocol("ipv6").with(Field::NwProto, number);
    let malformed = |build: &mut Builder, frames: &Match| {
        build.refuse(Table::Ip6, 200, frames, Reason::Ipv6Malformed);
    };
    malformed(build, &proto(0));
    // Behind an extension header it must not stand, and that header is not seen.
    malformed(build, &proto(NO_NEXT));
    for word in ["udp6", "tcp6", "sctp6"] {
        let short = Match::protocol(word)
            .with(Field::NwFrag, "not_later")
            .with(Field::TpSrc, 0)
            .with(Field::TpDst, 0);
        malformed(build, &short);
    }
    let short = Match::protocol("icmp6").with(Field::IcmpType, 0);
    malformed(build, &short);
    if !shape.sight.first_fragments {
        for word in ["udp6", "icmp6"] {
            let first = Match::protocol(word).with(Field::NwFrag, "first");
            malformed(build, &first);
        }
    }
    for kind in ROUTERS {
        let icmp = Match::protocol("icmp6").with(Field::IcmpType, kind);
        build.refuse(Table::Ip6, 150, &icmp.on(Guard::Router), Reason::Router);
    }
    build.refuse(
        Table::Ip6,
        150,
        &proto(PIM).on(Guard::Router),
        Reason::Router,
    );
    for kind in MESSAGES {
        let unasked = message(kind).off(&[Guard::Ipv6, Guard::Nd, Guard::Mac]);
        build.go(Table::Ip6, 130, &unasked, Table::Ip6Specified);
        build.go(Table::Ip6, 120, &message(kind), Table::NdForm);
    }
    build.go(Table::Ip6, 0, &Match::protocol("ipv6"), Table::Ip6Specified);
}

pub(super) fn specified(build: &mut Builder) {
    let ip6 = Match::protocol("ipv6");
    let unasked = ip6.clone().off(&[Guard::Ipv6, Guard::Nd]);
    build.go(Table::Ip6Specified, 1100, &unasked, Table::NdHasSll);
    for (priority, frames) in some_v6(&ip6, Field::Ipv6Src) {
        build.go(Table::Ip6Specified, priority, &frames, Table::Ip6Source);
    }
    build.note(
        Table::Ip6Specified,
        0,
        &ip6,
        UNSPECIFIED,
        Table::Ip6Unspecified,
    );
}

pub(super) fn unspecified(build: &mut Builder, shape: Shape) {
    let table = Table::Ip6Unspecified;
    let ip6 = Match::protocol("ipv6");
    build.go(
        table,
        1100,
        &ip6.clone().off(&[Guard::Ipv6]),
        Table::NdHasSll,
    );
    let solicitation = message(135);
    for (priority, frames) in some_mac(&solicitation, Field::NdSll) {
        build.refuse(table, priority, &frames, Reason::Ipv6);
    }
    if shape.sight.option_types {
        // An option that is there and all zeros.
        let zero = solicitation.clone().with(Field::NdOptionsType, 1);
        build.refuse(table, 200, &zero, Reason::Ipv6);
    }
    let group = solicitation.with(Field::Ipv6Dst, "ff02::1:ff00:0/104");
    build.go(table, 100, &group, Table::NdHasSll);
    build.go(table, 100, &message(133), Table::NdHasSll);
    for kind in REPORTS {
        let report = message(kind)
            .with(Field::Ipv6Dst, "ff00::/8")
            .with(Field::NwFrag, "no");
        build.go(table, 100, &report, Table::NdHasSll);
    }
    build.refuse(table, 0, &ip6, Reason::Ipv6);
}

pub(super) fn source(build: &mut Builder) {
    let ip6 = Match::protocol("ipv6");
    for (priority, frames) in other_v6(&ip6, Field::Ipv6Src) {
        build.go(Table::Ip6Source, priority, &frames, Table::Ip6Foreign);
    }
    for net in never_own() {
        let frames = ip6.clone().v6(Field::Ipv6Src, net);
        build.go(Table::Ip6Source, 270, &frames, Table::Ip6Foreign);
    }
    build.go(Table::Ip6Source, 0, &ip6, Table::Ip6Foreign);
    build.refuse(
        Table::Ip6Foreign,
        100,
        &ip6.clone().on(Guard::Ipv6),
        Reason::Ipv6,
    );
    build.note(
        Table::Ip6Foreign,
        0,
        &ip6,
        super::word::FOREIGN,
        Table::NdHasSll,
    );
}

/// Where no address is own but by an entry that lies inside fe80::/10.
pub(super) fn never_own() -> [Ipv6Net; 4] {
    [(0xfe80, 0, 10), (0xff00, 0, 8), (0, 0, 128), (0, 1, 128)].map(|(first, last, length)| {
        Ipv6Net::new_assert([first, 0, 0, 0, 0, 0, 0, last].into(), length)
    })
}

pub(super) fn dhcp(build: &mut Builder) {
    for guard in [Guard::Mac, Guard::Nd] {
        for kind in [141, 142] {
            build.refuse(
                Table::Dhcp6,
                200,
                &message(kind).on(guard),
                Reason::NdTarget,
            );
        }
    }
    for (field, port) in [(Field::TpSrc, 547), (Field::TpDst, 546)] {
        let server = Match::protocol("udp6")
            .with(field, port)
            .on(Guard::DhcpServer);
        build.refuse(Table::Dhcp6, 100, &server, Reason::DhcpServer);
    }
    build.go(Table::Dhcp6, 0, &Match::protocol("ipv6"), Table::Pass);
}
