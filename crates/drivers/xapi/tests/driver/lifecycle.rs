//! Guards come, change and go on a pool, which here is a stand-in.

use serde_json::json;
use vifguard_driver::{Driver, Error, Feature, Scope, Support};
use vifguard_xapi::Xapi;

use crate::standin::pool::{ELSEWHERE, HERE, NOWHERE};
use crate::{GUARDED, WEB, desired, fields, start};

#[test]
fn a_vif_is_locked_to_its_addresses_and_given_free() {
    let (server, mut driver) = start();
    let applied = driver.apply(&desired(WEB)).unwrap();
    assert_eq!(
        (applied.added.as_slice(), applied.unchanged),
        (["web".to_owned()].as_slice(), 0)
    );
    assert_eq!(fields(&server, "web-0").to_string(), GUARDED);
    let again = driver.apply(&desired(WEB)).unwrap();
    assert!(again.is_nothing() && again.unchanged == 1, "{again:?}");
    let preview = driver.preview(&desired(WEB)).unwrap();
    assert_eq!(preview.difference, Vec::<String>::new());

    let state = driver.observe().unwrap();
    assert!(state.present);
    assert_eq!(state.drift, []);
    assert_eq!(
        (state.ports[0].port.as_str(), state.ports[0].device.as_str()),
        ("web", "vif7.0")
    );
    let degraded = state.ports[0].degraded.join("\n");
    assert!(degraded.contains("ipv4: UDP to port 67"), "{degraded}");

    let released = driver.remove(&Scope::All).unwrap();
    assert_eq!(released, ["web"]);
    assert_eq!(
        fields(&server, "web-0").to_string(),
        r#"["network_default",[],[]]"#
    );
    assert_eq!(
        json!(server.pool().other_config("web-0")),
        json!({ "theirs": "stays" })
    );
    assert!(!driver.observe().unwrap().present);
    assert_eq!(
        server.pool().sessions.len(),
        0,
        "every session is logged out"
    );
}

#[test]
fn a_change_is_one_call_for_each_family() {
    let (server, mut driver) = start();
    driver.apply(&desired(WEB)).unwrap();
    server.pool().journal.clear();
    let narrower = WEB.replace(", \"2001:db8::a\"", "");
    let applied = driver.apply(&desired(&narrower)).unwrap();
    assert_eq!(applied.changed, ["web"]);
    let journal = server.pool().journal.clone();
    let changes: Vec<&String> = journal
        .iter()
        .filter(|call| !call.ends_with("_records"))
        .collect();
    assert_eq!(
        changes,
        [
            "VIF.remove_from_other_config",
            "VIF.add_to_other_config",
            "VIF.set_ipv6_allowed"
        ]
    );
    // And nothing of it opened the VIF.
    assert_eq!(fields(&server, "web-0")[0], "locked");
    driver.apply(&desired("")).unwrap();
    assert_eq!(fields(&server, "web-0")[0], "network_default");
}

