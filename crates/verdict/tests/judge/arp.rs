//! Section 4.

use std::net::Ipv4Addr;

use vifguard_policy::{Guard, GuardSet};
use vifguard_verdict::Rule;

use crate::frame::{Arp, OTHER_MAC, OTHER_V4, OWN_MAC, OWN_V4};
use crate::row::{Row, check};

const NOBODY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;

pub(crate) fn rows() -> Vec<Row> {
    [arp(), rarp()].into_iter().flatten().collect()
}

fn arp() -> Vec<Row> {
    let own = Arp::request(OWN_MAC, OWN_V4, OTHER_V4);
    let good = own.frame();
    let short = good[..41].to_vec();
    let reverse = Arp {
        operation: 3,
        ..own.clone()
    };
    vec![
        Row::of(
            Rule::ArpUnguarded,
            GuardSet::of(&[Guard::Ipv4]),
            good.clone(),
            14..42,
            &good[14..],
        ),
        Row::strict(Rule::ArpForm, short.clone(), 14..42, &short[14..]),
        Row::strict(Rule::ArpForm, reverse.frame(), 20..22, &[0, 3]),
        Row::strict(
            Rule::ArpSenderMac,
            Arp::request(OTHER_MAC, OTHER_V4, OWN_V4).frame(),
            22..28,
            &OTHER_MAC,
        ),
        Row::strict(
            Rule::ArpSenderIp,
            Arp::request(OWN_MAC, OTHER_V4, OWN_V4).frame(),
            28..32,
            &OTHER_V4.octets(),
        ),
        Row::strict(
            Rule::ArpSenderIp,
            Arp::request(OWN_MAC, NOBODY, OTHER_V4).frame(),
            28..32,
            &[0; 4],
        ),
        Row::strict(
            Rule::ArpProbe,
            Arp::request(OWN_MAC, NOBODY, OWN_V4).frame(),
            38..42,
            &OWN_V4.octets(),
        ),
        Row::strict(Rule::ArpOwn, good.clone(), 22..32, &good[22..32]),
    ]
}

fn rarp() -> Vec<Row> {
    let own = Arp::announcement(OWN_MAC, OWN_MAC);
    let good = own.frame();
    let with = |change: fn(&mut Arp)| {
        let mut message = own.clone();
        change(&mut message);
        message.frame()
    };
    let mut wrong_type = good.clone();
    wrong_type[15] = 6;
    vec![
        Row::of(
            Rule::RarpUnguarded,
            GuardSet::of(&[Guard::L2]),
            good.clone(),
            14..42,
            &good[14..],
        ),
        Row::strict(Rule::Rarp, wrong_type.clone(), 14..42, &wrong_type[14..]),
        Row::strict(Rule::Rarp, with(|m| m.operation = 4), 20..22, &[0, 4]),
        Row::strict(
            Rule::Rarp,
            with(|m| m.sender.1 = OWN_V4),
            28..32,
            &OWN_V4.octets(),
        ),
        Row::strict(
            Rule::Rarp,
            with(|m| m.target.1 = OWN_V4),
            38..42,
            &OWN_V4.octets(),
        ),
        Row::strict(
            Rule::Rarp,
            with(|m| m.sender.0 = OTHER_MAC),
            22..28,
            &OTHER_MAC,
        ),
        Row::strict(
            Rule::Rarp,
            with(|m| m.target.0 = OTHER_MAC),
            32..38,
            &OTHER_MAC,
        ),
        Row::strict(Rule::RarpOwn, good.clone(), 22..38, &good[22..38]),
    ]
}

#[test]
fn the_field_is_shown() {
    check(&rows());
}
