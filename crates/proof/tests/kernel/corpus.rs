//! Every policy of the corpus, as the driver puts it in force.

use std::collections::BTreeSet;

use vifguard_corpus::Corpus;
use vifguard_driver::{BoundPort, Desired};
use vifguard_nft::{Binding, Nft, Snapshot};
use vifguard_policy::{Identity, Mode, Policy};
use vifguard_proof::Outcome;
use vifguard_proof::nft::Rulebook;

use crate::bed::Bed;

fn texts() -> Vec<String> {
    let mut texts = BTreeSet::new();
    for case in &Corpus::embedded().unwrap().cases {
        let choices = case.variants().iter().map(|variant| &variant.choice);
        texts.extend(choices.map(|choice| case.policy_text(choice)));
    }
    texts.into_iter().collect()
}

/// All policies at once, each on a network of its own.
fn policies(mode: Mode) -> Desired {
    let mut all = Desired::default();
    for (number, text) in texts().iter().enumerate() {
        all.networks.push(format!("network-{number}"));
        let identities = Policy::parse(text, "case").unwrap().identities();
        for (i, identity) in identities.into_iter().enumerate() {
            let device = format!("seat{number}n{i}");
            all.ports.push(BoundPort {
                device: device.parse().unwrap(),
                index: None,
                identity: Identity {
                    port: format!("port-{number}-{i}"),
                    network: number,
                    mode,
                    ..identity
                },
            });
        }
    }
    all
}

fn proved(bed: &mut Bed, desired: &Desired) {
    bed.apply(desired);
    let proof = bed.prove(desired);
    assert!(proof.is_equal(), "{proof:#?}");
    assert_eq!(proof.ports, desired.ports.len());
    // One for each kind of port, not for each port.
    assert!(
        (20..desired.ports.len()).contains(&proof.proofs),
        "{}",
        proof.proofs
    );
}

#[test]
fn bound_by_name() {
    for mode in [Mode::Enforce, Mode::Audit] {
        let Some(mut bed) = Bed::with(Nft::new(), &[]) else {
            return;
        };
        let mut desired = policies(mode);
        desired
            .host
            .guarded_interfaces
            .push("seat*".parse().unwrap());
        proved(&mut bed, &desired);
    }
}

#[test]
fn bound_by_device() {
    let mut desired = policies(Mode::Enforce);
    let devices: Vec<String> = desired
        .ports
        .iter()
        .map(|port| port.device.as_str().to_owned())
        .collect();
    let devices: Vec<&str> = devices.iter().map(String::as_str).collect();
    let Some(mut bed) = Bed::with(Nft::with_binding(Binding::ByDevice), &devices) else {
        return;
    };
    desired
        .host
        .guarded_interfaces
        .push("seat*".parse().unwrap());
    proved(&mut bed, &desired);
}

/// The reading of the kernel's rules, frame by frame: by what the kernel really holds, each case of the
/// corpus meets its fate.
#[test]
fn frames_of_the_corpus_meet_their_fate() {
    let Some(mut bed) = Bed::with(Nft::new(), &[]) else {
        return;
    };
    let texts = texts();
    let mut desired = policies(Mode::Enforce);
    desired
        .host
        .guarded_interfaces
        .push("seat*".parse().unwrap());
    bed.apply(&desired);
    let snapshot = bed.host.run(Snapshot::read).unwrap().unwrap();
    let rules = Rulebook::of(&snapshot);
    let mut judged = 0;
    for case in &Corpus::embedded().unwrap().cases {
        for variant in case.variants() {
            let text = case.policy_text(&variant.choice);
            let device = format!(
                "seat{}n0",
                texts.iter().position(|other| *other == text).unwrap()
            );
            let Some((outcome, taken)) = rules.follow(&device, &case.frame) else {
                continue;
            };
            let expected = Outcome::of(variant.expected.verdict, Mode::Enforce);
            let (name, choice) = (&case.name, variant.label());
            assert_eq!(outcome, expected, "{name} under {choice}: {taken:#?}");
            judged += 1;
        }
    }
    assert!(judged > 1000, "{judged}");
}
