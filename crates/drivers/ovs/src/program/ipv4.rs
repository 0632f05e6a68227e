//! Section 5. Of a packet that the switch finds malformed every field of IPv4 is zero, and of an upper
//! layer that is too short its ports, or type and code.

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::{Builder, Shape, Table, never_own_v4};
use crate::flow::{Field, Match};

const IGMP: u8 = 2;
const PIM: u8 = 103;
const REDIRECT: u8 = 5;
const ADVERTISEMENT: u8 = 9;

pub(super) fn form(build: &mut Builder, shape: Shape) {
    let nothing = Match::protocol("ip")
        .with(Field::NwSrc, "0.0.0.0")
        .with(Field::NwDst, "0.0.0.0")
        .with(Field::NwProto, 0)
        .with(Field::NwTos, 0)
        .with(Field::NwTtl, 0);
    build.refuse(Table::Ip4, 200, &nothing, Reason::Ipv4Malformed);
    let short = Match::protocol("udp")
        .with(Field::NwFrag, "not_later")
        .with(Field::TpSrc, 0)
        .with(Field::TpDst, 0);
    build.refuse(Table::Ip4, 190, &short, Reason::Ipv4Malformed);
    if !shape.sight.first_fragments {
        for word in ["udp", "icmp"] {
            let first = Match::protocol(word).with(Field::NwFrag, "first");
            build.refuse(Table::Ip4, 190, &first, Reason::Ipv4Malformed);
        }
    }
    for kind in [REDIRECT, ADVERTISEMENT] {
        let icmp = Match::protocol("icmp").with(Field::IcmpType, kind);
        build.refuse(Table::Ip4, 150, &icmp.on(Guard::Router), Reason::Router);
    }
    // OpenFlow has no field for IGMP's type, so a report cannot be told from a query.
    let igmp = Match::protocol("ip")
        .with(Field::NwProto, IGMP)
        .with(Field::NwFrag, "not_later");
    build.refuse(Table::Ip4, 150, &igmp.on(Guard::Router), Reason::Router);
    let pim = Match::protocol("ip").with(Field::NwProto, PIM);
    build.refuse(Table::Ip4, 150, &pim.on(Guard::Router), Reason::Router);
    build.go(
        Table::Ip4,
        100,
        &Match::protocol("ip").on(Guard::Ipv4),
        Table::Ip4Source,
    );
    build.go(Table::Ip4, 0, &Match::protocol("ip"), Table::Dhcp4);
}

pub(super) fn source(build: &mut Builder) {
    let client = Match::protocol("udp")
        .with(Field::NwSrc, "0.0.0.0")
        .with(Field::NwDst, "255.255.255.255")
        .with(Field::NwFrag, "no")
        .with(Field::TpSrc, 68)
        .with(Field::TpDst, 67);
    build.go(Table::Ip4Source, 200, &client, Table::Dhcp4);
    for net in never_own_v4() {
        let frames = Match::protocol("ip").v4(Field::NwSrc, net);
        build.refuse(Table::Ip4Source, 180, &frames, Reason::Ipv4);
    }
    build.refuse(Table::Ip4Source, 0, &Match::protocol("ip"), Reason::Ipv4);
}

pub(super) fn dhcp(build: &mut Builder) {
    for (field, port) in [(Field::TpSrc, 67), (Field::TpDst, 68)] {
        let server = Match::protocol("udp")
            .with(field, port)
            .on(Guard::DhcpServer);
        build.refuse(Table::Dhcp4, 100, &server, Reason::DhcpServer);
    }
    build.go(Table::Dhcp4, 0, &Match::protocol("ip"), Table::Pass);
}
