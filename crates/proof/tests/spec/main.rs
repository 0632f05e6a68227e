//! The proof's rendition of the contract against the authority, frame by frame.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

#[path = "../common/mutator.rs"]
mod mutator;

use std::collections::{BTreeMap, HashMap};

use mutator::Mutator;
use vifguard_corpus::Corpus;
use vifguard_policy::{GuardSet, Identity, Policy};
use vifguard_proof::frame::Given;
use vifguard_proof::{Owned, Plain, spec};
use vifguard_verdict::{CompiledPort, Verdict, decide};

/// Frames made from each frame of the corpus.
const EACH: usize = 250;

/// What the rendition says; nothing where the proof does not speak of the frame.
fn rendered(identity: &Identity, frame: &[u8]) -> Option<Verdict> {
    let sight = Given::of(frame, false)?;
    let settled = spec(&sight, &Owned::of(&Plain, identity));
    let verdicts: Vec<Verdict> = settled
        .into_iter()
        .filter_map(|(verdict, is)| is.then_some(verdict))
        .collect();
    assert_eq!(verdicts.len(), 1, "{frame:02x?}: {verdicts:?}");
    verdicts.into_iter().next()
}

fn identities() -> HashMap<String, Identity> {
    let mut identities = HashMap::new();
    for case in &Corpus::embedded().unwrap().cases {
        for variant in case.variants() {
            let text = case.policy_text(&variant.choice);
            identities.entry(text).or_insert_with_key(|text| {
                let policy = Policy::parse(text, "case").unwrap();
                policy.identities().remove(0)
            });
        }
    }
    identities
}

#[test]
fn the_corpus_is_judged_alike() {
    let identities = identities();
    let (mut judged, mut outside) = (0, 0);
    for case in &Corpus::embedded().unwrap().cases {
        for variant in case.variants() {
            let identity = &identities[&case.policy_text(&variant.choice)];
            match rendered(identity, &case.frame) {
                None => outside += 1,
                Some(verdict) => {
                    judged += 1;
                    let (name, choice) = (&case.name, variant.label());
                    assert_eq!(verdict, variant.expected.verdict, "{name} under {choice}");
                }
            }
        }
    }
    println!("{judged} judged, {outside} outside");
    assert!(judged > 1000 && outside > 0);
}

/// Every verdict must have come often: a rule that no frame reached was not compared.
#[test]
fn frames_made_from_the_corpus_are_judged_alike() {
    let identities: Vec<Identity> = identities().into_values().collect();
    let mut mutator = Mutator::new(1);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut judged = 0;
    for case in &Corpus::embedded().unwrap().cases {
        let own = case.policy_text(&case.variants()[0].choice);
        let own = Policy::parse(&own, "case").unwrap().identities().remove(0);
        for _ in 0..EACH {
            let frame = mutator.frame(&case.frame);
            let mut identity = match mutator.one_of(4) {
                0 => identities[mutator.one_of(identities.len())].clone(),
                _ => own.clone(),
            };
            if mutator.one_of(2) == 0 {
                identity.guards = GuardSet::from_bits(mutator.byte());
            }
            let Some(verdict) = rendered(&identity, &frame) else {
                continue;
            };
            let port = CompiledPort::new(&identity);
            let guards = identity.guards;
            assert_eq!(
                verdict,
                decide(&port, &frame, None),
                "{}: {guards:?} {frame:02x?}",
                case.name
            );
            judged += 1;
            *seen.entry(verdict.to_string()).or_default() += 1;
        }
    }
    println!("{judged} frames: {seen:?}");
    assert!(judged > 100_000, "{judged}");
    // All but runts, which the proof does not speak of, and interfaces without a port.
    assert_eq!(seen.len(), 18, "{seen:?}");
    assert!(seen.values().all(|count| *count > 100), "{seen:?}");
}
