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

/// Section, rule, and a letter where the contract has one; in the order of the text.
#[test]
fn the_numbers_are_those_of_the_contract() {
    let numbers: Vec<(u8, u8, Option<char>)> = Rule::ALL
        .iter()
        .map(|rule| parts(rule.number()).unwrap_or_else(|| panic!("{rule:?}: {}", rule.number())))
        .collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    for (section, rule, _) in numbers {
        // Section 4 has no numbers of its own: form, sender MAC, sender address, RARP.
        let last = [(3, 5), (4, 4), (5, 4), (6, 7)]
            .into_iter()
            .find(|(number, _)| *number == section);
        assert!(last.is_some_and(|(_, last)| (1..=last).contains(&rule)));
    }
}

fn parts(number: &str) -> Option<(u8, u8, Option<char>)> {
    let (section, rule) = number.split_once('.')?;
    let letter = rule.chars().last().filter(char::is_ascii_lowercase);
    let digits = letter.map_or(rule, |letter| rule.trim_end_matches(letter));
    Some((section.parse().ok()?, digits.parse().ok()?, letter))
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
