//! The driver's promises between the frames: nothing of others is touched, nothing stays behind, what is
//! changed behind its back is seen and put right.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use std::sync::mpsc;
use std::time::Duration;

use bed::{Bed, PORTS, STRICT, arp, options};
use vifguard_driver::{Driver, Error, Feature, Scope, Support};
use vifguard_lab::ovs::Switch;
use vifguard_lab::wait_until;
use vifguard_ovs::program::Table;
use vifguard_ovs::{Options, Ovs, cookie};
use vifguard_verdict::Reason;

/// What the operator's pipeline is before us.
const OPERATOR: [&str; 2] = [
    "table=0,priority=0,actions=NORMAL",
    "table=7,priority=100,arp,in_port=1,actions=drop",
];

fn ours(switch: &Switch) -> usize {
    let dump = switch
        .ofctl("dump-flows", &[&cookie::all_of_ours()])
        .unwrap();
    dump.lines().filter(|line| line.contains("cookie=")).count()
}

fn foreign(switch: &Switch) -> Vec<String> {
    let dump = switch
        .ofctl("dump-flows", &["--no-stats", "cookie=0/-1"])
        .unwrap();
    dump.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_second_apply_changes_nothing() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let _web = bed.plug("tap-web");
    assert_eq!(bed.apply(STRICT).added, ["web"]);
    let again = bed.apply(STRICT);
    assert!(again.is_nothing() && again.unchanged == 1, "{again:?}");
    assert_eq!(bed.state().drift, []);
    // One more is no repair of what is not its own.
    let _db = bed.plug("tap-db");
    bed.apply(STRICT);
    let more = bed.apply(PORTS);
    assert_eq!(
        (more.added, more.repaired),
        (vec!["db".to_owned()], Vec::new())
    );
    let less = bed.apply(STRICT);
    assert_eq!(less.removed, ["db"]);
}

#[test]
fn nothing_remains_and_others_live_on() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    for flow in OPERATOR {
        bed.switch.ofctl("add-flow", &[flow]).unwrap();
    }
    let before = foreign(&bed.switch);
    let _taps = [
        bed.plug("tap-web"),
        bed.plug("tap-db"),
        bed.plug("tap-other"),
    ];
    bed.apply(PORTS);
    assert!(ours(&bed.switch) > 0);
    assert_eq!(foreign(&bed.switch), before);
    let released = bed.driver.remove(&Scope::All).unwrap();
    assert_eq!(released, ["db", "web"]);
    assert_eq!(ours(&bed.switch), 0);
    assert_eq!(foreign(&bed.switch), before);
    assert!(!bed.state().present);
    assert_eq!(
        bed.driver.remove(&Scope::All).unwrap(),
        Vec::<String>::new()
    );
}

#[test]
fn one_port_is_released_whole() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let _taps = [bed.plug("tap-web"), bed.plug("tap-db")];
    bed.apply(PORTS);
    bed.driver.remove(&Scope::Port("db".to_owned())).unwrap();
    let state = bed.state();
    assert_eq!((state.ports.len(), state.drift.len()), (1, 0), "{state:?}");
    let missing = bed.driver.remove(&Scope::Port("db".to_owned()));
    assert!(matches!(missing, Err(Error::NoSuchPort(name)) if name == "db"));
}

/// Each change by somebody else is seen, named, and put right by the next apply.
#[test]
fn drift_is_seen_and_repaired() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let _web = bed.plug("tap-web");
    bed.apply(STRICT);
    let magic = format!("{:#x}", cookie::of_port("web", "tap-web"));
    let port = format!("cookie={magic}/-1");
    let tables = [Table::Ip4, Table::Ip4Source, Table::Dhcp4, Table::Refuse];
    let [form, source, dhcp, refuse] = tables.map(|table| table.number(200));
    let harms: [(&str, &str, String, Option<&str>); 6] = [
        (
            "an address less",
            "del-flows",
            format!("{port},table={source}"),
            Some("web"),
        ),
        (
            "an address more",
            "add-flow",
            {
                format!(
                    "table={source},priority=170,cookie={magic},ip,in_port=1,nw_src=192.0.2.99,actions=resubmit(,{dhcp})"
                )
            },
            Some("web"),
        ),
        (
            "no drop",
            "mod-flows",
            format!("table={refuse},actions=NORMAL"),
            Some("web"),
        ),
        ("no gate", "del-flows", "table=200".to_owned(), None),
        (
            "a question less",
            "del-flows",
            format!("table={form},ip,nw_proto=103"),
            None,
        ),
        ("a way around", "del-flows", "table=0".to_owned(), None),
    ];
    for (name, command, flow, who) in harms {
        bed.switch.ofctl(command, &[&flow]).unwrap();
        let drift = bed.state().drift;
        let named = drift.iter().any(|drift| drift.port.as_deref() == who);
        assert!(named, "{name}: {drift:?}");
        let applied = bed.apply(STRICT);
        assert!(!applied.is_nothing(), "{name}: not repaired");
        assert_eq!(
            bed.state().drift,
            [],
            "{name}: still there after {applied:?}"
        );
    }
}

