use std::collections::{BTreeMap, BTreeSet};

use vifguard_corpus::{Corpus, Layer, directory};
use vifguard_policy::Profile;
use vifguard_verdict::Verdict;

use crate::corpus;

#[test]
fn there_are_enough_cases() {
    assert!(
        corpus().cases.len() >= 300,
        "{} cases",
        corpus().cases.len()
    );
}

#[test]
fn what_is_built_in_is_what_lies_in_the_tree() {
    let names = |corpus: &Corpus| -> Vec<String> {
        corpus
            .cases
            .iter()
            .map(|case| format!("{} {}", case.file, case.name))
            .collect()
    };
    assert_eq!(names(corpus()), names(&Corpus::read(&directory()).unwrap()));
}

#[test]
fn names_are_unique_and_kebab_case() {
    let mut seen = BTreeSet::new();
    for case in &corpus().cases {
        assert!(seen.insert(&case.name), "{} twice", case.name);
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(case.name.chars().all(kebab), "{}", case.name);
        assert!(corpus().case(&case.name).is_some());
    }
}

#[test]
fn every_case_tells_why_and_whence() {
    for case in &corpus().cases {
        assert!(
            case.story.ends_with('.') && case.story.len() >= 25,
            "{}: {}",
            case.name,
            case.story
        );
        assert!(!case.source.is_empty(), "{}: no source", case.name);
    }
}

#[test]
fn no_two_cases_are_the_same_frame_from_the_same_port() {
    let mut seen = BTreeMap::new();
    for case in &corpus().cases {
        let key = (case.frame.clone(), format!("{:?}", case.setting));
        if let Some(other) = seen.insert(key, &case.name) {
            panic!("{other} and {} are one", case.name);
        }
    }
}

#[test]
fn variants_of_a_case_are_unique() {
    for case in &corpus().cases {
        let labels: BTreeSet<String> = case.variants().iter().map(|v| v.label()).collect();
        assert_eq!(labels.len(), case.variants().len(), "{}", case.name);
        let guards: BTreeSet<_> = case.variants().iter().map(|v| v.guards()).collect();
        assert_eq!(
            guards.len(),
            case.variants().len(),
            "{}: the same guards twice",
            case.name
        );
    }
}

#[test]
fn frames_fit_on_a_wire() {
    for case in corpus().cases.iter().filter(|case| !case.judge_only) {
        assert!(
            (14..=1514).contains(&case.frame.len()),
            "{}: {}",
            case.name,
            case.frame.len()
        );
    }
    let large = corpus()
        .cases
        .iter()
        .filter(|case| case.frame.len() > 200)
        .count();
    assert!(
        large <= 16,
        "{large} frames are large; small ones are easier to read"
    );
}

#[test]
fn every_frame_begins_with_ethernet() {
    for case in &corpus().cases {
        assert!(
            matches!(case.layers.first(), Some(Layer::Eth(_))),
            "{}",
            case.name
        );
    }
}

#[test]
fn near_cases_get_another_verdict() {
    for case in &corpus().cases {
        let Some(name) = &case.near else { continue };
        let near = corpus()
            .case(name)
            .unwrap_or_else(|| panic!("{}: no case {name}", case.name));
        let (own, other) = (case.expect(Profile::Strict), near.expect(Profile::Strict));
        assert_ne!(own.verdict, other.verdict, "{} and {name}", case.name);
    }
}

#[test]
fn the_case_before_is_a_passing_one_of_the_same_port() {
    for case in &corpus().cases {
        let Some(name) = &case.after else { continue };
        let before = corpus()
            .case(name)
            .unwrap_or_else(|| panic!("{}: no case {name}", case.name));
        assert_eq!(before.setting, case.setting, "{}", case.name);
        assert_eq!(
            before.expect(Profile::Strict).verdict,
            Verdict::Pass,
            "{}",
            case.name
        );
    }
}

#[test]
fn open_refuses_nothing_but_runts() {
    for case in &corpus().cases {
        let expected = case.expect(Profile::Open);
        assert_eq!(
            expected.passes(),
            Some(case.frame.len() >= 14),
            "{}",
            case.name
        );
    }
}
