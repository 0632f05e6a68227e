//! The list of rules as `explain` and the documentation use it.

use std::collections::HashSet;

use vifguard_verdict::{Reason, Rule, Verdict};

use crate::{arp, ipv4, ipv6, layer2, nd};

#[test]
fn every_rule_has_a_frame_that_settles_on_it() {
    let rows = [
        layer2::rows(),
        arp::rows(),
        ipv4::rows(),
        ipv6::rows(),
        nd::rows(),
    ];
    let shown: HashSet<Rule> = rows.iter().flatten().map(|row| row.rule).collect();
    let missing: Vec<&Rule> = Rule::ALL
        .iter()
        .filter(|rule| !shown.contains(*rule))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// `explain` sends its reader there.
#[test]
fn the_numbers_are_headings_of_the_documentation() {
    const DOCUMENT: &str = include_str!("../../../../docs/verdicts.md");
    for rule in Rule::ALL {
        let heading = format!("\n### {} ", rule.number());
        assert!(DOCUMENT.contains(&heading), "{rule:?}: {}", rule.number());
    }
}

/// One digit for the section, one for the rule, and a letter where the contract has one: so the
/// order of the text is the order of the numbers as words.
#[test]
fn the_rules_are_in_the_order_of_the_contract() {
    let numbers: Vec<&str> = Rule::ALL.iter().map(|rule| rule.number()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    let formed = |number: &str| {
        matches!(
            number.as_bytes(),
            [b'3'..=b'6', b'.', b'1'..=b'9'] | [b'3'..=b'6', b'.', b'1'..=b'9', b'a'..=b'c']
        )
    };
    assert!(numbers.iter().all(|number| formed(number)), "{numbers:?}");
}

#[test]
fn every_sentence_is_a_sentence_of_its_own() {
    let sentences: HashSet<&str> = Rule::ALL.iter().map(|rule| rule.sentence()).collect();
    assert!(sentences.iter().all(|text| text.ends_with('.')));
    assert!(sentences.iter().all(|text| !text.starts_with(' ')));
    // "No DHCP server's port." stands for both families.
    assert_eq!(sentences.len(), Rule::ALL.len() - 1);
}

/// `unknown-port` is for interfaces that have no port to judge by.
#[test]
fn every_reason_but_one_has_a_rule() {
    for reason in Reason::ALL {
        let given = Rule::ALL
            .iter()
            .any(|rule| rule.verdict() == Verdict::Refuse(reason));
        assert_eq!(given, reason != Reason::UnknownPort, "{reason}");
    }
}