#[test]
fn what_was_listed_before_comes_back() {
    let (server, mut driver) = start();
    server
        .pool()
        .set("web-0", "ipv4_allowed", json!(["198.51.100.7"]));
    driver.apply(&desired(WEB)).unwrap();
    assert_eq!(fields(&server, "web-0").to_string(), GUARDED);
    driver.remove(&Scope::Port("web".to_owned())).unwrap();
    let there = fields(&server, "web-0").to_string();
    assert_eq!(there, r#"["network_default",["198.51.100.7"],[]]"#);
    let gone = driver.remove(&Scope::Port("web".to_owned())).unwrap_err();
    assert!(matches!(gone, Error::NoSuchPort(_)), "{gone}");
}

#[test]
fn a_mode_that_somebody_else_set_stays() {
    for mode in ["locked", "unlocked", "disabled"] {
        let (server, mut driver) = start();
        server.pool().set("web-0", "locking_mode", json!(mode));
        let before = server.pool().records.clone();
        let error = driver.apply(&desired(WEB)).unwrap_err().to_string();
        assert!(
            error.contains("port web: somebody else set locking_mode of VIF vif-web-0"),
            "{error}"
        );
        assert!(error.contains("xe vif-param-set uuid=vif-web-0"), "{error}");
        driver.apply(&desired("")).unwrap();
        driver.remove(&Scope::All).unwrap();
        assert_eq!(server.pool().records, before, "{mode}");
    }
}

#[test]
fn a_mode_that_somebody_set_since_stays_too() {
    let (server, mut driver) = start();
    driver.apply(&desired(WEB)).unwrap();
    server
        .pool()
        .set("web-0", "locking_mode", json!("disabled"));
    let drift = driver.observe().unwrap().drift;
    assert!(
        drift[0]
            .to_string()
            .contains("set locking_mode of VIF vif-web-0"),
        "{drift:?}"
    );
    let error = driver.apply(&desired(WEB)).unwrap_err();
    assert!(matches!(error, Error::Port { .. }), "{error}");
    // Giving it free takes our marks and leaves their mode.
    driver.remove(&Scope::All).unwrap();
    assert_eq!(fields(&server, "web-0")[0], "disabled");
    assert_eq!(
        json!(server.pool().other_config("web-0")),
        json!({ "theirs": "stays" })
    );
}

#[test]
fn what_was_changed_behind_its_back_is_said_and_put_right() {
    let (server, mut driver) = start();
    driver.apply(&desired(WEB)).unwrap();
    server
        .pool()
        .set("web-0", "ipv4_allowed", json!(["192.0.2.10", "192.0.2.99"]));
    server
        .pool()
        .set("web-0", "locking_mode", json!("network_default"));
    let drift: Vec<String> = driver
        .observe()
        .unwrap()
        .drift
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        drift,
        [
            "port web: locking_mode is network_default and was locked",
            "port web: ipv4_allowed is 192.0.2.10 192.0.2.99 and was 192.0.2.10",
        ]
    );
    let applied = driver.apply(&desired(WEB)).unwrap();
    assert_eq!(applied.repaired.len(), 1, "{applied:?}");
    assert_eq!(fields(&server, "web-0").to_string(), GUARDED);
}

#[test]
fn however_addresses_are_written_they_are_the_same() {
    let (server, mut driver) = start();
    driver.apply(&desired(WEB)).unwrap();
    let written = json!(["FE80:0::FF:FE00:A", "2001:0db8:0::000a"]);
    server.pool().set("web-0", "ipv6_allowed", written);
    assert_eq!(driver.observe().unwrap().drift, []);
    assert!(driver.apply(&desired(WEB)).unwrap().is_nothing());
}

#[test]
fn an_open_port_is_unlocked_and_may_become_strict() {
    let (server, mut driver) = start();
    let open = WEB.replace("name: web", "name: web, profile: open");
    driver.apply(&desired(&open)).unwrap();
    assert_eq!(
        fields(&server, "web-0").to_string(),
        r#"["unlocked",[],[]]"#
    );
    assert_eq!(driver.apply(&desired(WEB)).unwrap().changed, ["web"]);
    assert_eq!(fields(&server, "web-0").to_string(), GUARDED);
    // Unlocked by hand, it is not ours any more, although it was ours to unlock once.
    server
        .pool()
        .set("web-0", "locking_mode", json!("unlocked"));
    assert!(driver.apply(&desired(WEB)).is_err());
    server.pool().set("web-0", "locking_mode", json!("locked"));
    driver.apply(&desired(&open)).unwrap();
    assert_eq!(
        fields(&server, "web-0").to_string(),
        r#"["unlocked",[],[]]"#
    );
    driver.remove(&Scope::All).unwrap();
    assert_eq!(fields(&server, "web-0")[0], "network_default");
}

