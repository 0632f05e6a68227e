//! The plan, without a libvirt.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use std::collections::{BTreeMap, BTreeSet};

use vifguard_corpus::{Choice, Corpus};
use vifguard_driver::Desired;
use vifguard_nwfilter::change::Change;
use vifguard_nwfilter::filter::{Action, Filter};
use vifguard_nwfilter::held::{Held, Kernel};
use vifguard_nwfilter::plan::Plan;
use vifguard_nwfilter::program::chains;
use vifguard_nwfilter::{NeighborDiscovery, of_device, of_port};
use vifguard_policy::{Identity, Policy, Profile};

const PORT: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

fn desired(text: &str) -> Desired {
    Desired::of(&Policy::parse(text, "test").unwrap_or_else(|errors| panic!("{errors}")))
}

fn plan(text: &str) -> Plan {
    let refuse = NeighborDiscovery::Refuse;
    Plan::of(&desired(text), &BTreeMap::new(), |_| true, refuse).unwrap()
}

/// Every policy of the corpus, with each profile.
fn identities() -> Vec<Identity> {
    let cases = &Corpus::embedded().unwrap().cases;
    let mut texts: BTreeSet<String> = BTreeSet::new();
    for case in cases {
        let choices = case.variants().iter().map(|variant| variant.choice.clone());
        for choice in choices.chain(Profile::ALL.map(Choice::of)) {
            texts.insert(case.policy_text(&choice));
        }
    }
    let policies = texts
        .iter()
        .map(|text| Policy::parse(text, "case").unwrap());
    policies.flat_map(|policy| policy.identities()).collect()
}

#[test]
fn a_strict_port() {
    insta::assert_snapshot!(plan(PORT).to_string());
}

#[test]
fn a_forwarder() {
    insta::assert_snapshot!(
        plan(&PORT.replace("name: web,", "name: web, profile: forwarder,")).to_string()
    );
}

#[test]
fn an_open_port() {
    insta::assert_snapshot!(
        plan(&PORT.replace("name: web,", "name: web, profile: open,")).to_string()
    );
}

/// ebtables accepts what falls off the end of a chain.
#[test]
fn no_chain_ends_without_a_verdict() {
    for identity in identities() {
        for discovery in [NeighborDiscovery::Refuse, NeighborDiscovery::Trust] {
            for chain in chains(&identity, discovery) {
                let last = chain.rules.last().unwrap();
                assert!(last.fields.is_empty(), "{chain:?}");
                assert_ne!(last.action, Action::Continue, "{chain:?}");
                // Nothing but the last rule is about every frame.
                let (_, before) = chain.rules.split_last().unwrap();
                assert!(
                    before.iter().all(|rule| !rule.fields.is_empty()),
                    "{chain:?}"
                );
            }
        }
    }
}

/// A kind of frames that has chains is accepted by the last of them alone, which no frame falls out of.
#[test]
fn the_last_chain_of_a_kind_never_returns() {
    for identity in identities() {
        let chains = chains(&identity, NeighborDiscovery::Refuse);
        for kind in ["arp", "rarp", "ipv4", "ipv6"] {
            let mut own = chains
                .iter()
                .filter(|chain| chain.name.split('-').next() == Some(kind));
            let Some(last) = own.next_back() else {
                continue;
            };
            assert!(
                last.rules.iter().all(|rule| rule.action != Action::Return),
                "{last:?}"
            );
        }
    }
}

/// libvirt names chains of ebtables after interface and chain, in 31 bytes.
#[test]
fn names_have_room() {
    for identity in identities() {
        for chain in chains(&identity, NeighborDiscovery::Refuse) {
            assert!(
                "J-".len() + 15 + "-".len() + chain.name.len() < 32,
                "{}",
                chain.name
            );
        }
    }
}

#[test]
fn parts_are_named_after_what_they_say() {
    let mut by_name: BTreeMap<String, Filter> = BTreeMap::new();
    for identity in identities() {
        let plan = Plan::of_domains([&identity], NeighborDiscovery::Refuse);
        for (name, part) in plan.unwrap().parts {
            assert!(name.ends_with(&part.digest()));
            if let Some(other) = by_name.insert(name, part.clone()) {
                assert_eq!(other, part);
            }
        }
    }
    assert!(by_name.len() > 50);
}

