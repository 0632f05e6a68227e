use vifguard_corpus::Corpus;
use vifguard_policy::Policy;
use vifguard_verdict::{CompiledPort, Verdict, decide};

use super::*;

/// What the port must be able to send: the judge says so, under every policy of the corpus.
#[test]
fn a_port_may_send_what_tells() {
    let corpus = Corpus::embedded().unwrap();
    let mut judged = 0;
    for case in corpus.cases.iter() {
        for variant in case.variants() {
            let policy = Policy::parse(&case.policy_text(&variant.choice), "case").unwrap();
            let port = Port::first(&policy).unwrap();
            let own = CompiledPort::new(&policy.identities()[0]);
            for kind in [Kind::Arp, Kind::Ipv4, Kind::Ipv6] {
                let Some(frame) = frame(kind, &port, 7) else {
                    continue;
                };
                let verdict = decide(&own, &frame, None);
                assert_eq!(verdict, Verdict::Pass, "{kind:?} in {}", case.name);
                judged += 1;
            }
        }
    }
    assert!(judged > 1000, "{judged}");
}

#[test]
fn numbers_tell_them_apart() {
    let corpus = Corpus::embedded().unwrap();
    let case = &corpus.cases[0];
    let text = case.policy_text(&case.variants()[0].choice);
    let port = Port::first(&Policy::parse(&text, "case").unwrap()).unwrap();
    for kind in Kind::ALL {
        let frame = frame(kind, &port, 258).unwrap();
        assert!(carries(&frame, &mark(258)), "{kind:?}");
        assert!(!carries(&frame, &mark(259)), "{kind:?}");
        assert!(frame.len() >= 60, "{kind:?}");
    }
    // No frame of the corpus is taken for one.
    for case in &corpus.cases {
        assert!(
            !case.frame.windows(SIGN.len()).any(|bytes| bytes == SIGN),
            "{}",
            case.name
        );
    }
}

/// RFC 1071, section 3: its own example.
#[test]
fn the_checksum_is_that_of_the_internet() {
    assert_eq!(
        checksum(&[&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]]),
        !0xddf2
    );
}
