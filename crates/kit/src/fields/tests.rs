use vifguard_corpus::Corpus;

use super::fields;

/// Every byte of every frame of the corpus is in exactly one field, in its order.
#[test]
fn fields_cover_a_frame() {
    for case in &Corpus::embedded().unwrap().cases {
        let mut at = 0;
        for field in fields(&case.frame) {
            assert_eq!(field.offset, at, "{}: {field:?}", case.name);
            assert!(field.length > 0, "{}: {field:?}", case.name);
            at += field.length;
        }
        assert_eq!(at, case.frame.len(), "{}", case.name);
    }
}

#[test]
fn an_arp_frame_is_told_by_its_claims() {
    let case = Corpus::embedded()
        .unwrap()
        .case("arp-probe-for-the-neighbour")
        .unwrap();
    let told: Vec<String> = fields(&case.frame)
        .iter()
        .map(|it| format!("{} {}: {}", it.layer, it.name, it.value))
        .collect();
    assert!(
        told.contains(&"ARP operation: 0x0001 (request)".to_owned()),
        "{told:#?}"
    );
    assert!(
        told.contains(&"ARP sender address: 0.0.0.0".to_owned()),
        "{told:#?}"
    );
    assert!(
        told.contains(&"ARP target address: 192.0.2.11".to_owned()),
        "{told:#?}"
    );
}
