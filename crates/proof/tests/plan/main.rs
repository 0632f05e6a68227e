//! The proof over plans, without a kernel: what the driver would put in force is what the policy says,
//! and what is changed of it is found.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod model;

use model::{corpus, snapshot, text};
use vifguard_driver::Desired;
use vifguard_policy::Policy;
use vifguard_proof::nft::prove;

const STRICT: &str = "version: 1
host: { guarded_interfaces: [\"tap*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

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

#[test]
fn a_strict_port() {
    let desired = desired(STRICT);
    let start = std::time::Instant::now();
    let proof = prove(&snapshot(&desired), &desired).unwrap();
    println!("{:?} {}", start.elapsed(), text(&proof));
    assert!(proof.is_equal(), "{}", text(&proof));
    assert_eq!(proof.ports, 1);
}