#[test]
fn contradictions_are_told() {
    let (server, mut driver) = start();
    {
        let mut pool = server.pool();
        pool.vif("web", 1, "02:00:00:00:00:0b");
        pool.vif("web", 2, "02:00:00:00:00:0c");
        pool.set("web-0", "ipv4_allowed", json!(["192.0.2.1"]));
        pool.set("web-1", "locking_mode", json!("locked"));
        pool.set("web-2", "locking_mode", json!("unlocked"));
        pool.set("web-2", "ipv6_allowed", json!(["2001:db8::1"]));
    }
    let notes = driver.probe().unwrap().notes;
    let has = |device: &str, what: &str| {
        notes
            .iter()
            .any(|note| note.starts_with(device) && note.contains(what))
    };
    assert!(
        has("vif7.0", "addresses are listed, but it follows its network"),
        "{notes:#?}"
    );
    assert!(
        has("vif7.1", "it is locked and no address is listed"),
        "{notes:#?}"
    );
    assert!(
        has("vif7.2", "addresses are listed, but it is unlocked"),
        "{notes:#?}"
    );
    assert!(has("not guarded by XAPI", "vif7.0"), "{notes:#?}");
    server.pool().set("web-0", "ipv4_allowed", json!([]));
    // A port that asks for it gets it, and is told.
    let bare = WEB.replace(
        "addresses: [192.0.2.10, \"2001:db8::a\"]",
        "link_local: none",
    );
    driver.apply(&desired(&bare)).unwrap();
    let state = driver.observe().unwrap();
    let degraded = &state.ports[0].degraded;
    assert!(
        degraded
            .iter()
            .any(|why| why.contains("no address is listed")),
        "{degraded:?}"
    );
}

#[test]
fn what_xapi_cannot_be_told_is_refused_before_anything_is_touched() {
    let cases = [
        (
            WEB.replace("vif7.0", "vif7.1"),
            "no guest on this host has a VIF behind vif7.1",
        ),
        (
            WEB.replace("vif7.0", "tap0"),
            "no guest on this host has a VIF behind tap0",
        ),
        (
            WEB.replace("192.0.2.10", "192.0.2.0/28"),
            "192.0.2.0/28 is a prefix",
        ),
        (
            WEB.replace("2001:db8::a", "2001:db8::/64"),
            "2001:db8::/64 is a prefix",
        ),
        (
            WEB.replace("addr", "link_local: any, addr"),
            "its link_local is any",
        ),
        (
            WEB.replace("addr", "ethertypes: [0x88cc], addr"),
            "it may send EtherType 0x88cc",
        ),
        (
            WEB.replace("addr", "mode: audit, addr"),
            "it is in audit mode",
        ),
        (
            WEB.replace("addr", "profile: forwarder, addr"),
            "its guard ipv4 is off",
        ),
        (
            WEB.replace("addr", "profile: self-addressed, addr"),
            "its guard arp is off",
        ),
        (
            WEB.replace("addr", "guards: { router: off }, addr"),
            "its guard router is off",
        ),
        (
            WEB.replace(":0a", ":0b"),
            "02:00:00:00:00:0b is a MAC of it, and VIF vif-web-0",
        ),
        (
            WEB.replace("addr", "extra_macs: [\"00:00:5e:00:01:07\"], addr"),
            "00:00:5e:00:01:07 is a MAC of it",
        ),
    ];
    let (server, mut driver) = start();
    server.pool().vif("web", 9, "02:00:00:00:00:99");
    let good = WEB
        .replace("web", "first")
        .replace("vif7.0", "vif7.9")
        .replace(":0a", ":99");
    let good = good
        .replace("192.0.2.10", "198.51.100.9")
        .replace("db8::a", "db8:1::9");
    let before = server.pool().records.clone();
    for (port, wanted) in cases {
        let both = desired(&format!("{good}, {port}"));
        let error = driver.apply(&both).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Error::Port { .. }), "{text}");
        assert!(
            text.starts_with("port web: ") && text.contains(wanted),
            "{text}"
        );
        assert_eq!(driver.preview(&both).unwrap_err().to_string(), text);
    }
    assert_eq!(server.pool().records, before);
}

