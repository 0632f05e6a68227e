//! Section 3: where frames find their court, and what it asks of the Ethernet header.

use vifguard_netlink::nft::{Element, Expr, MetaKey, Rule, Value, Verdict};
use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::steps::{COURT, Field, NAME, SCRATCH, Steps, ll};
use super::{Fate, JUDGE, Program, Shape, arp, ipv4, ipv6};
use crate::class::{By, Court, Edition};
use crate::names::{COURTS, ETHERTYPES, MACS, PASSED};

pub(crate) const ETHERNET_SOURCE: Field = ll(6, 6);
/// With its tag put back, so that a tagged frame never looks like what it carries.
pub(crate) const ETHERTYPE: Field = ll(12, 2);

/// The way from a court's number to its chains.
pub(crate) fn elements(shape: &Shape) -> Vec<Element> {
    let courts = shape.classes.iter().flat_map(|class| {
        Edition::BOTH.into_iter().map(|edition| Court {
            class: *class,
            edition,
        })
    });
    courts
        .map(|court| Element {
            value: Value::Verdict(Verdict::Jump(court.chain(""))),
            ..Element::of(court.word().to_ne_bytes().to_vec())
        })
        .collect()
}

/// A frame that the host itself sent to a group, and that its own stack gets a copy of: it comes to
/// netdev ingress as if the interface had received it (`dev_loopback_xmit`), without a proper Ethernet
/// header, and only such frames already have a route there. A guest's never have: `tun` makes a new
/// packet, `veth` takes the route away.
pub(crate) fn is_own() -> Rule {
    let route = Expr::Meta(MetaKey::RouteClass, SCRATCH);
    Steps::new()
        .step(route)
        .then(Verdict::Accept, "the host's own multicast, looped back")
}

pub(crate) fn judge(program: &mut Program, shape: &Shape) {
    let find = |by: By| {
        Steps::new().port(by).step(Expr::VerdictMap {
            set: COURTS.to_owned(),
            key: COURT,
        })
    };
    let mut rules: Vec<Rule> = shape.knows_own.then(is_own).into_iter().collect();
    // Both kinds in turn, so that a port that changes its kind is found before or after.
    let kinds = shape.kinds();
    rules.extend(kinds.iter().map(|by| find(*by).rule("")));
    let again = kinds.iter();
    rules.extend(again.map(|by| find(*by).rule("the port changed meanwhile: once more")));
    rules.push(Steps::new().refuse(Fate::Refuse, Reason::UnknownPort, ""));
    program.chain(JUDGE, rules);
}

/// All chains of a court.
pub(crate) fn chains(program: &mut Program, court: Court, shape: &Shape) {
    let entry = entry(court);
    program.chain(court.chain(""), entry);
    let pass = Steps::new().port_of(court).count_by(PASSED, NAME);
    program.chain(court.chain("pass"), vec![pass.then(Verdict::Accept, "")]);
    if arp::looked_into(court.class) {
        arp::chains(program, court, shape);
    }
    if ipv4::looked_into(court.class) {
        ipv4::chains(program, court, shape);
    }
    if ipv6::looked_into(court.class) {
        ipv6::chains(program, court, shape);
    }
}

fn entry(court: Court) -> Vec<Rule> {
    let (source, ethertype) = (ETHERNET_SOURCE, ETHERTYPE);
    let class = court.class;
    let mut rules = Vec::new();
    if class.has(Guard::Mac) {
        let foreign = Steps::new().disowns(court, source, MACS);
        rules.push(foreign.refuse(court.fate(), Reason::Mac, "3.2 Ethernet source"));
    }
    let protocols = [
        ([0x08, 0x00], "ip4", ipv4::looked_into(class)),
        ([0x86, 0xdd], "ip6", ipv6::looked_into(class)),
        ([0x08, 0x06], "arp", arp::looked_into(class)),
        ([0x80, 0x35], "rarp", arp::looked_into(class)),
    ];
    for (number, part, looked_into) in protocols {
        let chain = court.chain(if looked_into { part } else { "pass" });
        rules.push(Steps::new().eq(ethertype, &number).goto(chain, "3.5"));
    }
    if !class.has(Guard::L2) {
        rules.push(Steps::new().goto(court.chain("pass"), "3.3, 3.5 unopened"));
        return rules;
    }
    for tag in [[0x81, 0x00], [0x88, 0xa8], [0x91, 0x00]] {
        rules.push(
            Steps::new()
                .eq(ethertype, &tag)
                .refuse(court.fate(), Reason::Vlan, "3.3 tag"),
        );
    }
    let length = Steps::new().below(ethertype, &[0x06, 0x00]);
    rules.push(length.refuse(court.fate(), Reason::L2, "3.4 length field"));
    let listed = Steps::new().owns(court, ethertype, ETHERTYPES);
    rules.push(listed.goto(court.chain("pass"), "3.5 listed"));
    let unlisted = Steps::new().disowns(court, ethertype, ETHERTYPES);
    rules.push(unlisted.refuse(court.fate(), Reason::L2, "3.5 not listed"));
    rules
}
