//! What the proof finds, the driver puts right.

use vifguard_netlink::nft::{Batch, Connection, Element};
use vifguard_nft::Nft;
use vifguard_nft::names::{MACS, SHORT_IP4};

use crate::bed::{Bed, WEB, desired};
use crate::harm::{edit, elements, main_table};

type Harm = (&'static str, fn(&mut Connection, &mut Batch));

const HARMS: &[Harm] = &[
    ("a number in the place of another", |_, batch| {
        let number = |number: u8| Element::of(vec![number, 0, 0, 0]);
        batch.delete_elements(&main_table(), "igmp-reports", &[number(0x16)]);
        batch.add_elements(&main_table(), "igmp-reports", &[number(0x99)]);
    }),
    ("a claim that stands for all", |_, batch| {
        batch.add_elements(&main_table(), MACS, &[Element::of(Vec::new())]);
    }),
    ("a number that stands for all", |_, batch| {
        batch.add_elements(&main_table(), "mld-reports", &[Element::of(Vec::new())]);
    }),
    ("a way that stands for all", |kernel, batch| {
        let way = elements(kernel, SHORT_IP4).remove(0);
        let all = Element {
            key: Vec::new(),
            ..way
        };
        batch.add_elements(&main_table(), SHORT_IP4, &[all]);
    }),
    ("a table asleep", |_, batch| {
        batch.set_dormant(&main_table(), true);
    }),
    ("a rule gone", |kernel, batch| {
        edit(kernel, batch, "strict.a.ip4", |rules| {
            rules.remove(0);
        });
    }),
];

#[test]
fn enforce_makes_it_equal_again() {
    for (name, harm) in HARMS {
        let Some(mut bed) = Bed::new(Nft::new()) else {
            return;
        };
        let desired = desired(WEB);
        bed.apply(&desired);
        bed.harm(harm);
        assert!(!bed.prove(&desired).is_equal(), "{name}: not found");
        assert!(!bed.drift().is_empty(), "{name}: no drift");
        bed.apply(&desired);
        let proof = bed.prove(&desired);
        assert!(proof.is_equal(), "{name}: {proof:#?}");
        assert_eq!(bed.drift(), [], "{name}");
    }
}
