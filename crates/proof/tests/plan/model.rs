use std::collections::BTreeSet;
use std::fmt::Write;

use vifguard_corpus::Corpus;
use vifguard_driver::{BoundPort, Desired};
use vifguard_netlink::nft::Family;
use vifguard_nft::Snapshot;
use vifguard_nft::binding::{self, Binding};
use vifguard_nft::change::Change;
use vifguard_nft::contents::{Entry, Tenants};
use vifguard_nft::edit::Op;
use vifguard_nft::held::{Held, is_claim_set};
use vifguard_nft::names::PORTS;
use vifguard_nft::program::ChainBody;
use vifguard_policy::{Identity, Policy};
use vifguard_proof::Proof;

/// What the kernel would hold, bound by name.
pub(crate) fn snapshot(desired: &Desired) -> Snapshot {
    let tenants = Tenants::of(desired, true);
    let (bases, gate) = binding::of(Binding::ByName, desired, &[]);
    let change = Change::between(&Held::default(), &tenants, &bases);
    let gate = Held::of(&gate.unwrap().program());
    let mut held = Held::default();
    for op in change.steps().flat_map(|edit| &edit.0) {
        carry_out(&mut held, op);
    }
    Snapshot {
        main: held,
        gates: [Family::Bridge, Family::Inet, Family::Arp]
            .map(|family| (family, gate.clone()))
            .into(),
        ..Snapshot::default()
    }
}

fn carry_out(held: &mut Held, op: &Op) {
    let contents = held.contents.get_or_insert_default();
    match op.clone() {
        Op::AddTable => held.present = true,
        Op::AddSet(set) => {
            held.sets.insert(set.name.clone(), set);
        }
        Op::AddChain(name) => {
            held.chains.insert(name, ChainBody::default());
        }
        Op::AddBase(name, base) => {
            let base = Some(base);
            let rules = Vec::new();
            held.chains.insert(name, ChainBody { base, rules });
        }
        Op::SetRules(name, rules, _) => held.chains.get_mut(&name).unwrap().rules = rules,
        Op::SetPolicy(name, policy) => {
            let base = held.chains.get_mut(&name).unwrap().base.as_mut();
            base.unwrap().policy = policy;
        }
        Op::AddCounter(name) => {
            held.counters.insert(name);
        }
        Op::AddElements(set, elements) if set == PORTS => {
            held.entries.extend(elements.into_iter().map(Entry::read));
        }
        Op::AddElements(set, elements) if is_claim_set(&set) => {
            contents.entry(set).or_default().extend(elements);
        }
        Op::AddElements(set, elements) => held.fixed.entry(set).or_default().extend(elements),
        Op::DeleteTable
        | Op::DeleteSet(_)
        | Op::DeleteChain(_)
        | Op::AddDevices(..)
        | Op::DeleteDevices(..)
        | Op::DeleteCounter(_)
        | Op::DeleteElements(..) => panic!("not part of a first change: {op:?}"),
    }
}

/// Every policy of the corpus at once, each on a network of its own.
pub(crate) fn corpus() -> Desired {
    let mut texts = BTreeSet::new();
    for case in &Corpus::embedded().unwrap().cases {
        let choices = case.variants().iter().map(|variant| &variant.choice);
        texts.extend(choices.map(|choice| case.policy_text(choice)));
    }
    let mut all = Desired::default();
    all.host.guarded_interfaces.push("seat*".parse().unwrap());
    for (number, text) in texts.iter().enumerate() {
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
                    ..identity
                },
            });
        }
    }
    all
}

/// A proof, for the message of a failing test.
pub(crate) fn text(proof: &Proof) -> String {
    let mut text = format!(
        "{} ports, {} interfaces, {} proofs, {} unexamined\n",
        proof.ports,
        proof.interfaces,
        proof.proofs,
        proof.unexamined()
    );
    for found in &proof.differences {
        let _ = writeln!(
            text,
            "{:?}: {:?}\n  {:02x?}\n  kernel: {}\n  policy: {}",
            found.whose, found.kind, found.picture, found.kernel, found.policy
        );
        for taken in &found.taken {
            let _ = writeln!(text, "    {taken}");
        }
    }
    for unread in &proof.unread {
        let _ = writeln!(text, "{unread:?}");
    }
    text
}
