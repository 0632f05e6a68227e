//! Flows in OpenFlow and in the words of `ovs-ofctl`: on a real switch they say the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;
mod dump;

use std::collections::BTreeMap;

use bed::Bed;
use dump::parse_dump;
use vifguard_driver::Driver;
use vifguard_lab::ovs::Switch;
use vifguard_openflow::{ALL_TABLES, Connection, Error, Filter, Question, flows};
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

/// What the switch tells in OpenFlow.
fn told(switch: &Switch, filter: Filter) -> Vec<Counted> {
    let socket = switch.rundir().join(format!("{}.mgmt", Switch::BRIDGE));
    let patience = std::time::Duration::from_secs(10);
    let mut connection = Connection::open(&socket, patience).unwrap();
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
