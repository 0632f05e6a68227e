//! Whatever bytes come, they are read to an end, and what is read twice reads the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use proptest::collection::vec;
use proptest::prelude::*;
use vifguard_openflow::text::{UNKNOWN, actions, matches, parse_actions, parse_matches};
use vifguard_openflow::{flow_count, flows, fragments, miss_send_length, ports, tables};

/// Bytes that often look like something: lengths and kinds that occur, among any others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => vec(any::<u8>(), 0..12),
        1 => Just(vec![0x80, 0, 0x0a, 2, 8, 0]),
        1 => Just(vec![0x80, 0, 0x14, 1, 17]),
        1 => Just(vec![0x80, 0, 0x1e, 2, 0, 67]),
        1 => Just(vec![0, 1, 0x19, 8, 0, 0, 0, 2, 0, 0, 0, 2]),
        1 => Just(vec![0, 4, 0, 24, 0, 0, 0, 0]),
        1 => Just(vec![0xff, 0xff, 0, 16, 0, 0, 0x23, 0x20, 0, 14, 0xff, 0xf8, 224, 0, 0, 0]),
        1 => Just(vec![0, 25, 0, 16, 0, 1, 0x1c, 4, 0, 0, 0, 5, 0, 0, 0, 0]),
        1 => (0_u8..80).prop_map(|length| vec![0, length]),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A field in words, with the protocol that it needs.
fn field() -> impl Strategy<Value = (Option<&'static str>, String)> {
    let mac = any::<[u8; 6]>()
        .prop_map(|[a, b, c, d, e, f]| format!("{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}"));
    let bit = |bits: u32| (0..bits, any::<bool>());
    prop_oneof![
        (0_u8..16, 1_u32..).prop_map(|(n, value)| (None, format!("reg{n}={value:#x}"))),
        bit(31).prop_map(|(at, set)| {
            let mask = 1_u32 << at;
            let value = if set {
                format!("{mask:#x}")
            } else {
                "0".to_owned()
            };
            (None, format!("reg15={value}/{mask:#x}"))
        }),
        (1_u32..0xff00).prop_map(|port| (None, format!("in_port={port}"))),
        Just((None, "in_port=LOCAL".to_owned())),
        Just((None, "vlan_tci=0x1000/0x1000".to_owned())),
        mac.clone().prop_map(|mac| (None, format!("dl_src={mac}"))),
        mac.prop_map(|mac| (Some("arp"), format!("arp_sha={mac}"))),
        any::<[u8; 4]>().prop_map(|[a, b, c, _]| (Some("ip"), format!("nw_src={a}.{b}.{c}.0/24"))),
        any::<u16>().prop_map(|port| (Some("udp6"), format!("tp_dst={port}"))),
        any::<u16>().prop_map(|port| (Some("tcp"), format!("tp_src={port}"))),
        any::<u8>().prop_map(|kind| (Some("icmp6"), format!("icmp_type={kind}"))),
        any::<u8>().prop_map(|kind| (Some("icmp"), format!("icmp_code={kind}"))),
        Just((Some("ip"), "nw_frag=not_later".to_owned())),
        Just((Some("ipv6"), "ipv6_dst=ff02::1:ff00:0/104".to_owned())),
        any::<u128>().prop_map(|bits| {
            let address = std::net::Ipv6Addr::from_bits(bits | 1 << 127);
            (Some("icmp6"), format!("nd_target={address}"))
        }),
        Just((Some("ipv6"), "ipv6_src=::0.2.0.0/::0.2.0.0".to_owned())),
        // The switch spells the bits below these in dotted form.
        bit(31).prop_map(|(at, set)| {
            let mask = 1_u128 << (at + 32);
            let [value, mask] =
                [if set { mask } else { 0 }, mask].map(std::net::Ipv6Addr::from_bits);
            (Some("ipv6"), format!("ipv6_src={value}/{mask}"))
        }),
    ]
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in bytes()) {
        // Each is as long as what it came from, or shorter.
        prop_assert!(flows(&bytes).count() <= bytes.len());
        prop_assert!(ports(&bytes).map_or(0, |ports| ports.len()) <= bytes.len());
        prop_assert!(tables(&bytes).map_or(0, |tables| tables.len()) <= bytes.len());
        let _ = (flow_count(&bytes), fragments(&bytes), miss_send_length(&bytes));
        // A match is given back as it came, or as what says the same: words are never made of what they do not say.
        let words = matches(&bytes);
        let again = parse_matches(&words).unwrap();
        prop_assert_eq!(matches(&again), words.clone());
        if words.starts_with(UNKNOWN) {
            prop_assert_eq!(again, bytes.clone());
        }
        let words = actions(&bytes);
        match parse_actions(&words) {
            Ok(again) => prop_assert_eq!(actions(&again), words),
            Err(_) => prop_assert!(words.contains(UNKNOWN)),
        }
    }

    /// Cut off anywhere, a flow is an error and not another flow.
    #[test]
    fn a_flow_that_is_cut_off_is_none(cut in 1_usize..88) {
        let mut flow = vec![0, 88, 205, 0];
        flow.extend([0; 8]);
        flow.extend(100_u16.to_be_bytes());
        flow.extend([0; 10]);
        flow.extend([7; 24]);
        flow.extend([0, 1, 0, 10, 0x80, 0, 0x0a, 2, 8, 0, 0, 0, 0, 0, 0, 0]);
        flow.extend([0, 4, 0, 24, 0, 0, 0, 0]);
        flow.extend([0xff, 0xff, 0, 16, 0, 0, 0x23, 0x20, 0, 14, 0xff, 0xf8, 224, 0, 0, 0]);
        let whole: Vec<_> = flows(&flow).collect();
        let only = whole[0].unwrap();
        prop_assert_eq!((only.table, only.priority, whole.len()), (205, 100, 1));
        prop_assert_eq!((matches(only.matches), actions(only.instructions)), ("ip".to_owned(), "resubmit(,224)".to_owned()));
        let cut: Vec<_> = flows(&flow[..cut]).collect();
        prop_assert!(cut.iter().all(Result::is_err));
        prop_assert_eq!(cut.len(), 1);
    }

    /// What is said in words is said so again.
    #[test]
    fn words_are_kept((protocol, field) in field()) {
        let words = [protocol, Some(&*field)].into_iter().flatten().collect::<Vec<_>>().join(",");
        let bytes = parse_matches(&words).unwrap();
        prop_assert_eq!(matches(&bytes), words);
    }
}

