//! Section 6, rules 3, 5 and 6.

use std::net::Ipv6Addr;

use vifguard_policy::Guard;
use vifguard_verdict::Rule;

use crate::frame::{
    ALL_NODES, FRAGMENT, ICMPV6, Ip, OTHER_MAC, OTHER_V6, OWN_MAC, OWN_V6, SOLICITED, fragment,
    link_layer, neighbor,
};
use crate::port::without;
use crate::row::{Row, check};

fn packet(source: Ipv6Addr) -> Ip<Ipv6Addr> {
    Ip::new(source, ALL_NODES, ICMPV6)
}

pub(crate) fn rows() -> Vec<Row> {
    [form(), claims()].into_iter().flatten().collect()
}

/// Rule 6.3 names the byte that is wrong, not merely the message.
fn form() -> Vec<Row> {
    let advertisement = neighbor(136, OWN_V6, &[]);
    let own = |message: &[u8]| packet(OWN_V6).frame(message);
    let atomic = fragment(ICMPV6, 0);
    let in_fragment = [atomic.clone(), advertisement.clone()].concat();
    let mut code = advertisement.clone();
    code[1] = 1;
    let odd = neighbor(136, OWN_V6, &[14, 1, 0]);
    let five = neighbor(136, OWN_V6, &link_layer(2, OWN_MAC).repeat(5));
    let mut long = neighbor(136, OWN_V6, &link_layer(2, OWN_MAC).repeat(2));
    long[33] = 2;
    vec![
        Row::strict(
            Rule::NdForm,
            Ip::new(OWN_V6, ALL_NODES, FRAGMENT).frame(&in_fragment),
            54..62,
            &atomic,
        ),
        Row::strict(
            Rule::NdForm,
            packet(OWN_V6).hops(64).frame(&advertisement),
            21..22,
            &[64],
        ),
        Row::strict(Rule::NdForm, own(&code), 55..56, &[1]),
        Row::strict(
            Rule::NdForm,
            own(&advertisement[..23]),
            54..78,
            &advertisement[..23],
        ),
        Row::strict(Rule::NdForm, own(&odd), 78..81, &[14, 1, 0]),
        Row::strict(Rule::NdForm, own(&five), 78..118, &five[24..]),
        Row::strict(Rule::NdForm, own(&long), 87..88, &[2]),
    ]
}

fn claims() -> Vec<Row> {
    // The first option is honest: a filter that reads one is deceived by the second.
    let options = [link_layer(2, OWN_MAC), link_layer(2, OTHER_MAC)].concat();
    let nobody = Ip::new(Ipv6Addr::UNSPECIFIED, SOLICITED, ICMPV6);
    vec![
        Row::strict(
            Rule::NdOption,
            packet(OWN_V6).frame(&neighbor(136, OWN_V6, &options)),
            88..94,
            &OTHER_MAC,
        ),
        Row::of(
            Rule::NdSource,
            without(&[Guard::Ipv6]),
            packet(OTHER_V6).frame(&neighbor(135, OWN_V6, &[])),
            22..38,
            &OTHER_V6.octets(),
        ),
        Row::strict(
            Rule::NdTarget,
            packet(OWN_V6).frame(&neighbor(136, OTHER_V6, &[])),
            62..78,
            &OTHER_V6.octets(),
        ),
        Row::strict(
            Rule::NdTarget,
            nobody.frame(&neighbor(135, OTHER_V6, &[])),
            62..78,
            &OTHER_V6.octets(),
        ),
        Row::strict(
            Rule::InverseNd,
            packet(OWN_V6).frame(&[141, 0, 0, 0, 0, 0, 0, 0]),
            54..55,
            &[141],
        ),
    ]
}

#[test]
fn the_field_is_shown() {
    check(&rows());
}
