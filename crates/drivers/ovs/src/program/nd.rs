//! Sections 6.3, 6.5 and 6.6, as far as the switch sees options: of a solicitation the first source, of an
//! advertisement the first target link-layer option, and which of the two came first; nothing of RS. Where
//! one of them comes twice, or where the target is cut off, the switch shows a target of zeros.

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::ipv6::never_own;
use super::sieve::{other_mac, other_v6, some_mac, some_v6};
use super::word::{FOREIGN, UNSPECIFIED};
use super::{Builder, Shape, Table};
use crate::flow::{Field, Match};

pub(super) const SOLICITATION: u8 = 135;
pub(super) const ADVERTISEMENT: u8 = 136;
/// RS, NS and NA.
pub(super) const MESSAGES: [u8; 3] = [133, SOLICITATION, ADVERTISEMENT];
/// Those whose options the switch reads.
pub(super) const READ: [u8; 2] = [SOLICITATION, ADVERTISEMENT];

pub(super) fn message(kind: u8) -> Match {
    Match::protocol("icmp6").with(Field::IcmpType, kind)
}

pub(super) fn form(build: &mut Builder) {
    for kind in MESSAGES {
        let good = message(kind)
            .with(Field::IcmpCode, 0)
            .with(Field::NwTtl, 255)
            .with(Field::NwFrag, "no");
        let next = if READ.contains(&kind) {
            Table::NdWhole
        } else {
            Table::Ip6Specified
        };
        build.go(Table::NdForm, 100, &good, next);
    }
    build.refuse(
        Table::NdForm,
        0,
        &Match::protocol("icmp6"),
        Reason::NdMalformed,
    );
    for kind in READ {
        for (priority, frames) in some_v6(&message(kind), Field::NdTarget) {
            build.go(Table::NdWhole, priority, &frames, Table::Ip6Specified);
        }
    }
    build.refuse(
        Table::NdWhole,
        0,
        &Match::protocol("icmp6"),
        Reason::NdMalformed,
    );
}

/// A message, and the one option that OpenFlow shows of it: whether it is there, and whether it is own.
struct Asked {
    kind: u8,
    field: Field,
    has: Table,
    is: Table,
    next: Table,
    /// The numbers of this option and of the other one.
    numbers: [u8; 2],
}

const OPTIONS: [Asked; 2] = [
    Asked {
        kind: SOLICITATION,
        field: Field::NdSll,
        has: Table::NdHasSll,
        is: Table::NdSll,
        next: Table::NdHasTll,
        numbers: [1, 2],
    },
    Asked {
        kind: ADVERTISEMENT,
        field: Field::NdTll,
        has: Table::NdHasTll,
        is: Table::NdTll,
        next: Table::NdTarget,
        numbers: [2, 1],
    },
];

pub(super) fn options(build: &mut Builder, shape: Shape) {
    let ip6 = Match::protocol("ipv6");
    for asked in OPTIONS {
        let Asked { has, is, next, .. } = asked;
        let message = message(asked.kind);
        build.go(has, 1100, &ip6.clone().off(&[Guard::Mac]), next);
        let [this, other] = asked.numbers.map(|number| {
            let first = message.clone().with(Field::NdOptionsType, number);
            shape.sight.option_types.then_some(first)
        });
        // What OpenFlow does not show may be anybody's.
        if let Some(frames) = other {
            build.refuse(has, 1000, &frames, Reason::NdMac);
        }
        for (priority, frames) in some_mac(&message, asked.field) {
            build.go(has, priority, &frames, is);
        }
        // It is there, and all zeros.
        if let Some(frames) = this {
            build.refuse(has, 100, &frames, Reason::NdMac);
        }
        build.go(has, 0, &ip6, next);
        for (priority, frames) in other_mac(&message, asked.field) {
            build.refuse(is, priority, &frames, Reason::NdMac);
        }
        build.go(is, 100, &message.one_mac(), next);
        build.refuse(is, 0, &Match::protocol("icmp6"), Reason::NdMac);
    }
}

pub(super) fn claims(build: &mut Builder) {
    let table = Table::NdTarget;
    let ip6 = Match::protocol("ipv6");
    build.go(table, 1400, &ip6.clone().off(&[Guard::Nd]), Table::Dhcp6);
    for kind in MESSAGES {
        build.refuse(table, 1300, &message(kind).found(FOREIGN), Reason::NdSource);
    }
    let advertisement = message(ADVERTISEMENT);
    build.refuse(
        table,
        1300,
        &advertisement.clone().found(UNSPECIFIED),
        Reason::NdSource,
    );
    let provoking = message(SOLICITATION).found(UNSPECIFIED);
    for message in [provoking, advertisement] {
        for (priority, frames) in other_v6(&message, Field::NdTarget) {
            build.refuse(table, priority, &frames, Reason::NdTarget);
        }
        for net in never_own() {
            let frames = message.clone().v6(Field::NdTarget, net);
            build.refuse(table, 270, &frames, Reason::NdTarget);
        }
        build.refuse(table, 10, &message, Reason::NdTarget);
    }
    build.go(table, 0, &ip6, Table::Dhcp6);
}
