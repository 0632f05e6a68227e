use super::{Prefix, around, mask};

fn is_in(address: u128, prefixes: &[Prefix]) -> bool {
    prefixes
        .iter()
        .any(|(bits, length)| address & mask(*length) == *bits)
}

/// Every address lies in one of the prefixes or in what is around them, and in one only.
#[test]
fn inside_and_around_are_all_there_is() {
    let inside = vec![
        (0x2001_0db8 << 96, 64),
        (0xfe80 << 112, 10),
        (0, 128),
        (0xffff << 112, 16),
    ];
    let outside = around(inside.clone());
    for (bits, length) in inside.iter().chain(&outside) {
        for flipped in 0..128 {
            let address = bits ^ (1 << flipped);
            assert!(
                is_in(address, &inside) != is_in(address, &outside),
                "{address:x}"
            );
        }
        assert!(
            is_in(*bits, &inside) != is_in(*bits, &outside),
            "{bits:x}/{length}"
        );
    }
}

#[test]
fn around_nothing_and_around_everything_there_is_nothing() {
    assert_eq!(around(Vec::new()), []);
    assert_eq!(around(vec![(0, 0)]), []);
}
