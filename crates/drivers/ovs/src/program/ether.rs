//! Sections 3.2 to 3.5.

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::sieve::other_mac;
use super::{Builder, Table};
use crate::flow::{Field, Match};

const TAG: &str = "0x1000/0x1000";

pub(super) fn source(build: &mut Builder) {
    build.go(
        Table::Mac,
        1000,
        &Match::all().off(&[Guard::Mac]),
        Table::Type,
    );
    for (priority, frames) in other_mac(&Match::all(), Field::DlSrc) {
        build.refuse(Table::Mac, priority, &frames, Reason::Mac);
    }
    build.go(Table::Mac, 100, &Match::all().one_mac(), Table::Type);
    build.refuse(Table::Mac, 0, &Match::all(), Reason::Mac);
}

pub(super) fn types(build: &mut Builder) {
    // The switch takes one tag off (more with other_config:vlan-limit), of the first two kinds only, and
    // only where the frame does not end in it.
    let tagged = [
        Match::all().with(Field::VlanTci, TAG),
        Match::all().with(Field::DlType, "0x8100"),
        Match::all().with(Field::DlType, "0x88a8"),
        Match::all().with(Field::DlType, "0x9100"),
    ];
    for (frames, priority) in tagged.into_iter().zip([100, 90, 90, 90]) {
        build.refuse(
            Table::Type,
            priority,
            &frames.clone().on(Guard::L2),
            Reason::Vlan,
        );
        build.go(
            Table::Type,
            priority,
            &frames.off(&[Guard::L2]),
            Table::Pass,
        );
    }
    let asked: [(&str, Table, &[Guard]); 4] = [
        ("arp", Table::Arp, &[Guard::Mac, Guard::Arp]),
        ("rarp", Table::Arp, &[Guard::Mac, Guard::Arp]),
        (
            "ip",
            Table::Ip4,
            &[Guard::Ipv4, Guard::Router, Guard::DhcpServer],
        ),
        (
            "ipv6",
            Table::Ip6,
            &[
                Guard::Ipv6,
                Guard::Nd,
                Guard::Mac,
                Guard::Router,
                Guard::DhcpServer,
            ],
        ),
    ];
    for (word, table, guards) in asked {
        let frames = Match::protocol(word);
        build.go(Table::Type, 80, &frames.clone().off(guards), Table::Pass);
        build.go(Table::Type, 70, &frames, table);
    }
    build.refuse(Table::Type, 10, &Match::all().on(Guard::L2), Reason::L2);
    build.go(Table::Type, 0, &Match::all(), Table::Pass);
}
