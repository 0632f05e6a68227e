//! Every frame of the corpus that a strict port sends, from a real guest by its own virtio card.

use std::collections::HashMap;

use vifguard_corpus::{Case, Choice, Corpus};
use vifguard_lab::libvirt::Libvirtd;
use vifguard_machine::domain::Domain;
use vifguard_policy::Profile;
use vifguard_verdict::Verdict;

use crate::support::{Image, ONCE, PATIENCE, Program, alone, on_the_bridge};

/// What a card without offloads sends at most.
const LONGEST: usize = 1514;

/// Cases that are sent under the most common policy, its port bound to a domain.
fn cases() -> (String, Vec<&'static Case>) {
    let mut by_policy: HashMap<String, Vec<&'static Case>> = HashMap::new();
    let all = Corpus::embedded().unwrap().cases.iter();
    // The card pads nothing and the bridge has rules of its own.
    for case in all.filter(|case| !case.judge_only && !case.bridge_drops) {
        if (14..=LONGEST).contains(&case.frame.len()) {
            let policy = case.policy_text(&Choice::of(Profile::Strict));
            by_policy.entry(policy).or_default().push(case);
        }
    }
    let common = by_policy.into_iter().max_by_key(|(_, cases)| cases.len());
    let (policy, cases) = common.unwrap();
    let bound = policy.replace("device: tap-own", "libvirt: { domain: own }");
    assert_ne!(bound, policy);
    let guarded = bound.replacen(
        "networks:",
        "host: { guarded_interfaces: [\"vnet*\", \"tap-*\"] }\nnetworks:",
        1,
    );
    (guarded, cases)
}

#[test]
fn a_guests_frames_meet_the_contract() {
    let Some(_alone) = alone() else {
        return;
    };
    let (policy, cases) = cases();
    let frames: Vec<Vec<u8>> = cases.iter().map(|case| case.frame.clone()).collect();
    let image = Image::new(ONCE, &frames);
    let host = Libvirtd::new().unwrap();
    let domain = Domain::start(&host, &image.domain("own", ""), true).unwrap();
    let _neighbour = host.bridged().tap("tap-neighbour").unwrap();
    let program = Program::on(&host, &image.place);
    let file = program.policy(&policy);
    program.does(&["enforce", "--yes", "-f", &file]);
    let mut seen = on_the_bridge(&host);
    domain.resume(&host).unwrap();
    domain.wait_for("all is sent", PATIENCE).unwrap();
    let log = domain.log();
    assert!(
        log.contains(&format!("sent {0} of {0} frames", frames.len())),
        "{log}"
    );
    // What the card has taken, QEMU hands on a moment later: counters say when all is judged.
    let judged = |status: &str| -> u64 {
        let status: serde_json::Value = serde_json::from_str(status).unwrap();
        let ports = status["result"]["ports"].as_array().unwrap();
        let port = ports.iter().find(|port| port["port"] == "own").unwrap();
        let refused = port["refused"].as_object().into_iter().flatten();
        let refused: u64 = refused.filter_map(|(_, count)| count.as_u64()).sum();
        port["passed"].as_u64().unwrap() + refused
    };
    let all_judged = || judged(&program.does(&["status", "--json"])) >= frames.len() as u64;
    assert!(vifguard_lab::wait_until(PATIENCE, all_judged));
    let seen: Vec<Vec<u8>> = seen.drain().unwrap().into_iter().map(|c| c.frame).collect();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let expected = case.expect(Profile::Strict);
            let came = seen.iter().any(|frame| is_same(frame, &case.frame));
            // One that only a reason may tell apart is refused either way.
            (came != (expected.verdict == Verdict::Pass))
                .then(|| format!("{}: expected {expected}, came through: {came}", case.name))
        })
        .collect();
    println!(
        "{} frames of a real guest, {} wrong",
        cases.len(),
        wrong.len()
    );
    assert!(cases.len() > 300);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Tags may lie beside the frame where it is seen.
fn is_same(seen: &[u8], sent: &[u8]) -> bool {
    seen == sent
}