#[test]
fn actions_are_kept() {
    let all = [
        "drop",
        "resubmit(,224)",
        "note:61.62.63.64.65.66.00.00.00.00.00.00.00.00,set_field:0x5->reg14,resubmit(,0)",
        "set_field:0->xxreg3,set_field:0xff01->xreg2,load:0x1->NXM_NX_REG12[9],resubmit(,7)",
    ];
    for words in all {
        assert_eq!(actions(&parse_actions(words).unwrap()), words);
    }
}

/// What cannot be said is never said as something else.
#[test]
fn strange_words_are_an_error() {
    for words in [
        "",
        "resubmit(,5",
        "resubmit(,256)",
        "resubmit(,5),",
        "set_field:0x100000000->reg14",
        "set_field:5->reg14",
        "set_field:0x5->reg16",
        "load:0x1->NXM_NX_REG12[32]",
        "note:6",
        "NORMAL",
    ] {
        assert!(parse_actions(words).is_err(), "{words}");
    }
    for words in [
        "nw_src=192.0.2.1",
        "arp,nw_src=192.0.2.1",
        "ip,tp_src=5",
        "udp,tp_src=65536",
        "dl_dst=02:00:00:00:00:01",
        "dl_src=02:00:00:00:00",
        "in_port=",
        "ip,ip",
        "reg1=0x1,reg1=0x2",
        "ip,arp",
        ",",
        "unknown:0",
    ] {
        let said = parse_matches(words);
        assert!(said.is_err(), "{words}: {said:?}");
    }
}
