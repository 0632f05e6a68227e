//! What the driver says of each guard agrees with a model of the pool's rules, frame by frame of the
//! corpus: where a guard is not none, no frame that it refuses leaves a locked VIF; where it is, one
//! does. No real XenServer judged these frames.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod locked;

use std::collections::{BTreeMap, BTreeSet};

use vifguard_corpus::Corpus;
use vifguard_driver::{Feature, Support};
use vifguard_policy::{Guard, Identity, Policy};
use vifguard_verdict::{CompiledPort, Reason, Verdict, decide};
use vifguard_xapi::capability::{Backend, capabilities};

use locked::{Vif, class};

/// What of the corpus's own port can be said to XAPI.
const PORT: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - name: own
    network: lan
    device: vif1.0
    mac: \"02:00:00:00:00:0a\"
    addresses: [192.0.2.10, 192.0.2.100, \"2001:db8::a\"]
";

fn identity() -> Identity {
    let policy = Policy::parse(PORT, "test").unwrap();
    policy.identities().remove(0)
}

fn vif(identity: &Identity) -> Vif {
    Vif {
        mac: identity.macs[0].0,
        v4: identity.v4.iter().map(|net| net.addr()).collect(),
        v6: identity.v6.iter().map(|net| net.addr()).collect(),
    }
}

/// The promise that is broken if a frame passes that is refused for this reason.
fn broken(reason: Reason) -> Feature {
    let guard = match reason {
        Reason::Mac | Reason::ArpMac | Reason::NdMac | Reason::Rarp => Guard::Mac,
        Reason::ArpIp | Reason::ArpMalformed => Guard::Arp,
        Reason::Ipv4 => Guard::Ipv4,
        Reason::Ipv6 => Guard::Ipv6,
        Reason::Router => Guard::Router,
        Reason::NdSource | Reason::NdTarget => Guard::Nd,
        Reason::DhcpServer => Guard::DhcpServer,
        Reason::Vlan | Reason::L2 | Reason::Runt => Guard::L2,
        Reason::Ipv4Malformed | Reason::Ipv6Malformed => return Feature::Form,
        Reason::NdMalformed => return Feature::NdForm,
        Reason::UnknownPort => panic!("of no frame"),
    };
    Feature::Guard(guard)
}

/// Promises that frames of the corpus break, each with one; and cases that are refused in vain.
fn tried(backend: Backend) -> (BTreeMap<Feature, &'static str>, BTreeSet<&'static str>) {
    let identity = identity();
    let (port, vif) = (CompiledPort::new(&identity), vif(&identity));
    let mut breaks = BTreeMap::new();
    let mut over = BTreeSet::new();
    for case in &Corpus::embedded().unwrap().cases {
        match (
            decide(&port, &case.frame, None),
            vif.passes(backend, &case.frame),
        ) {
            (Verdict::Refuse(reason), true) => {
                breaks.entry(broken(reason)).or_insert(case.name.as_str());
            }
            (Verdict::Pass, false) => {
                over.insert(case.name.as_str());
            }
            _ => {}
        }
    }
    (breaks, over)
}

#[test]
fn what_is_said_is_so() {
    for backend in [Backend::OpenVSwitch, Backend::Bridge] {
        let can = capabilities(backend);
        let (breaks, over) = tried(backend);
        println!("{backend:?}: {breaks:#?}");
        for guard in Guard::ALL {
            let feature = Feature::Guard(guard);
            match can.of(feature) {
                Support::None(why) => {
                    assert!(
                        breaks.contains_key(&feature),
                        "{backend:?} {feature}: {why}: no frame shows it"
                    );
                }
                Support::Partial(_) | Support::Full => {
                    assert_eq!(breaks.get(&feature), None, "{backend:?} {feature}");
                }
            }
        }
        for feature in [Feature::Form, Feature::NdForm] {
            assert!(breaks.contains_key(&feature), "{backend:?} {feature}");
        }
        assert!(!over.is_empty());
    }
}

#[test]
fn what_is_refused_beyond_the_contract_is_said() {
    let (_, over) = tried(Backend::OpenVSwitch);
    let document = include_str!("../../../../../docs/xapi.md").replace('`', "");
    let mut classes = BTreeSet::new();
    for case in &Corpus::embedded().unwrap().cases {
        if over.contains(case.name.as_str()) {
            let class = class(&case.frame).unwrap_or_else(|| panic!("{}: why?", case.name));
            classes.insert(class);
        }
    }
    assert_eq!(classes.len(), 6, "{classes:?}");
    for class in classes {
        assert!(document.contains(class), "{class}");
    }
}
