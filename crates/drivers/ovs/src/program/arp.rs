//! Section 4. The switch reads ARP and RARP only if they are Ethernet and IPv4, whole, and of an
//! operation below 256; of all others every field is zero.

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::sieve::other_mac;
use super::{Builder, Table, never_own_v4};
use crate::flow::{Field, Match};

pub(super) fn form(build: &mut Builder) {
    let rarp = Match::protocol("rarp")
        .with(Field::ArpOp, 3)
        .with(Field::ArpSpa, "0.0.0.0")
        .with(Field::ArpTpa, "0.0.0.0");
    for operation in [1, 2] {
        let arp = Match::protocol("arp").with(Field::ArpOp, operation);
        build.go(Table::Arp, 100, &arp.clone().on(Guard::Mac), Table::ArpSha);
        build.go(Table::Arp, 90, &arp, Table::ArpSpa);
    }
    build.go(Table::Arp, 100, &rarp.clone().on(Guard::Mac), Table::ArpSha);
    build.go(Table::Arp, 90, &rarp, Table::Pass);
    build.refuse(Table::Arp, 0, &Match::protocol("arp"), Reason::ArpMalformed);
    build.refuse(Table::Arp, 0, &Match::protocol("rarp"), Reason::Rarp);
}

pub(super) fn hardware(build: &mut Builder) {
    let asked = [
        (
            Table::ArpSha,
            "arp",
            Field::ArpSha,
            Table::ArpSpa,
            Reason::ArpMac,
        ),
        (
            Table::ArpSha,
            "rarp",
            Field::ArpSha,
            Table::RarpTha,
            Reason::Rarp,
        ),
        (
            Table::RarpTha,
            "rarp",
            Field::ArpTha,
            Table::Pass,
            Reason::Rarp,
        ),
    ];
    for (table, word, field, next, reason) in asked {
        let frames = Match::protocol(word);
        for (priority, frames) in other_mac(&frames, field) {
            build.refuse(table, priority, &frames, reason);
        }
        build.go(table, 100, &frames.clone().one_mac(), next);
        build.refuse(table, 0, &frames, reason);
    }
}

pub(super) fn protocol(build: &mut Builder) {
    let arp = Match::protocol("arp");
    build.go(
        Table::ArpSpa,
        1400,
        &arp.clone().off(&[Guard::Arp]),
        Table::Pass,
    );
    // A table of its own: where both addresses are looked at, the switch remembers both.
    let probe = arp
        .clone()
        .with(Field::ArpOp, 1)
        .with(Field::ArpSpa, "0.0.0.0");
    build.go(Table::ArpSpa, 200, &probe, Table::ArpProbe);
    for (table, field) in [
        (Table::ArpSpa, Field::ArpSpa),
        (Table::ArpProbe, Field::ArpTpa),
    ] {
        for net in never_own_v4() {
            build.refuse(table, 180, &arp.clone().v4(field, net), Reason::ArpIp);
        }
        build.refuse(table, 0, &arp, Reason::ArpIp);
    }
}
