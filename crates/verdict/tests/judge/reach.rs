//! The generators are worth something only if they reach every rule.

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use vifguard_policy::{Identity, Profile};
use vifguard_verdict::{CompiledPort, Reason, Rule, Verdict, judge};

use crate::generate::{frames, identities, tags};
use crate::port::standard;

const FRAMES: usize = 20_000;

/// How often each rule settled a frame, with ports from `identities`.
fn reached(identities: impl Strategy<Value = Identity>) -> HashMap<Rule, usize> {
    let mut runner = TestRunner::deterministic();
    let cases = (identities, tags(), frames());
    let mut counts = HashMap::new();
    for _ in 0..FRAMES {
        let (identity, tag, frame) = cases.new_tree(&mut runner).unwrap().current();
        let judgement = judge(&CompiledPort::new(&identity), &frame, tag);
        *counts.entry(judgement.rule).or_default() += 1;
    }
    counts
}

/// `nd-source` needs the forwarder: a strict port's source is judged before.
#[test]
fn a_strict_port_and_a_forwarder_see_every_reason_often() {
    let identity = |profile: Profile| Identity {
        guards: profile.guards(),
        ..standard().clone()
    };
    let ports = [Profile::Strict, Profile::Forwarder].map(identity);
    let counts = reached(select(ports.to_vec()));
    let refused = |reason| {
        let rules = Rule::ALL
            .iter()
            .filter(|rule| rule.verdict() == Verdict::Refuse(reason));
        rules.filter_map(|rule| counts.get(rule)).sum::<usize>()
    };
    let rare: Vec<(Reason, usize)> = Reason::ALL
        .into_iter()
        .filter(|reason| *reason != Reason::UnknownPort)
        .map(|reason| (reason, refused(reason)))
        .filter(|(_, count)| *count < 50)
        .collect();
    assert!(rare.is_empty(), "{rare:?} of {counts:?}");
}

#[test]
fn some_port_sees_every_rule() {
    let counts = reached(identities());
    let missing: Vec<&Rule> = Rule::ALL
        .iter()
        .filter(|rule| counts.get(rule).is_none_or(|count| *count < 5))
        .collect();
    assert!(missing.is_empty(), "{missing:?} of {counts:?}");
}
