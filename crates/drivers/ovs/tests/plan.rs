//! The plan is a value: the same state gives the same plan, and its parts read as they should.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod dump;

use std::collections::BTreeSet;

use dump::parse_dump;
use insta::assert_snapshot;
use vifguard_driver::Desired;
use vifguard_ovs::bind::Bound;
use vifguard_ovs::change::Change;
use vifguard_ovs::held::Held;
use vifguard_ovs::plan::{Ground, Plan};
use vifguard_ovs::program::{Sight, Table};
use vifguard_ovs::{Options, Place};
use vifguard_policy::Policy;

const PORTS: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - name: web
    network: lan
    device: tap-web
    mac: \"02:00:00:00:00:0a\"
    addresses: [192.0.2.10, 198.51.100.0/28, \"2001:db8::a\"]
  - { name: fw, network: lan, device: tap-fw, mac: \"02:00:00:00:00:0b\", profile: forwarder }
  - { name: wire, network: lan, device: tap-wire, mac: \"02:00:00:00:00:0c\", profile: open }
";

fn plan_of(text: &str) -> Plan {
    let desired = Desired::of(&Policy::parse(text, "test").unwrap());
    let names = ["tap-web", "tap-fw", "tap-wire", "uplink"];
    let place = |(number, device): (u32, &str)| Place {
        device: device.to_owned(),
        number,
    };
    let here: Vec<Place> = (1..).zip(names).map(place).collect();
    let options = Options::default();
    let bound = Bound::of(&desired, &here, &options, |_| None).unwrap();
    let sight = Sight {
        first_fragments: true,
        option_types: true,
    };
    Plan::of(&desired, &bound, Ground::new(&options, sight))
}

/// The flows of a table, without the many that compare bits, and without cookies.
fn table(plan: &Plan, table: Table) -> String {
    let number = table.number(200);
    let flows = plan.flows.iter().filter(|flow| flow.key.table == number);
    let flows = flows.filter(|flow| !(500..1300).contains(&flow.key.priority));
    let mut lines: Vec<String> = flows
        .map(|flow| {
            let key = &flow.key;
            // What a note says has digests in it, which every release changes.
            let actions = match flow.actions.split_once(',') {
                Some((note, rest)) if note.starts_with("note:") => format!("note,{rest}"),
                _ => flow.actions.clone(),
            };
            format!("{:>5} {} -> {actions}", key.priority, key.matches)
        })
        .collect();
    lines.sort_by(|a, b| b.cmp(a));
    lines.join("\n")
}

#[test]
fn the_same_state_gives_the_same_plan() {
    assert_eq!(plan_of(PORTS), plan_of(PORTS));
}

/// Two flows with one key are one flow, and which of them would be chance.
#[test]
fn no_flow_is_there_twice() {
    let plan = plan_of(PORTS);
    let keys: BTreeSet<_> = plan.flows.iter().map(|flow| &flow.key).collect();
    assert_eq!(keys.len(), plan.flows.len());
}

/// A frame never goes back, so the operator keeps the depth of resubmits.
#[test]
fn every_way_leads_on() {
    let plan = plan_of(PORTS);
    for flow in plan.flows.iter().filter(|flow| flow.key.table >= 200) {
        let (_, to) = flow
            .actions
            .rsplit_once("resubmit(,")
            .unwrap_or(("", "255)"));
        let to: u8 = to.trim_end_matches(')').parse().unwrap();
        let is_the_operators = to == 0;
        assert!(to > flow.key.table || is_the_operators, "{flow}");
    }
}

#[test]
fn the_gate_writes_down_what_is_asked() {
    assert_snapshot!(table(&plan_of(PORTS), Table::Gate));
}

#[test]
fn a_bridge_with_patterns_is_closed_to_what_it_does_not_know() {
    let text = PORTS.replace(
        "networks:",
        "host: { guarded_interfaces: [\"tap-*\"] }\nnetworks:",
    );
    let plan = plan_of(&text);
    let first: Vec<String> = plan
        .flows
        .iter()
        .filter(|flow| flow.key.table == 0)
        .map(ToString::to_string)
        .collect();
    assert_snapshot!(first.join("\n"));
}

#[test]
fn tags_and_types_come_before_what_they_carry() {
    assert_snapshot!(table(&plan_of(PORTS), Table::Type));
}

#[test]
fn arp_is_asked_for_its_sender_and_probes_for_their_target() {
    let plan = plan_of(PORTS);
    let tables = [Table::Arp, Table::ArpSpa, Table::ArpProbe];
    assert_snapshot!(tables.map(|name| table(&plan, name)).join("\n\n"));
}

#[test]
fn ipv4_is_whole_and_its_source_own() {
    let plan = plan_of(PORTS);
    let tables = [Table::Ip4, Table::Ip4Source, Table::Dhcp4];
    assert_snapshot!(tables.map(|name| table(&plan, name)).join("\n\n"));
}

#[test]
fn ipv6_is_whole_and_its_source_own() {
    let plan = plan_of(PORTS);
    let tables = [
        Table::Ip6,
        Table::Ip6Unspecified,
        Table::Ip6Source,
        Table::Dhcp6,
    ];
    assert_snapshot!(tables.map(|name| table(&plan, name)).join("\n\n"));
}

#[test]
fn neighbor_discovery_claims_only_what_is_own() {
    let plan = plan_of(PORTS);
    let tables = [
        Table::NdForm,
        Table::NdHasSll,
        Table::NdSll,
        Table::NdTarget,
    ];
    assert_snapshot!(tables.map(|name| table(&plan, name)).join("\n\n"));
}

#[test]
fn what_is_judged_is_counted() {
    let plan = plan_of(PORTS);
    assert_snapshot!(
        [Table::Refuse, Table::Pass]
            .map(|name| table(&plan, name))
            .join("\n\n")
    );
}

/// A switch that holds the plan prints it so; from there nothing is left to do, and one flow less is one
/// flow to add.
#[test]
fn what_a_switch_prints_is_what_it_was_given() {
    let plan = plan_of(PORTS);
    let dump = |plan: &Plan| -> String {
        let line = |flow: &vifguard_ovs::flow::Flow| {
            let key = flow.key.to_string();
            let (table, rest) = key.split_once(',').unwrap();
            format!(
                " cookie={:#x}, duration=1.5s, {table}, n_packets=0, n_bytes=0, {rest} actions={}\n",
                flow.cookie, flow.actions
            )
        };
        plan.flows.iter().map(line).collect()
    };
    let text = format!("OFPST_FLOW reply (OF1.4) (xid=0x2):\n{}", dump(&plan));
    let held = Held::of(parse_dump(&text).unwrap());
    assert!(Change::between(&held, &plan).is_empty());
    assert_eq!(held.drift(), []);
    let mut less = plan.clone();
    let gone = less.flows.pop().unwrap();
    let held = Held::of(parse_dump(&dump(&less)).unwrap());
    let change = Change::between(&held, &plan);
    assert_eq!(
        (change.delete.len(), change.add.as_slice()),
        (0, &[gone][..])
    );
    assert!(parse_dump("ovs-ofctl: br0: failed to connect").is_err());
}