#[test]
fn guests_elsewhere_are_left_alone() {
    let (server, mut driver) = start();
    driver.apply(&desired(WEB)).unwrap();
    // It goes to sleep: what was set stays, so that it wakes up guarded.
    server
        .pool()
        .set_field("VM", "OpaqueRef:vm-web", "resident_on", json!(NOWHERE));
    server
        .pool()
        .set_field("VM", "OpaqueRef:vm-web", "domid", json!(-1));
    driver.apply(&desired("")).unwrap();
    assert_eq!(fields(&server, "web-0").to_string(), GUARDED);
    assert!(driver.observe().unwrap().present);
    // It wakes up on another host, whose vifguard has it.
    server
        .pool()
        .set_field("VM", "OpaqueRef:vm-web", "resident_on", json!(ELSEWHERE));
    server
        .pool()
        .set_field("VM", "OpaqueRef:vm-web", "domid", json!(7));
    driver.apply(&desired("")).unwrap();
    assert_eq!(driver.remove(&Scope::All).unwrap(), Vec::<String>::new());
    assert_eq!(fields(&server, "web-0").to_string(), GUARDED);
    // And that one, when the guest comes to it without a port.
    let there = server.pool().records["host"][ELSEWHERE]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut other = Xapi::new(vifguard_xapi::Options {
        host: Some(there),
        ..server.options()
    });
    other.apply(&desired("")).unwrap();
    assert_eq!(fields(&server, "web-0").to_string(), GUARDED);
    let degraded = other.observe().unwrap().ports[0].degraded.join("\n");
    assert!(degraded.contains("guarded from another host"), "{degraded}");
    assert_eq!(other.apply(&desired(WEB)).unwrap().changed, ["web"]);
    other.apply(&desired("")).unwrap();
    assert_eq!(fields(&server, "web-0")[0], "network_default");
}

#[test]
fn a_guest_that_sleeps_is_released_with_all() {
    let (server, mut driver) = start();
    driver.apply(&desired(WEB)).unwrap();
    server
        .pool()
        .set_field("VM", "OpaqueRef:vm-web", "resident_on", json!(NOWHERE));
    assert_eq!(driver.remove(&Scope::All).unwrap(), ["web"]);
    assert_eq!(fields(&server, "web-0")[0], "network_default");
}

#[test]
fn a_port_moves_to_another_vif() {
    let (server, mut driver) = start();
    server.pool().vif("web", 1, "02:00:00:00:00:0b");
    driver.apply(&desired(WEB)).unwrap();
    let moved = WEB.replace("vif7.0", "vif7.1").replace(":0a", ":0b");
    let applied = driver.apply(&desired(&moved)).unwrap();
    assert_eq!(
        (applied.changed.as_slice(), applied.removed.len()),
        (["web".to_owned()].as_slice(), 0)
    );
    assert_eq!(fields(&server, "web-0")[0], "network_default");
    assert_eq!(fields(&server, "web-1")[0], "locked");
}

#[test]
fn marks_that_cannot_be_read_are_nobodys_to_change() {
    let (server, mut driver) = start();
    let theirs = json!({ "vifguard-before": "{\"edition\":2}" });
    server.pool().set("web-0", "other_config", theirs.clone());
    let error = driver.apply(&desired(WEB)).unwrap_err().to_string();
    assert!(
        error.contains("marks that this release of vifguard cannot read"),
        "{error}"
    );
    driver.apply(&desired("")).unwrap();
    assert_eq!(json!(server.pool().other_config("web-0")), theirs);
    assert_eq!(driver.observe().unwrap().drift.len(), 1);
}

#[test]
fn what_carries_frames_decides_what_is_promised() {
    let (server, mut driver) = start();
    let ipv6 = Feature::Guard(vifguard_policy::Guard::Ipv6);
    assert!(matches!(
        driver.probe().unwrap().of(ipv6),
        Support::Partial(_)
    ));
    for backend in ["bridge", "something new"] {
        let version = json!({ "network_backend": backend });
        server
            .pool()
            .set_field("host", HERE, "software_version", version);
        assert!(
            matches!(driver.probe().unwrap().of(ipv6), Support::None(_)),
            "{backend}"
        );
    }
}

#[test]
fn the_plan_reads_well() {
    let (_server, mut driver) = start();
    let preview = driver.preview(&desired(WEB)).unwrap();
    insta::assert_snapshot!("plan", preview.plan);
    insta::assert_snapshot!("difference", preview.difference.join("\n"));
}