/// The switch says so itself: who asked over and over would speak when nothing happened.
#[test]
fn what_somebody_does_to_its_flows_is_heard_and_nothing_else_is() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let _web = bed.plug("tap-web");
    bed.apply(STRICT);
    let (tell, events) = mpsc::channel();
    let heard = Box::new(move || tell.send(()).is_ok());
    bed.driver.watch(heard).unwrap();
    let is_quiet = || events.recv_timeout(Duration::from_secs(2)).is_err();
    let speaks = || events.recv_timeout(Duration::from_secs(30)).is_ok();
    assert!(is_quiet());
    bed.switch
        .ofctl("add-flow", &["table=7,actions=drop"])
        .unwrap();
    assert!(is_quiet());
    let [first, last] = [Table::Gate, Table::Pass].map(|table| table.number(200));
    for table in [0, first, last] {
        let table = format!("table={table}");
        bed.switch.ofctl("del-flows", &[&table]).unwrap();
        assert!(speaks(), "{table}");
        while !is_quiet() {}
    }
    bed.switch.kill();
    assert!(speaks());
}

/// All flows are gone with the daemon; the bridge is closed until they are back.
#[test]
fn a_restart_of_the_switch_closes_it_and_is_survived() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let web = bed.plug("tap-web");
    let uplink = bed.uplink();
    let [good, bad] = [10, 99].map(|last| arp(0x0a, [192, 0, 2, last]));
    bed.apply(STRICT);
    assert_eq!(bed.arrived(&uplink, &web, &[&good, &bad]), [true, false]);
    bed.switch.kill();
    bed.switch.start().unwrap();
    assert!(!bed.state().present);
    // Not even the operator's own flows have come back yet.
    assert_eq!(
        bed.arrived_soon(&uplink, &web, &[&good, &bad]),
        [false, false]
    );
    assert_eq!(bed.apply(STRICT).added, ["web"]);
    bed.forward();
    assert_eq!(bed.arrived(&uplink, &web, &[&good, &bad]), [true, false]);
}

#[test]
fn a_port_that_comes_back_under_another_number_is_found() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let web = bed.plug("tap-web");
    bed.apply(STRICT);
    let bridge = Switch::BRIDGE;
    let again = [
        "del-port", "tap-web", "--", "add-port", bridge, "tap-web", "--",
    ];
    let number = ["set", "interface", "tap-web", "ofport_request=77"];
    bed.switch.vsctl(&[&again[..], &number].concat()).unwrap();
    let applied = bed.apply(STRICT);
    assert_eq!(applied.changed, ["web"], "{applied:?}");
    assert_eq!(bed.state().drift, []);
    let uplink = bed.uplink();
    bed.apply(STRICT);
    let frames = [10, 99].map(|last| arp(0x0a, [192, 0, 2, last]));
    let [good, bad] = &frames;
    assert_eq!(bed.arrived(&uplink, &web, &[good, bad]), [true, false]);
}

/// A guarded interface is closed before its port comes, and so is one of which nobody knows the name yet.
#[test]
fn the_first_frame_meets_the_guards() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let uplink = bed.uplink();
    bed.apply(STRICT);
    let [web, stranger] = [bed.plug("tap-web"), bed.plug("tap-other")];
    let good = arp(0x0a, [192, 0, 2, 10]);
    assert_eq!(bed.arrived_soon(&uplink, &web, &[&good]), [false]);
    bed.apply(STRICT);
    assert_eq!(bed.arrived(&uplink, &web, &[&good]), [true]);
    assert_eq!(bed.arrived_soon(&uplink, &stranger, &[&good]), [false]);
    let counters = bed.counters();
    assert_eq!(counters.of("tap-web").passed, 1);
    assert_eq!(
        counters.of("tap-other").refused,
        [(Reason::UnknownPort, 1)].into()
    );
    bed.apply(&STRICT.replace("[\"tap-*\"]", "[\"tap-*\"], unknown: audit"));
    assert_eq!(bed.arrived(&uplink, &stranger, &[&good]), [true]);
    assert_eq!(
        bed.counters().of("tap-other").audited,
        [(Reason::UnknownPort, 1)].into()
    );
}

