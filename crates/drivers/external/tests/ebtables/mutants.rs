use vifguard_conformance::{Place, Stage};
use vifguard_corpus::mutant::{Mutants, saved};
use vifguard_corpus::{Choice, Corpus};
use vifguard_driver::{Desired, Driver};
use vifguard_policy::{Guard, Policy, Profile};
use vifguard_verdict::{CompiledPort, Reason, Verdict, decide};

use crate::driver;

/// Frames for each port; `VIFGUARD_MUTANTS` says otherwise.
const FRAMES: usize = 4_000;
/// As many are sent before it is looked what came through.
const AT_ONCE: usize = 64;

/// Each profile, and each guard almost alone: `l2` goes with all but `mac`.
fn choices() -> Vec<Choice> {
    let alone = |guard| Choice {
        profile: Profile::Open,
        switched: match guard {
            Guard::Mac | Guard::L2 => vec![(guard, true)],
            Guard::Arp
            | Guard::Ipv4
            | Guard::Nd
            | Guard::Ipv6
            | Guard::Router
            | Guard::DhcpServer => vec![(guard, true), (Guard::L2, true)],
        },
    };
    Profile::ALL
        .map(Choice::of)
        .into_iter()
        .chain(Guard::ALL.map(alone))
        .collect()
}

/// All of them side by side, each on an interface of its own.
fn desired(corpus: &Corpus) -> Desired {
    let mut all = Desired::default();
    all.host.guarded_interfaces = "seat*".parse().into_iter().collect();
    for (number, choice) in choices().iter().enumerate() {
        let text = corpus.cases[0].policy_text(choice);
        let policy = Policy::parse(&text, "case").unwrap_or_else(|errors| panic!("{errors}"));
        let mut port = Desired::of(&policy).ports.swap_remove(0);
        port.device = format!("seat{number}").parse().unwrap();
        port.identity.port = format!("port-{number}");
        port.identity.network = number;
        all.ports.push(port);
        all.networks.push(format!("net-{number}"));
    }
    all
}

/// Frames that nobody thought of: whatever comes through, the contract lets pass or refuses for its form
/// alone.
#[test]
fn what_passes_claims_nothing_that_is_not_own() {
    let Some(mut driver) = driver() else {
        return;
    };
    let frames = std::env::var("VIFGUARD_MUTANTS").map_or(FRAMES, |text| text.parse().unwrap());
    let corpus = Corpus::embedded().unwrap();
    let wanted = desired(corpus);
    let mut stage = Stage::new(Place::Bridge, corpus).unwrap();
    let host = stage.host.clone();
    host.run(|| driver.apply(&wanted)).unwrap().unwrap();
    let mut mutants = saved().chain(Mutants::of(corpus, 1));
    for (number, bound) in wanted.ports.iter().enumerate() {
        stage.plug(bound.device.as_str()).unwrap();
        let port = CompiledPort::new(&bound.identity);
        let (mut sent, mut passed) = (0, 0);
        while sent < frames {
            let batch: Vec<_> = mutants.by_ref().take(AT_ONCE).collect();
            sent += batch.len();
            for mut mutant in batch {
                // Flooded, whatever the bridge has learned.
                mutant.frame[..6].fill(0xff);
                stage.send(number, &mutant.frame).unwrap();
            }
            for seen in stage.came_through().unwrap() {
                passed += 1;
                let verdict = decide(&port, &seen, None);
                let form = [
                    Reason::Ipv4Malformed,
                    Reason::Ipv6Malformed,
                    Reason::NdMalformed,
                ];
                let is_good = match verdict {
                    Verdict::Pass => true,
                    Verdict::Refuse(reason) => form.contains(&reason),
                };
                let hex: String = seen.iter().map(|byte| format!("{byte:02x}")).collect();
                assert!(is_good, "{:?}: {verdict:?} {hex}", bound.identity.guards);
            }
            stage.empty_queues().unwrap();
        }
        println!("{:?}: {sent} sent, {passed} seen", bound.identity.guards);
        assert!(passed > 0);
    }
}
