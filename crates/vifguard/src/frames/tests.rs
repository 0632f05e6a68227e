use super::*;

#[test]
fn digits_may_be_grouped_in_any_way() {
    for text in [
        "0102ff",
        "01 02 FF",
        "01:02:ff",
        "0x01, 0x02, 0xff",
        "0x0102\nff\n",
    ] {
        assert_eq!(from_hex(text).unwrap().bytes, [1, 2, 0xff], "{text:?}");
    }
    assert!(from_hex("").unwrap().bytes.is_empty());
}

#[test]
fn what_is_not_hexadecimal_is_named() {
    assert!(from_hex("01 0g").unwrap_err().what.contains("'g'"));
    assert!(
        from_hex("012")
            .unwrap_err()
            .what
            .contains("3 hexadecimal digits")
    );
}