#[test]
fn counters_outlive_a_change_and_go_with_their_port() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let web = bed.plug("tap-web");
    let uplink = bed.uplink();
    bed.apply(STRICT);
    let [own, foreign, other] = [10, 99, 11].map(|last| arp(0x0a, [192, 0, 2, last]));
    bed.arrived(&uplink, &web, &[&own, &foreign]);
    bed.apply(&STRICT.replace("192.0.2.10", "192.0.2.11"));
    bed.arrived(&uplink, &web, &[&other]);
    let counters = bed.counters().of("tap-web");
    assert_eq!((counters.passed, counters.refused_total()), (2, 1));
    let applied = bed.apply(&STRICT.replace("name: web", "name: other"));
    assert_eq!(
        (applied.added, applied.removed),
        (vec!["other".to_owned()], vec!["web".to_owned()])
    );
    let counters = bed.counters().of("tap-web");
    assert_eq!((counters.passed, counters.refused_total()), (0, 0));
}

/// What would let frames past the flows is an error, or is said.
#[test]
fn a_bridge_that_cannot_be_guarded_is_refused() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let _web = bed.plug("tap-web");
    let refused = |bed: &mut Bed, words: &str| {
        let error = bed.try_apply(STRICT).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!bed.state().present);
    };
    let bridge = Switch::BRIDGE;
    bed.switch
        .vsctl(&["set-fail-mode", bridge, "standalone"])
        .unwrap();
    refused(&mut bed, "ovs-vsctl set-fail-mode br0 secure");
    // Whoever asks what can be done is told so, too, before anything is done.
    let error = bed.driver.probe().unwrap_err().to_string();
    assert!(
        error.contains("ovs-vsctl set-fail-mode br0 secure"),
        "{error}"
    );
    let weaker = Options {
        may_fail_open: true,
        ..options(&bed.switch)
    };
    let desired = bed::desired(STRICT);
    let mut driver = Ovs::new(weaker);
    let capabilities = driver.probe().unwrap();
    assert!(matches!(
        capabilities.of(Feature::Resident),
        Support::None(_)
    ));
    driver.apply(&desired).unwrap();
    driver.remove(&Scope::All).unwrap();
    bed.switch
        .vsctl(&["set-fail-mode", bridge, "secure"])
        .unwrap();
    bed.switch
        .vsctl(&[
            "--no-wait",
            "set-controller",
            bridge,
            "tcp:192.0.2.200:6653",
        ])
        .unwrap();
    refused(&mut bed, "disable-in-band=true");
    bed.switch.vsctl(&["del-controller", bridge]).unwrap();
    bed.switch
        .ofctl("add-flow", &["table=210,priority=1,actions=drop"])
        .unwrap();
    refused(&mut bed, "flows in the tables of the guards (200 to 225)");
    bed.switch.ofctl("del-flows", &["table=210"]).unwrap();
    bed.apply(STRICT);
}