fn held(plan: &Plan) -> Held {
    let wrappers = plan.wrappers.iter().map(|wrapper| wrapper.filter.clone());
    let filters = plan.parts.values().cloned().chain(wrappers);
    Held {
        filters: filters
            .map(|filter| (filter.name.clone(), filter))
            .collect(),
        ..Held::default()
    }
}

#[test]
fn a_change_makes_before_it_takes() {
    let before = plan(PORT);
    let after = plan(&PORT.replace("192.0.2.10", "192.0.2.11"));
    let held = held(&before);
    let change = Change::between(&held, &after, false);
    assert_eq!(change.applied.changed, ["web"]);
    // Two chains speak of the address.
    assert_eq!((change.parts.len(), change.wrappers.len()), (2, 1));
    assert_eq!(change.undefine.len(), 2);
    let kept: BTreeSet<&String> = after.parts.keys().collect();
    assert!(change.undefine.iter().all(|name| !kept.contains(name)));
    let lines = change.lines();
    let first_taken = lines
        .iter()
        .position(|line| line.contains("undefine"))
        .unwrap();
    assert!(
        lines[..first_taken]
            .iter()
            .all(|line| !line.contains("undefine"))
    );
    assert!(lines[..first_taken].len() >= 3);
}

#[test]
fn rules_of_ebtables_are_read() {
    let listing = "Bridge table: nat

Bridge chain: PREROUTING, entries: 1, policy: ACCEPT
-i tap-web -j libvirt-I-tap-web , pcnt = 7 -- bcnt = 300

Bridge chain: I-tap-web-arp-ip, entries: 2, policy: RETURN
-p ARP --arp-ip-src 192.0.2.10 -j ACCEPT , pcnt = 5 -- bcnt = 200
-p ARP -j DROP , pcnt = 2 -- bcnt = 100

Bridge chain: libvirt-I-tap-web, entries: 1, policy: RETURN
-j CONTINUE , pcnt = 7 -- bcnt = 300
";
    let kernel = Kernel::read(listing);
    let chains = kernel.chains_of("tap-web");
    assert_eq!(chains.keys().copied().collect::<Vec<_>>(), ["", "arp-ip"]);
    assert_eq!(chains["arp-ip"][1].frames, 2);
    assert_eq!(chains["arp-ip"][1].target, "DROP");
    assert!(kernel.chains_of("tap").is_empty());
}

/// Or libvirt would make all rules of a card anew as soon as it is there.
#[test]
fn what_a_domain_names_is_the_same_before_its_card_is_there() {
    let bound = BTreeMap::from([("tap-web".to_owned(), of_port("web"))]);
    let bound = Plan::of(&desired(PORT), &bound, |_| true, NeighborDiscovery::Refuse).unwrap();
    let identities = Policy::parse(PORT, "test").unwrap().identities();
    let defined = Plan::of_domains(&identities, NeighborDiscovery::Refuse).unwrap();
    assert_eq!(bound, defined);
}

/// A name that a policy gives is the port's whenever there is something of that name. One that a hypervisor
/// found is another guest's next.
#[test]
fn what_is_gone_is_kept_for_whoever_comes_back_under_its_name() {
    let mut wanted = desired(PORT);
    let bound = BTreeMap::from([("tap-web".to_owned(), of_device("tap-web"))]);
    let gone = |wanted: &Desired| {
        let plan = Plan::of(wanted, &bound, |_| false, NeighborDiscovery::Refuse).unwrap();
        plan.bindings.len()
    };
    assert_eq!(gone(&wanted), 1);
    wanted.ports[0].index = Some(0);
    assert_eq!(gone(&wanted), 0);
    // Nor is there anything to keep of what was never bound.
    let plan = Plan::of(
        &desired(PORT),
        &BTreeMap::new(),
        |_| false,
        NeighborDiscovery::Refuse,
    );
    assert_eq!(plan.unwrap(), Plan::default());
}
