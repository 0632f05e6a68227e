//! A guest that never stops sending, forged frames among good ones, and what a test does to it.

use vifguard_lab::libvirt::Libvirtd;
use vifguard_machine::domain::Domain;
use vifguard_policy::Policy;
use vifguard_verdict::{CompiledPort, Verdict, decide};

use crate::support::{Frames, Image, Observer, PATIENCE, Program, TALKER, Watcher, alone};

pub(crate) const POLICY: &str = "version: 1
host: { guarded_interfaces: [\"vnet*\", \"vg-*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, libvirt: { domain: web }, mac: \"02:00:00:00:00:0a\",
      addresses: [192.0.2.10, \"2001:db8::a\"] }
";

/// What of it asks that all such interfaces are guarded from the first frame.
pub(crate) const HOST: &str = "host: { guarded_interfaces: [\"vnet*\", \"vg-*\"] }\n";

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

/// The card's name, where a test says it.
pub(crate) const NAMED: &str = "<target dev='vg-card'/>";

/// Another port of the same domain.
pub(crate) const OTHER: &str = "  - { name: other, network: lan, libvirt: { domain: web }, \
                     mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }\n";

pub(crate) const OTHERS_MAC: &str = "02:00:00:00:00:0b";

/// A gratuitous ARP request.
pub(crate) fn arp(number: u8) -> Vec<u8> {
    let mac = [2, 0, 0, 0, 0, number];
    let mut frame = [&[0xff; 6][..], &mac, &[8, 6, 0, 1, 8, 0, 6, 4, 0, 1], &mac].concat();
    frame.extend([192, 0, 2, number]);
    frame.extend([0; 6]);
    frame.extend([192, 0, 2, number]);
    frame
}

/// How a guest gets its guards.
#[derive(Clone, Copy)]
pub(crate) struct Way<'w> {
    /// What the policy says.
    pub(crate) policy: &'w str,
    /// The driver of a program that stays, if one does.
    pub(crate) watched: Option<&'static str>,
    /// What the domain says of its card besides.
    pub(crate) card: &'w str,
    /// libvirt's filters are defined before the domain is: the card may name one.
    pub(crate) defined: bool,
}

/// What a test has around a guest that sends without end.
pub(crate) struct Scene<'a> {
    pub(crate) host: &'a Libvirtd,
    pub(crate) image: &'a Image,
    pub(crate) watcher: Option<Watcher>,
    pub(crate) domain: Domain,
    pub(crate) observer: Observer<'a>,
}

/// A guest that sends `frames`, guarded in this way, until good ones pass.
pub(crate) fn with_guest(way: Way<'_>, frames: &Frames, test: impl FnOnce(Scene<'_>)) {
    let Some(_alone) = alone() else {
        return;
    };
    let image = Image::new(TALKER, &frames.all());
    let host = Libvirtd::new().unwrap();
    let program = Program::on(&host, &image.place);
    let file = program.policy(way.policy);
    if way.defined {
        program.does(&["libvirt", "define", "-f", &file]);
    }
    let watch = |driver| program.watch_by(driver, "watch.log", &file);
    let watcher = way.watched.map(watch);
    let mut observer = Observer::on(&host, frames);
    let domain = Domain::start(&host, &image.domain("web", way.card), false).unwrap();
    if let Some(watcher) = watcher.as_ref().filter(|_| !way.defined) {
        watcher.says("1 added");
    }
    observer.await_good(100);
    test(Scene {
        host: &host,
        image: &image,
        watcher,
        domain,
        observer,
    });
}

impl Scene<'_> {
    /// Pulls the card, and looks until the guest has let it go.
    pub(crate) fn pull(&mut self, card: &str) {
        let detach = ["detach-device", "web", "--live"];
        self.host.virsh_with(&detach, card).unwrap();
        assert!(vifguard_lab::wait_until(PATIENCE, || {
            self.observer.look();
            self.domain.devices(self.host).unwrap().is_empty()
        }));
    }

    pub(crate) fn put_in(&self, card: &str) {
        let attach = ["attach-device", "web", "--live"];
        self.host.virsh_with(&attach, card).unwrap();
    }

    /// Calls an interface otherwise, as an operator does: libvirt is not told.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        let mut ip = self.host.host().command("ip");
        let renamed = ip.args(["link", "set", from, "name", to]).status();
        assert!(renamed.unwrap().success(), "{from} to {to}");
    }
}