/// Some frames the switch takes to itself, or lets through by itself, before any flow.
#[test]
fn what_comes_before_any_flow_bars_a_bridge() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let _web = bed.plug("tap-web");
    let uplink = bed.uplink();
    let spoken = [
        ("bfd:enable=true", "clear interface X bfd", "BFD"),
        ("cfm_mpid=3", "clear interface X cfm_mpid", "CFM"),
        ("lldp:enable=true", "clear interface X lldp", "LLDP"),
    ];
    let spoken = spoken.map(|(on, off, words)| (format!("set interface X {on}"), off, words));
    let lacp = (
        "set port X lacp=active".to_owned(),
        "clear port X lacp",
        "LACP",
    );
    for (on, off, words) in spoken.into_iter().chain([lacp]) {
        let vsctl = |line: &str, device: &str| {
            let line = line.replace('X', device);
            let words: Vec<&str> = line.split(' ').collect();
            bed.switch.vsctl(&words).unwrap();
        };
        // With what is no guest's, the switch may speak what it likes.
        vsctl(&on, "uplink");
        vsctl(&on, "tap-web");
        let error = bed.driver.apply(&bed::desired(STRICT)).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        vsctl(off, "tap-web");
        // What it speaks is also what the switch says it speaks, which it takes back a moment later.
        let in_force = || bed.driver.apply(&bed::desired(STRICT)).is_ok();
        assert!(wait_until(Duration::from_secs(10), in_force), "{words}");
        bed.driver.remove(&Scope::All).unwrap();
        vsctl(off, "uplink");
    }
    for column in ["stp_enable", "rstp_enable"] {
        let set = |on: bool| {
            let value = format!("{column}={on}");
            bed.switch
                .vsctl(&["set", "bridge", Switch::BRIDGE, &value])
                .unwrap();
        };
        set(true);
        assert!(bed.driver.probe().is_err(), "{column}");
        set(false);
        bed.driver.probe().unwrap();
    }
    let manager = ["--no-wait", "set-manager", "tcp:192.0.2.200:6640"];
    bed.switch.vsctl(&manager).unwrap();
    let error = bed.driver.probe().unwrap_err().to_string();
    assert!(error.contains("tcp:192.0.2.200:6640"), "{error}");
    for harmless in ["ptcp:6640:127.0.0.1", "tcp:127.0.0.1:6640"] {
        bed.switch
            .vsctl(&["--no-wait", "set-manager", harmless])
            .unwrap();
        bed.driver.probe().unwrap();
    }
    drop(uplink);
}

/// Who guarded it goes on: without its flows still less would be guarded.
#[test]
fn what_comes_later_takes_no_guards_away() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let web = bed.plug("tap-web");
    let uplink = bed.uplink();
    bed.apply(STRICT);
    let frames = [10, 99].map(|last| arp(0x0a, [192, 0, 2, last]));
    let [good, bad] = &frames;
    // The switch throws all flows away, and forwards by itself.
    bed.switch
        .vsctl(&["del-fail-mode", Switch::BRIDGE])
        .unwrap();
    assert!(!bed.state().present);
    let applied = bed.apply(STRICT);
    assert_eq!(applied.added, ["web"]);
    assert!(
        applied.in_the_way[0].contains("set-fail-mode br0 secure"),
        "{applied:?}"
    );
    assert_eq!(bed.arrived(&uplink, &web, &[good, bad]), [true, false]);
    assert_eq!(bed.state().drift.len(), 1);
    // Another finds the flows there.
    let mut other = Ovs::new(options(&bed.switch));
    other.probe().unwrap();
    assert_eq!(
        other.apply(&bed::desired(STRICT)).unwrap().in_the_way.len(),
        1
    );
    // In the tables of the guards, flows of others keep nobody from putting right what is missing.
    let foreign = "table=201,priority=1,in_port=99,actions=drop";
    bed.switch.ofctl("add-flow", &[foreign]).unwrap();
    bed.switch.ofctl("del-flows", &["table=0"]).unwrap();
    assert_eq!(bed.apply(STRICT).in_the_way.len(), 2);
    bed.forward();
    let forwards = || {
        let [good, bad] = bed.arrived_soon(&uplink, &web, &[good, bad]);
        assert!(!bad);
        good
    };
    assert!(vifguard_lab::wait_until(Duration::from_secs(20), forwards));
    // Nothing is guarded any more, so nothing is begun.
    bed.switch.ofctl("del-flows", &["cookie=0/-1"]).unwrap();
    bed.driver.remove(&Scope::All).unwrap();
    bed.try_apply(STRICT).unwrap_err();
}

/// The host cannot do it as it is, which is another thing than a step that failed.
#[test]
fn a_switch_that_takes_no_part_is_said_to() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let _web = bed.plug("tap-web");
    let unsupported = |bed: &mut Bed, words: &str| {
        let error = bed.driver.probe().unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    };
    let speak = |versions: &str| {
        let protocols = format!("protocols={versions}");
        let bridge = ["set", "bridge", Switch::BRIDGE, &protocols];
        bed.switch.vsctl(&bridge).unwrap();
    };
    speak("OpenFlow10");
    let mut driver = Ovs::new(options(&bed.switch));
    let error = driver.probe().unwrap_err();
    assert!(
        error.to_string().contains("protocols OpenFlow14"),
        "{error}"
    );
    speak("OpenFlow10,OpenFlow14");
    bed.apply(STRICT);
    bed.switch.kill();
    unsupported(&mut bed, "start Open vSwitch");
}

