//! Link-locals formed from MACs belong to the sets that are compared.

use crate::common::{accepted, errors, ports, refused};

const ADVICE: &str =
    "leave it to one of them, or write { address: …, shared: true } in both places";

fn listing(address: &str) -> String {
    format!(", addresses: [{address}]")
}

#[test]
fn a_neighbors_link_local() {
    let error = format!(
        "7:79: port b, addresses: \"fe80::ff:fe00:1\" is the link-local of \"02:00:00:00:00:01\", held by port a \
         (line 6, column 46); {ADVICE}"
    );
    let list = listing("\"fe80::ff:fe00:1\"");
    refused(&ports("", &["", &list]), &[&error]);
    assert_eq!(errors(&ports("", &[", link_local: any", &list])).len(), 1);
    accepted(&ports("", &[", link_local: none", &list]));
    accepted(&ports("", &[&list, ""]));
    accepted(&ports("", &["", &listing("\"fe80::1\"")]));
}

#[test]
fn a_prefix_over_neighbors_is_reported_once() {
    let error = format!(
        "8:79: port c, addresses: \"fe80::/64\" covers the link-local fe80::ff:fe00:1 of \"02:00:00:00:00:01\", held \
         by port a (line 6, column 46); {ADVICE}"
    );
    refused(&ports("", &["", "", &listing("fe80::/64")]), &[&error]);
    accepted(&ports("", &[&listing("fe80::/64")]));
    accepted(&ports(
        "",
        &[
            ", link_local: none",
            ", link_local: none",
            &listing("fe80::/64"),
        ],
    ));
}

#[test]
fn prefixes_from_outside_own_no_link_local() {
    for prefix in ["\"::/0\"", "fe00::/8", "fe80::/9"] {
        accepted(&ports("", &["", &listing(prefix)]));
    }
    assert_eq!(errors(&ports("", &["", &listing("fe80::/10")])).len(), 1);
}

#[test]
fn a_shared_mac_shares_its_link_local() {
    let vrrp = "{ mac: \"00:00:5e:00:01:07\", shared: true }";
    let both = format!(", extra_macs: [{vrrp}]");
    let listed =
        format!("{both}, addresses: [{{ address: \"fe80::200:5eff:fe00:107\", shared: true }}]");
    accepted(&ports("", &[&both, &both]));
    accepted(&ports("", &[&both, &listed]));
    let alone = format!("{both}, addresses: [\"fe80::200:5eff:fe00:107\"]");
    assert_eq!(errors(&ports("", &[&both, &alone])).len(), 1);
}

#[test]
fn equal_macs_are_one_error() {
    let mac = ", mac: \"02:00:00:00:00:01\"";
    assert_eq!(errors(&ports("", &[mac, mac])).len(), 1);
}

#[test]
fn reserved_link_locals() {
    let reserved = ", reserved: [\"fe80::ff:fe00:1\"]";
    let error = "6:46: port a, mac: the link-local fe80::ff:fe00:1 of \"02:00:00:00:00:01\" is reserved by network n \
                 (line 3, column 40); leave it out, or write { mac: …, shared: true } in both places";
    refused(&ports(reserved, &[""]), &[error]);
    accepted(&ports(reserved, &[", link_local: none"]));
    accepted(&ports(reserved, &[", mac: \"02:00:00:00:00:02\""]));
}

#[test]
fn the_link_local_of_a_reserved_mac() {
    let reserved = ", reserved: [\"02:00:00:00:00:fe\"]";
    let error = "6:79: port a, addresses: \"fe80::ff:fe00:fe\" is the link-local of \"02:00:00:00:00:fe\", reserved by \
                 network n (line 3, column 40); leave it out, or write { address: …, shared: true } in both places";
    refused(
        &ports(reserved, &[&listing("\"fe80::ff:fe00:fe\"")]),
        &[error],
    );
    assert_eq!(errors(&ports(reserved, &[&listing("fe80::/64")])).len(), 1);
    // The MAC itself is one error, not two.
    assert_eq!(
        errors(&ports(reserved, &[", mac: \"02:00:00:00:00:fe\""])).len(),
        1
    );
}
