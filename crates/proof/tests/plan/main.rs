//! The proof over plans, without a kernel: what the driver would put in force is what the policy says,
//! and what is changed of it is found.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod damage;
mod model;
#[path = "../common/mutator.rs"]
mod mutator;

use damage::damage;
use model::{corpus, snapshot, text};
use mutator::Mutator;
use vifguard_corpus::Corpus;
use vifguard_driver::Desired;
use vifguard_policy::{Mode, Policy};
use vifguard_proof::nft::{Rulebook, prove};
use vifguard_proof::{Outcome, Proof};
use vifguard_verdict::{CompiledPort, decide};

const PORT: &str = "version: 1
host: { guarded_interfaces: [\"tap*\"] }
networks: [{ name: lan, kind: private, reserved: [\"fe80::1\"] }]
ports:
  - name: web
    network: lan
    device: tap-web
    mac: \"02:00:00:00:00:0a\"
    extra_macs: [\"00:00:5e:00:01:07\"]
    addresses: [192.0.2.10, 198.51.100.0/28, \"2001:db8::a\", \"2001:db8:5::/64\"]
    link_local: any
    ethertypes: [0x88cc]
";
/// States that are damaged at random.
const DAMAGED: u64 = 60;
/// Frames that each of them judges.
const FRAMES: usize = 1500;

fn desired(text: &str) -> Desired {
    Desired::of(&Policy::parse(text, "test").unwrap_or_else(|errors| panic!("{errors}")))
}

/// Every policy of the corpus, each on a network of its own.
#[test]
fn every_policy_of_the_corpus() {
    let desired = corpus();
    let start = std::time::Instant::now();
    let proof = prove(&snapshot(&desired), &desired).unwrap();
    println!(
        "{} ports {:?} {}",
        desired.ports.len(),
        start.elapsed(),
        text(&proof)
    );
    assert!(proof.is_equal(), "{}", text(&proof));
    assert_eq!(proof.ports, desired.ports.len());
}

/// A frame that the kernel's rules would judge otherwise than the contract is one that the proof must
/// find, whatever was done to them.
#[test]
fn no_damage_is_overlooked() {
    let desired = desired(PORT);
    let frames = frames();
    let port = CompiledPort::new(&desired.ports[0].identity);
    let (mut wrong, mut found) = (0, 0);
    for seed in 0..DAMAGED {
        let mut snapshot = snapshot(&desired);
        let what = damage(&mut snapshot.main, &mut Mutator::new(seed));
        let proof = prove(&snapshot, &desired).unwrap_or_else(|error| panic!("{what}: {error}"));
        let rules = Rulebook::of(&snapshot);
        let otherwise = frames.iter().find(|frame| {
            let expected = Outcome::of(decide(&port, frame, None), Mode::Enforce);
            let judged = rules.follow("tap-web", frame);
            judged.is_some_and(|(outcome, _)| outcome != expected)
        });
        let equal = of_port(&proof);
        wrong += usize::from(otherwise.is_some());
        found += usize::from(!equal);
        assert!(
            otherwise.is_none() || !equal,
            "{what}: overlooked on {otherwise:02x?}"
        );
    }
    println!("{wrong} of {DAMAGED} judge a frame otherwise, {found} were found to");
    assert!(wrong >= 15 && found >= wrong, "{wrong} {found}");
}

/// Is nothing said against the port?
fn of_port(proof: &Proof) -> bool {
    proof.ports == 1
}

/// Frames inside the port's identity and near it.
fn frames() -> Vec<Vec<u8>> {
    let mut mutator = Mutator::new(7);
    let cases = &Corpus::embedded().unwrap().cases;
    let frames = (0..FRAMES).map(|i| mutator.frame(&cases[i % cases.len()].frame));
    frames.collect()
}
