//! The short way: maps that let frames through by one look-up.

use vifguard_netlink::nft::Element;
use vifguard_nft::Nft;
use vifguard_nft::names::{SHORT, SHORT_IP4, SHORT_IP6, name_key};
use vifguard_proof::nft::Kind;

use crate::bed::{Bed, FORWARDER, WEB};
use crate::harm::{elements, main_table};

const OWN: [u8; 6] = [2, 0, 0, 0, 0, 0x0a];
const OTHER: [u8; 6] = [2, 0, 0, 0, 0, 0x66];

/// What it is, the interface, the set, the MAC, and the rest of the key.
type Way<'a> = (&'a str, &'a str, &'a str, [u8; 6], &'a [u8]);

fn way(device: &str, mac: [u8; 6], rest: &[u8]) -> Element {
    let key = [name_key(device).as_slice(), &mac, rest].concat();
    Element::counted_by(key, "tap-web/web".to_owned())
}

#[test]
fn ways_that_were_added() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let both = format!("{WEB}{FORWARDER}");
    let v6: Vec<u8> = [&[0x86, 0xdd, 0x20, 1, 0xd, 0xb8][..], &[0; 11], &[0xb]].concat();
    let more: [Way<'_>; 6] = [
        (
            "a foreign address",
            "tap-web",
            SHORT_IP4,
            OWN,
            &[8, 0, 192, 0, 2, 99],
        ),
        (
            "a foreign MAC",
            "tap-web",
            SHORT_IP4,
            OTHER,
            &[8, 0, 192, 0, 2, 10],
        ),
        (
            "behind a tag",
            "tap-web",
            SHORT_IP4,
            OWN,
            &[0x81, 0, 192, 0, 2, 10],
        ),
        ("a foreign address of IPv6", "tap-web", SHORT_IP6, OWN, &v6),
        ("any address", "tap-web", SHORT, OWN, &[8, 0]),
        (
            "a stranger's",
            "tap-none",
            SHORT_IP4,
            OTHER,
            &[8, 0, 192, 0, 2, 9],
        ),
    ];
    for (name, device, set, mac, rest) in more {
        bed.finds(name, &both, (device, Kind::Passes), |_, batch| {
            batch.add_elements(&id, set, &[way(device, mac, rest)]);
        });
    }
}

/// Without the short way every frame goes the long one, to the same end.
#[test]
fn ways_can_be_left_out() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    bed.finds_nothing("no way", WEB, |kernel, batch| {
        for set in [SHORT_IP4, SHORT_IP6] {
            let all = elements(kernel, set);
            assert!(!all.is_empty());
            batch.delete_elements(&id, set, &all);
        }
    });
    bed.finds_nothing("no rule", WEB, |_, batch| {
        batch.flush_chain(&id, SHORT_IP4);
        batch.flush_chain(&id, SHORT_IP6);
    });
}
