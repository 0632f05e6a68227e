//! The plan is a value: the same policy gives the same plan, and its parts read as they should.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use insta::assert_snapshot;
use vifguard_driver::Desired;
use vifguard_nft::class::{By, Class, Court, Edition};
use vifguard_nft::contents::Tenants;
use vifguard_nft::program::{Gate, Program};
use vifguard_policy::{Guard, GuardSet, Policy, Profile};

const PORTS: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - name: web
    network: lan
    device: tap-web
    mac: \"02:00:00:00:00:0a\"
    addresses: [192.0.2.10, 198.51.100.0/28, \"2001:db8::a\", \"2001:db8:5::/64\"]
  - { name: fw, network: lan, device: tap-fw, mac: \"02:00:00:00:00:0b\", profile: forwarder }
  - { name: wire, network: lan, device: tap-wire, mac: \"02:00:00:00:00:0c\", profile: open }
";

fn desired() -> Desired {
    Desired::of(&Policy::parse(PORTS, "test").unwrap())
}

fn chain(name: &str) -> String {
    let desired = desired();
    let program = Program::of(&Tenants::of(&desired, true).shape);
    program.chains[name].to_string()
}

#[test]
fn the_same_policy_gives_the_same_plan() {
    let (one, two) = (desired(), desired());
    let plan = |desired| Program::of(&Tenants::of(desired, true).shape);
    assert_eq!(plan(&one), plan(&two));
}

#[test]
fn frames_begin_at_the_judge() {
    assert_snapshot!(chain("judge"));
}

/// The port `web` has one interface and no other, whatever that is called.
fn pinned() -> Desired {
    let mut desired = desired();
    desired.ports[0].index = Some(7);
    desired
}

#[test]
fn a_pinned_port_is_found_by_its_interface_s_number() {
    let both = pinned();
    let mut alone = pinned();
    alone.ports.truncate(1);
    let chain = |desired: &Desired, name: &str| {
        let shape = Tenants::of(desired, true).shape;
        Program::of(&shape).chains[name].to_string()
    };
    assert_snapshot!(chain(&both, "judge"));
    assert_snapshot!(chain(&alone, "judge"));
    assert_snapshot!(chain(&alone, "short-ip6"));
    assert_snapshot!(chain(&alone, "strict-pinned.a"));
}

/// Who pins nothing pays for nothing: what is not asked for by number is as it is without.
#[test]
fn rules_for_names_do_not_know_of_numbers() {
    let text = |desired: &Desired| Program::of(&Tenants::of(desired, true).shape).to_string();
    assert!(!text(&desired()).contains("r0 = iif;"));
    let mut all = pinned();
    for (port, index) in all.ports.iter_mut().zip(7..) {
        port.index = Some(index);
    }
    let by_number = text(&all);
    assert!(by_number.contains("r0 = iif;"));
    // Counters of what was refused are an interface's, not a port's.
    let names = by_number.lines().filter(|line| line.contains("iifname"));
    for line in names {
        assert!(line.contains("refused"), "{line}");
    }
}

#[test]
fn most_frames_take_a_short_way() {
    assert_snapshot!(chain("short-ip6"));
}

#[test]
fn a_strict_port_is_asked_everything_about_its_ethernet_header() {
    assert_snapshot!(chain("strict.a"));
}

#[test]
fn an_open_port_is_only_counted() {
    assert_snapshot!(chain("open.b"));
}

#[test]
fn an_own_source_is_an_address_or_lies_in_a_prefix() {
    assert_snapshot!(chain("strict.a.ip4.source"));
}

#[test]
fn heads_are_looked_into() {
    assert_snapshot!(chain("strict.a.ip4.head"));
}

#[test]
fn extension_headers_fill_their_frame() {
    assert_snapshot!(chain("strict.a.ip6.extended"));
}

#[test]
fn neighbor_discovery_has_one_form() {
    assert_snapshot!(chain("nd.form"));
}

#[test]
fn a_refusal_is_counted_and_dropped() {
    assert_snapshot!(chain("refuse.arp-ip"));
}

#[test]
fn a_forwarder_is_not_asked_for_its_source() {
    let desired = desired();
    let program = Program::of(&Tenants::of(&desired, true).shape);
    assert!(program.chains.contains_key("strict.a.ip4.source"));
    assert!(!program.chains.contains_key("forwarder.a.ip4.source"));
    assert!(program.chains.contains_key("forwarder.a.nd.source"));
}

/// A frame must not be accepted by a rule that made no check of what a strict port claims: every
/// accept stands behind a look-up of the port, or of all that the frame claims.
#[test]
fn no_rule_accepts_without_a_look_at_the_port() {
    let desired = desired();
    let program = Program::of(&Tenants::of(&desired, false).shape);
    for (name, body) in &program.chains {
        for rule in &body.rules {
            let text = rule.to_string();
            if text.contains("; accept") || text.starts_with("accept") {
                let asks = ["@ports[r0]", "count by @short"];
                assert!(asks.iter().any(|ask| text.contains(ask)), "{name}: {text}");
            }
        }
    }
}

#[test]
fn courts_have_names_that_tell_them_apart() {
    let mut names = std::collections::BTreeSet::new();
    for bits in 0..=u8::MAX {
        for case in 0..8 {
            let (any_link_local, audit) = (case & 1 != 0, case & 2 != 0);
            let by = match case & 4 {
                0 => By::Name,
                _ => By::Index,
            };
            for edition in Edition::BOTH {
                let guards = GuardSet::from_bits(bits);
                let court = Court {
                    class: Class {
                        guards,
                        any_link_local,
                        audit,
                        by,
                    },
                    edition,
                };
                assert_eq!(Court::from_word(court.word()), Some(court));
                assert!(court.chain("nd.addresses.ns-na").len() < 128, "{court}");
                assert!(names.insert(court.to_string()), "{court} twice");
            }
        }
    }
    let strict = Class {
        guards: Profile::Strict.guards(),
        any_link_local: false,
        audit: false,
        by: By::Name,
    };
    assert_eq!(strict.to_string(), "strict");
    let single = Class {
        guards: GuardSet::of(&[Guard::Mac, Guard::L2]),
        ..strict
    };
    assert_eq!(single.to_string(), "mac+l2");
}

/// While patterns change, what both refuse is refused throughout.
#[test]
fn between_two_gates_stands_one_that_refuses_what_both_do() {
    let gate = |prefixes: &[&str], refused: &[&str]| Gate {
        prefixes: prefixes.iter().map(ToString::to_string).collect(),
        refused: refused.iter().map(ToString::to_string).collect(),
        ..Gate::default()
    };
    let cases = [
        (gate(&["tap"], &[]), gate(&["t"], &[]), gate(&["tap"], &[])),
        (
            gate(&["tap"], &[]),
            gate(&["tap-"], &["tap1"]),
            gate(&["tap-"], &["tap1"]),
        ),
        (gate(&["tap"], &[]), gate(&["vnet"], &[]), gate(&[], &[])),
        (
            gate(&[], &["eth7"]),
            gate(&["eth"], &[]),
            gate(&[], &["eth7"]),
        ),
    ];
    for (one, other, both) in cases {
        assert_eq!(one.meet(&other), both);
        assert_eq!(other.meet(&one), both);
    }
}

#[test]
fn a_gate_refuses_what_the_judge_never_had() {
    let gate = Gate {
        prefixes: ["tap".to_owned()].into(),
        refused: ["eth7".to_owned()].into(),
        spared: ["tap1".to_owned()].into(),
        ..Gate::default()
    };
    assert_snapshot!(gate.program().to_string());
}
