//! A guest that never stops sending, forged frames among good ones, while its host changes around it.

use std::time::{Duration, Instant};

use vifguard_lab::libvirt::Libvirtd;
use vifguard_machine::domain::{Domain, interface};
use vifguard_policy::Policy;
use vifguard_verdict::{CompiledPort, Verdict, decide};

use crate::support::{Frames, Image, MAC, Observer, Program, TALKER, alone};

pub(crate) const POLICY: &str = "version: 1
host: { guarded_interfaces: [\"vnet*\", \"vg-*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, libvirt: { domain: web }, mac: \"02:00:00:00:00:0a\",
      addresses: [192.0.2.10, \"2001:db8::a\"] }
";

/// Good and forged ones of the corpus, for the port of the policy.
pub(crate) fn frames() -> Frames {
    let names = |names: &[&str]| -> Vec<Vec<u8>> {
        let cases = &vifguard_corpus::Corpus::embedded().unwrap().cases;
        let frame = |name: &&str| {
            let case = cases.iter().find(|case| case.name == **name);
            case.unwrap_or_else(|| panic!("no case {name}"))
                .frame
                .clone()
        };
        names.iter().map(frame).collect()
    };
    let (good, forged) = (names(&GOOD), names(&FORGED));
    let policy = Policy::parse(POLICY, "policy").unwrap();
    let port = CompiledPort::new(&policy.identities()[0]);
    let passes = |frame: &Vec<u8>| decide(&port, frame, None) == Verdict::Pass;
    assert!(good.iter().all(passes) && !forged.iter().any(passes));
    Frames { good, forged }
}

const GOOD: [&str; 4] = [
    "ipv4-from-the-primary-mac",
    "gratuitous-arp-request-own",
    "ns-for-the-own-address-from-an-own-source",
    "ipv6-tcp-syn",
];
const FORGED: [&str; 8] = [
    "forged-mac-arp",
    "arp-reply-for-the-neighbour",
    "arp-sender-mac-of-the-neighbour",
    "ipv4-forged-source",
    "ipv6-forged-source",
    "na-for-the-neighbour",
    "router-advertisement",
    "dhcp-offer",
];

/// What a test has around a guest that sends without end.
struct Scene<'a> {
    host: &'a Libvirtd,
    domain: Domain,
    observer: Observer<'a>,
}

/// The card's name, where a test says it.
const NAMED: &str = "<target dev='vg-card'/>";

/// A guest that sends `frames`, its card guarded by a program that stays, until good ones pass.
fn with_guest(policy: &str, frames: &Frames, card: &str, test: impl FnOnce(Scene<'_>)) {
    let Some(_alone) = alone() else {
        return;
    };
    let image = Image::new(TALKER, &frames.all());
    let host = Libvirtd::new().unwrap();
    let program = Program::on(&host, &image.place);
    let file = program.policy(policy);
    let watcher = program.watch("watch.log", &file);
    let mut observer = Observer::on(&host, frames);
    let domain = Domain::start(&host, &image.domain("web", card), false).unwrap();
    watcher.says("1 added");
    observer.await_good(100);
    test(Scene {
        host: &host,
        domain,
        observer,
    });
}

impl Scene<'_> {
    /// Pulls the card, and looks until the guest has let it go.
    fn pull(&mut self, card: &str) {
        let detach = ["detach-device", "web", "--live"];
        self.host.virsh_with(&detach, card).unwrap();
        assert!(vifguard_lab::wait_until(crate::support::PATIENCE, || {
            self.observer.look();
            self.domain.devices(self.host).unwrap().is_empty()
        }));
    }

    fn put_in(&self, card: &str) {
        let attach = ["attach-device", "web", "--live"];
        self.host.virsh_with(&attach, card).unwrap();
    }
}

#[test]
fn libvirtd_is_killed_and_comes_back() {
    with_guest(POLICY, &frames(), "", |mut scene| {
        scene.host.kill();
        println!(
            "killed: good frames after {:?}",
            scene.observer.await_good(100)
        );
        scene.host.start().unwrap();
        println!(
            "started: good frames after {:?}",
            scene.observer.await_good(100)
        );
        scene.observer.nothing_leaked();
    });
}

#[test]
fn a_card_is_pulled_and_put_in_again_under_the_same_name() {
    with_guest(POLICY, &frames(), NAMED, |mut scene| {
        let card = interface("br0", MAC, NAMED);
        for round in 0..3 {
            scene.pull(&card);
            let start = Instant::now();
            scene.put_in(&card);
            scene.observer.await_good(20);
            println!(
                "round {round}: good frames {:?} after the card was put in",
                start.elapsed()
            );
        }
        scene.observer.nothing_leaked();
    });
}

#[test]
fn a_card_that_is_called_otherwise_for_a_while_stays_guarded() {
    with_guest(POLICY, &frames(), NAMED, |mut scene| {
        for round in 0..3 {
            for [from, to] in [["vg-card", "vg-other"], ["vg-other", "vg-card"]] {
                let mut ip = scene.host.host().command("ip");
                let renamed = ip.args(["link", "set", from, "name", to]).status();
                assert!(renamed.unwrap().success(), "{from} to {to}");
                let start = Instant::now();
                while start.elapsed() < Duration::from_millis(300) {
                    scene.observer.look();
                }
            }
            println!(
                "round {round}: good frames {:?} after the name came back",
                scene.observer.await_good(20)
            );
        }
        scene.observer.nothing_leaked();
    });
}

/// Another port of the same domain.
const OTHER: &str = "  - { name: other, network: lan, libvirt: { domain: web }, \
                     mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }\n";

/// A gratuitous ARP request.
fn arp(number: u8) -> Vec<u8> {
    let mac = [2, 0, 0, 0, 0, number];
    let mut frame = [&[0xff; 6][..], &mac, &[8, 6, 0, 1, 8, 0, 6, 4, 0, 1], &mac].concat();
    frame.extend([192, 0, 2, number]);
    frame.extend([0; 6]);
    frame.extend([192, 0, 2, number]);
    frame
}

#[test]
fn a_name_that_was_anothers_is_not_guarded_as_anothers() {
    // What one port owns is forged by the other.
    let (one, other) = (vec![arp(10)], vec![arp(11)]);
    let (before, after) = (
        Frames {
            good: one.clone(),
            forged: other.clone(),
        },
        Frames {
            good: other,
            forged: one,
        },
    );
    with_guest(&format!("{POLICY}{OTHER}"), &before, NAMED, |mut scene| {
        scene.pull(&interface("br0", MAC, NAMED));
        scene.observer.nothing_leaked();
        let mut observer = Observer::on(scene.host, &after);
        let start = Instant::now();
        scene.put_in(&interface("br0", "02:00:00:00:00:0b", NAMED));
        observer.await_good(100);
        println!(
            "good frames {:?} after the other card was put in",
            start.elapsed()
        );
        observer.nothing_leaked();
    });
}
