//! What counts as found, and what does not.

use serde_json::{Value, json};
use vifguard_defects::{Finding, Ran, judge};

fn ran(code: i32, outcome: &str, features: Value) -> Ran {
    Ran {
        code: Some(code),
        report: Some(json!({ "driver": "nft", "outcome": outcome, "features": features })),
        said: String::new(),
        hung: false,
    }
}

fn feature(id: &str, verdict: &str, why: &str) -> Value {
    json!({ "id": id, "verdict": verdict, "why": why })
}

fn of(ran: &Ran) -> Finding {
    judge(ran, "nft", &["arp".to_owned(), "mac".to_owned()])
}

#[test]
fn a_contradicted_feature_is_a_find() {
    let features = json!([
        feature("arp", "proven", "x"),
        feature("mac", "contradicted", "3 of 9 passed")
    ]);
    let mut ran = ran(1, "contradicted", features);
    if let Some(report) = &mut ran.report {
        report["differences"] = json!([
            { "kind": "leaked", "feature": "mac", "case": "mac-of-the-neighbour" },
            { "kind": "broken", "feature": "mac", "case": "rarp", "declared": true },
            { "kind": "leaked", "feature": "form", "case": "snap" },
        ]);
    }
    let cases = ["leaked mac mac-of-the-neighbour".to_owned()].into();
    let found = of(&ran);
    assert_eq!(
        found,
        Finding::Contradicted("mac: 3 of 9 passed".to_owned(), cases)
    );
}

#[test]
fn all_proven_is_none() {
    let features = json!([feature("arp", "proven", "x"), feature("mac", "proven", "x")]);
    assert_eq!(of(&ran(0, "holds", features)), Finding::Clean);
}

#[test]
fn what_went_wrong_otherwise_is_nothing() {
    let contradicted = || json!([feature("mac", "contradicted", "3 of 9 passed")]);
    let failed = "the driver failed while it was tried: nft: no";
    let nothing = [
        // Another exit code than that of a contradiction, though the report tells of one.
        ran(70, "contradicted", contradicted()),
        ran(0, "contradicted", contradicted()),
        ran(1, "holds-nothing", json!([])),
        // Of another feature, of another driver, of a driver that failed.
        ran(
            1,
            "contradicted",
            json!([feature("nd", "contradicted", "x")]),
        ),
        ran(
            1,
            "contradicted",
            json!([feature("mac", "contradicted", failed)]),
        ),
        ran(
            0,
            "holds",
            json!([feature("mac", "unproven", "the observer lost frames")]),
        ),
        Ran {
            report: Some(
                json!({ "driver": "ovs", "outcome": "contradicted", "features": contradicted() }),
            ),
            ..ran(1, "contradicted", contradicted())
        },
        Ran {
            report: None,
            ..ran(1, "contradicted", contradicted())
        },
        Ran {
            hung: true,
            ..ran(1, "contradicted", contradicted())
        },
    ];
    for ran in nothing {
        assert!(matches!(of(&ran), Finding::Nothing(_)), "{ran:?}");
    }
}
