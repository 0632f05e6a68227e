//! Flows in OpenFlow and in the words of `ovs-ofctl`: on a real switch they say the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;
mod dump;

use std::collections::BTreeMap;
use std::time::Duration;

use bed::Bed;
use dump::parse_dump;
use vifguard_driver::Driver;
use vifguard_lab::ovs::Switch;
use vifguard_openflow::text::{parse_actions, parse_matches};
use vifguard_openflow::{ALL_TABLES, Command, Connection, Error, Filter, FlowMod, Question, flows};
use vifguard_ovs::cookie;
use vifguard_ovs::flow::{Counted, Flow};

/// All that a port can be asked: several MACs and kinds of addresses, every profile, both modes.
const ALL: &str = "version: 1
host: { guarded_interfaces: [\"tap-*\"], unknown: audit }
networks: [{ name: lan, kind: private }]
ports:
  - name: web
    network: lan
    device: tap-web
    mac: \"02:00:00:00:00:0a\"
    extra_macs: [\"00:00:5e:00:01:07\"]
    addresses: [192.0.2.10, 198.51.100.0/28, \"2001:db8::a\", \"2001:db8:5::/64\", \"::192.0.2.1\"]
    ethertypes: [0x88cc]
  - name: fw
    network: lan
    device: tap-fw
    mac: \"02:00:00:00:00:0b\"
    profile: forwarder
    link_local: any
    addresses: [192.0.2.11]
    mode: audit
  - { name: wire, network: lan, device: tap-wire, mac: \"02:00:00:00:00:0c\", profile: open }
  - { name: self, network: lan, device: tap-self, mac: \"02:00:00:00:00:0d\", profile: self-addressed }
";

fn call(switch: &Switch) -> Connection {
    let socket = switch.rundir().join(format!("{}.mgmt", Switch::BRIDGE));
    Connection::open(&socket, Duration::from_secs(10)).unwrap()
}

/// What the switch tells in OpenFlow.
fn told(switch: &Switch, filter: Filter) -> Vec<Counted> {
    let mut connection = call(switch);
    let mut told = Vec::new();
    connection
        .ask::<Error>(&[Question::Flows(filter)], |_, part| {
            for flow in flows(part) {
                told.push(Counted::of(&flow?));
            }
            Ok(())
        })
        .unwrap();
    told
}

const EVERY: Filter = Filter {
    table: ALL_TABLES,
    cookie: 0,
    cookie_mask: 0,
};

fn by_key(flows: Vec<Counted>) -> BTreeMap<String, Flow> {
    let count = flows.len();
    let by_key: BTreeMap<String, Flow> = flows
        .into_iter()
        .map(|counted| (counted.flow.key.to_string(), counted.flow))
        .collect();
    assert_eq!(by_key.len(), count);
    by_key
}

fn printed(switch: &Switch) -> Vec<Counted> {
    let dump = switch.ofctl("dump-flows", &["--no-names"]).unwrap();
    parse_dump(&dump).unwrap()
}

fn guarded() -> Option<(Bed, Vec<vifguard_lab::Tap>)> {
    let mut bed = Bed::new()?;
    let names = ["tap-web", "tap-fw", "tap-wire", "tap-self", "tap-other"];
    let taps = names.map(|name| bed.plug(name)).into();
    bed.switch.ofctl("set-frags", &["nx-match"]).unwrap();
    bed.apply(ALL);
    Some((bed, taps))
}

/// The driver tells its flows from others by these words, and has since before it spoke OpenFlow itself: what an
/// older one put in force must be known again.
#[test]
fn what_is_told_is_what_is_printed() {
    let Some((mut bed, _taps)) = guarded() else {
        return;
    };
    let (told, printed) = (
        by_key(told(&bed.switch, EVERY)),
        by_key(printed(&bed.switch)),
    );
    assert!(told.len() > 2_000, "{}", told.len());
    for (key, flow) in &printed {
        assert_eq!(told.get(key), Some(flow));
    }
    assert_eq!(told.len(), printed.len());
    // And by the plan, which nobody read from a switch.
    assert_eq!(bed.state().drift, []);
    let again = bed.driver.apply(&bed::desired(ALL)).unwrap();
    assert!(again.is_nothing(), "{again:?}");
}

/// The same flows, put in by `ovs-ofctl` from what it printed, as an older driver did: nothing is left to do.
#[test]
fn what_another_put_in_is_known_again() {
    let Some((mut bed, _taps)) = guarded() else {
        return;
    };
    let plan = bed.driver.preview(&bed::desired(ALL)).unwrap().plan;
    let file = bed.switch.rundir().join("flows");
    std::fs::write(&file, plan).unwrap();
    bed.switch.ofctl("del-flows", &[]).unwrap();
    let bundle = ["--bundle", file.to_str().unwrap()];
    bed.switch.ofctl("add-flows", &bundle).unwrap();
    assert_eq!(bed.state().drift, []);
    let again = bed.driver.apply(&bed::desired(ALL)).unwrap();
    assert!(again.is_nothing(), "{again:?}");
}

/// What has no words is equal to nothing of ours, and can be taken away all the same.
#[test]
fn what_has_no_words_is_never_ours() {
    let Some((mut bed, _taps)) = guarded() else {
        return;
    };
    let web = cookie::of_port("web", "tap-web");
    let strange = [
        "table=205,priority=7,tcp,tcp_flags=+syn,actions=drop",
        "table=205,priority=7,in_port=1,dl_vlan=7,actions=drop",
        "table=205,priority=7,idle_timeout=600,actions=drop",
        "table=205,priority=7,tun_id=1,actions=output:1,resubmit(,206)",
        "table=205,priority=7,metadata=1,actions=goto_table:206",
        "table=205,priority=8,ip,nw_src=192.0.0.10/255.0.0.255,actions=move:NXM_NX_REG0[]->NXM_NX_REG1[]",
    ];
    let before = by_key(told(&bed.switch, EVERY));
    for flow in strange {
        let flow = format!("cookie={web:#x},{flow}");
        bed.switch.ofctl("add-flow", &[&flow]).unwrap();
    }
    assert_eq!(told(&bed.switch, EVERY).len(), before.len() + strange.len());
    let drift = bed.state().drift;
    assert!(
        drift.iter().any(|one| one.port.as_deref() == Some("web")),
        "{drift:?}"
    );
    let repaired = bed.apply(ALL).repaired;
    assert_eq!(repaired, ["flows of port web"]);
    assert_eq!(by_key(told(&bed.switch, EVERY)), before);
}

/// The switch says of each flow by itself whether it takes it, and commits what it took: a bundle is closed, and
/// its flows counted as taken, before it is.
#[test]
fn a_bundle_is_whole_or_nothing() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let flow = |matches: Vec<u8>| FlowMod {
        command: Command::Add,
        table: 7,
        priority: 1,
        cookie: 1,
        cookie_mask: 0,
        matches,
        instructions: parse_actions("drop").unwrap(),
    };
    let good = |port: u32| flow(parse_matches(&format!("in_port={port}")).unwrap());
    // A next header without an EtherType.
    let bad = flow(vec![0x80, 0, 0x14, 1, 17]);
    let mut connection = call(&bed.switch);
    let refused = connection.bring([good(1), bad, good(2)].map(Ok).into_iter());
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("number 2 of 3 changes"), "{error}");
    assert_eq!(told(&bed.switch, EVERY), []);
    // The same connection goes on.
    let bundle = connection
        .bring([good(1), good(2)].map(Ok).into_iter())
        .unwrap();
    assert_eq!(told(&bed.switch, EVERY), []);
    connection.commit(&bundle).unwrap();
    assert_eq!(told(&bed.switch, EVERY).len(), 2);
    // What was committed is there no more.
    connection.commit(&bundle).unwrap_err();
}

/// One that takes no more flows says so, and what was in force stays.
#[test]
fn a_full_table_leaves_all_as_it_was() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let _web = bed.plug("tap-web");
    let _db = bed.plug("tap-db");
    bed.apply(bed::STRICT);
    let before = by_key(told(&bed.switch, EVERY));
    let few = [
        "--",
        "--id=@few",
        "create",
        "Flow_Table",
        "flow_limit=20",
        "overflow_policy=refuse",
        "--",
        "set",
        "bridge",
        Switch::BRIDGE,
        "flow_tables:224=@few",
    ];
    bed.switch.vsctl(&few[1..]).unwrap();
    let error = bed.try_apply(bed::PORTS).unwrap_err();
    let why = std::error::Error::source(&error).map(ToString::to_string);
    assert!(why.unwrap().contains("the table is full"), "{error}");
    assert_eq!(by_key(told(&bed.switch, EVERY)), before);
    assert_eq!(bed.state().drift, []);
}
