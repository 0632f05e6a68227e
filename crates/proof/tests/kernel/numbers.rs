//! The fixed sets, which are part of the rules.

use vifguard_netlink::nft::Element;
use vifguard_nft::Nft;
use vifguard_proof::nft::Kind;

use crate::bed::{Bed, WEB};
use crate::harm::{elements, main_table};

#[test]
fn numbers_that_were_taken_away() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let less: [(&str, &[u8], Kind); 11] = [
        ("ip4-special", &[17, 0, 0, 0], Kind::Passes),
        ("ip4-heads", &[17, 0, 0, 0], Kind::Passes),
        ("ip6-special", &[58, 0, 0, 0], Kind::Passes),
        ("nd", &[136, 0, 0, 0], Kind::Passes),
        ("ip6-routers", &[134, 0, 0, 0], Kind::Passes),
        ("inverse-nd", &[141, 0, 0, 0], Kind::Passes),
        ("link-layer-options", &[2, 0, 0, 0], Kind::Passes),
        ("ip4-short", &[5, 0, 0, 27], Kind::Passes),
        ("arp-operations", &[0, 2, 0, 0], Kind::Lost),
        ("fill-low", &[32, 0, 0, 0, 0, 0, 0, 72], Kind::Lost),
        ("fill-high", &[0; 12], Kind::Lost),
    ];
    for (set, key, kind) in less {
        bed.finds(set, WEB, ("tap-web", kind), |_, batch| {
            batch.delete_elements(&id, set, &[Element::of(key.to_vec())]);
        });
    }
}

#[test]
fn numbers_that_were_changed() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    for (set, old, new) in [("igmp-reports", 0x16, 0x99), ("mld-reports", 132, 128)] {
        bed.finds(set, WEB, ("tap-web", Kind::Passes), |_, batch| {
            let number = |number: u8| Element::of(vec![number, 0, 0, 0]);
            batch.delete_elements(&id, set, &[number(old)]);
            batch.add_elements(&id, set, &[number(new)]);
        });
    }
    bed.finds(
        "a wrong sum",
        WEB,
        ("tap-web", Kind::Passes),
        |kernel, batch| {
            let sums = elements(kernel, "fill-low");
            let sum = sums.iter().find(|sum| sum.key[0] == 32).unwrap();
            batch.delete_elements(&id, "fill-low", std::slice::from_ref(sum));
            let mut other = sum.clone();
            other.key[7] += 8;
            batch.add_elements(&id, "fill-low", &[other]);
        },
    );
}