#[test]
fn a_port_without_its_interface_is_an_error_that_says_what_to_do() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let alone = STRICT.replace("[\"tap-*\"]", "[]");
    let error = bed.try_apply(&alone).unwrap_err().to_string();
    assert!(
        error.contains("port web: br0 has no interface tap-web"),
        "{error}"
    );
    bed.switch
        .vsctl(&[
            "add-br",
            "br1",
            "--",
            "set",
            "bridge",
            "br1",
            "datapath_type=netdev",
        ])
        .unwrap();
    let _web = bed.switch.host().tap("tap-web").unwrap();
    bed.switch.vsctl(&["add-port", "br1", "tap-web"]).unwrap();
    let error = bed.try_apply(&alone).unwrap_err().to_string();
    assert!(error.contains("tap-web is on the bridge br1"), "{error}");
}

/// A host without patterns leaves every other port alone.
#[test]
fn without_patterns_only_ports_are_guarded() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let [web, other] = [bed.plug("tap-web"), bed.plug("tap-other")];
    let uplink = bed.uplink();
    bed.apply(&STRICT.replace("[\"tap-*\"]", "[]"));
    let frames = [10, 99].map(|last| arp(0x0a, [192, 0, 2, last]));
    let [good, bad] = &frames;
    assert_eq!(bed.arrived(&uplink, &web, &[good, bad]), [true, false]);
    assert_eq!(bed.arrived(&uplink, &other, &[good, bad]), [true, true]);
}

/// What is refused never comes to where the bridge learns.
#[test]
fn refused_frames_teach_the_switch_nothing() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let web = bed.plug("tap-web");
    let uplink = bed.uplink();
    bed.apply(STRICT);
    uplink.write(&arp(0x0b, [192, 0, 2, 11])).unwrap();
    bed.counters();
    let before = bed.switch.learned().unwrap();
    for last in 0..200 {
        web.write(&arp(0x0b, [192, 0, 2, last])).unwrap();
    }
    bed.arrived_soon(&uplink, &web, &[&arp(0x0b, [192, 0, 2, 11])]);
    assert!(bed.counters().of("tap-web").refused[&Reason::Mac] >= 200);
    assert_eq!(bed.switch.learned().unwrap(), before);
}

#[test]
fn a_port_in_audit_mode_passes_everything_and_counts() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let web = bed.plug("tap-web");
    let uplink = bed.uplink();
    bed.apply(&STRICT.replace("network: lan,", "network: lan, mode: audit,"));
    let frames = [10, 99].map(|last| arp(0x0a, [192, 0, 2, last]));
    let [good, bad] = &frames;
    assert_eq!(bed.arrived(&uplink, &web, &[good, bad]), [true, true]);
    let counters = bed.counters().of("tap-web");
    assert_eq!((counters.passed, counters.refused_total()), (2, 0));
    assert_eq!(counters.audited, [(Reason::ArpIp, 1)].into());
    bed.apply(STRICT);
    assert_eq!(bed.arrived(&uplink, &web, &[good, bad]), [true, false]);
    assert_eq!(bed.counters().of("tap-web").audited, [].into());
}

/// OpenFlow shows 15 characters of a name: the guards of a guest could stand at the other interface, and its own be open.
#[test]
fn an_interface_that_looks_like_another_is_not_guarded_by_chance() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let device = "tap-0123456789a";
    let _web = bed.plug(device);
    let longer = format!("{device}-to-br1");
    let patch = [
        "add-port",
        Switch::BRIDGE,
        &longer,
        "--",
        "set",
        "interface",
        &longer,
    ];
    let patch = [&patch[..], &["type=patch", "options:peer=nobody"]].concat();
    bed.switch.vsctl(&patch).unwrap();
    let policy = STRICT.replace("tap-web", device);
    let error = bed.try_apply(&policy).unwrap_err().to_string();
    assert!(
        error.contains("port web: br0 has several interfaces"),
        "{error}"
    );
    assert!(!bed.state().present);
    bed.switch.vsctl(&["del-port", &longer]).unwrap();
    bed.apply(&policy);
}
