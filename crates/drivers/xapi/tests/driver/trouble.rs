//! XAPI says no, dies, or says nothing, at every call of a change. Each VIF is as it was or as it is to
//! be, and none was ever more open than both.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vifguard_driver::{Driver, Error, Scope};
use vifguard_xapi::Xapi;

use crate::standin::StandIn;
use crate::standin::pool::{Fault, Pool};
use crate::{WEB, desired, start};

type Vifs = BTreeMap<String, Value>;
type Bed = fn() -> (StandIn, Xapi);
type Deed = fn(&mut Xapi) -> Result<(), Error>;

/// Two VIFs, of which one is guarded, one not yet, and a third that somebody else set.
fn bed() -> (StandIn, Xapi) {
    let server = StandIn::start(Pool::new());
    // Over the socket: hundreds of handshakes would show nothing more.
    let mut driver = Xapi::new(server.local());
    {
        let mut pool = server.pool();
        pool.vif("web", 1, "02:00:00:00:00:0b");
        pool.vif("web", 2, "02:00:00:00:00:0c");
        pool.set("web-2", "locking_mode", json!("locked"));
        pool.set("web-1", "ipv4_allowed", json!(["198.51.100.1"]));
    }
    driver.apply(&desired(WEB)).unwrap();
    (server, driver)
}

/// The same, with the guarded one open.
fn open_bed() -> (StandIn, Xapi) {
    let (server, mut driver) = bed();
    driver
        .apply(&desired(
            &WEB.replace("name: web", "name: web, profile: open"),
        ))
        .unwrap();
    (server, driver)
}

/// What is asked for next: the first has other addresses in both families, the second comes.
fn next() -> vifguard_driver::Desired {
    let first = WEB
        .replace("192.0.2.10", "192.0.2.11")
        .replace("db8::a", "db8::b");
    desired(&format!(
        "{first}, {{ name: db, network: lan, device: vif7.1, mac: \"02:00:00:00:00:0b\", \
         addresses: [192.0.2.20] }}"
    ))
}

fn vifs(server: &StandIn) -> Vifs {
    server.pool().records["VIF"].clone()
}

/// May a frame from this address leave? As the published description of the modes has it.
fn passes(vif: &Value, address: &str) -> bool {
    let family = if address.contains(':') {
        "ipv6_allowed"
    } else {
        "ipv4_allowed"
    };
    match vif["locking_mode"].as_str().unwrap() {
        // The network of the stand-in is open.
        "network_default" | "unlocked" => true,
        "locked" => vif[family].as_array().unwrap().contains(&json!(address)),
        "disabled" => false,
        other => panic!("{other}"),
    }
}

/// Every address that any state speaks of, and one that none does.
fn addresses(states: &[&Vifs]) -> Vec<String> {
    let all = states.iter().flat_map(|vifs| vifs.values());
    let lists = all.flat_map(|vif| [&vif["ipv4_allowed"], &vif["ipv6_allowed"]]);
    let all = lists.flat_map(|list| list.as_array().unwrap().clone());
    let all = all.map(|text| text.as_str().unwrap().to_owned());
    all.chain(["203.0.113.66".to_owned(), "2001:db8::66".to_owned()])
        .collect()
}

/// No state in between opens what both ends refuse, nor shuts what both let pass.
fn nothing_but_the_difference(server: &StandIn, before: &Vifs, after: &Vifs) {
    let states = server.pool().states.clone();
    for state in states.iter().chain([&vifs(server)]) {
        for address in addresses(&[before, after, state]) {
            for (reference, vif) in state {
                let ends = [&before[reference], &after[reference]].map(|vif| passes(vif, &address));
                let now = passes(vif, &address);
                assert!(
                    ends.contains(&now),
                    "{reference} {address}: {ends:?}, and {now} between"
                );
            }
        }
    }
}

/// How many calls a change makes, reading included, and what it comes to.
fn undisturbed(bed: Bed, change: impl Fn(&mut Xapi)) -> (usize, Vifs, Vifs) {
    let (server, mut driver) = bed();
    let before = vifs(&server);
    server.pool().journal.clear();
    server.pool().states.clear();
    change(&mut driver);
    let after = vifs(&server);
    nothing_but_the_difference(&server, &before, &after);
    let count = server.pool().journal.len();
    (count, before, after)
}

fn at_every_call(
    bed: Bed,
    change: Deed,
    fault: &Fault,
    check: impl Fn(&StandIn, &mut Xapi, &Error, &Vifs, &Vifs),
) {
    let (count, before, after) = undisturbed(bed, |driver| change(driver).unwrap());
    assert!(count > 12, "{count}");
    for at in 0..count {
        let (server, mut driver) = bed();
        server.pool().states.clear();
        server.pool().fault = Some((at, fault.clone()));
        let error = change(&mut driver).expect_err("something was in the way");
        nothing_but_the_difference(&server, &before, &after);
        check(&server, &mut driver, &error, &before, &after);
        // Once XAPI is well again, the same call brings it about.
        server.pool().dead = false;
        server.pool().fault = None;
        change(&mut driver).unwrap();
        assert_eq!(vifs(&server), after, "at call {at}");
        // And nothing of ours is left behind in the end.
        driver.remove(&Scope::All).unwrap();
        let (fresh, mut other) = bed();
        other.remove(&Scope::All).unwrap();
        assert_eq!(vifs(&server), vifs(&fresh), "at call {at}");
    }
}

fn enforce(driver: &mut Xapi) -> Result<(), Error> {
    driver.apply(&next()).map(drop)
}

fn open_one(driver: &mut Xapi) -> Result<(), Error> {
    let both = format!(
        "{WEB}, {}",
        WEB.replace("web", "db")
            .replace("7.0", "7.1")
            .replace(":0a", ":0b")
            .replace("2.10", "2.20")
            .replace("db8::a", "db8::d")
    );
    driver
        .apply(&desired(
            &both.replace("name: web", "name: web, profile: open"),
        ))
        .map(drop)
}

/// Changes, each from another state.
const CHANGES: [(Bed, Deed); 3] = [(bed, enforce), (bed, open_one), (open_bed, enforce)];

fn give_free(driver: &mut Xapi) -> Result<(), Error> {
    driver.apply(&desired("")).map(drop)
}

#[test]
fn xapi_says_no_at_every_call() {
    let no = Fault::Refuse("INTERNAL_ERROR", vec!["a test".to_owned()]);
    at_every_call(bed, enforce, &no, |server, _, error, before, after| {
        let now = vifs(server);
        // Reading back comes after everything is done.
        assert!(now == *before || now == *after, "{error}");
        assert!(
            error.to_string().contains("INTERNAL_ERROR (a test)"),
            "{error}"
        );
    });
}

#[test]
fn an_answer_is_lost_at_every_call() {
    at_every_call(
        bed,
        enforce,
        &Fault::LoseAnswer,
        |server, _, error, before, after| {
            let now = vifs(server);
            assert!(now == *before || now == *after, "{error}: {now:#?}");
            assert!(
                error.to_string().contains("the connection broke"),
                "{error}"
            );
        },
    );
}

#[test]
fn xapi_dies_before_every_call() {
    for (bed, change) in CHANGES {
        at_every_call(bed, change, &Fault::DieBefore, |_, driver, error, _, _| {
            assert!(matches!(error, Error::Step { .. }), "{error}");
            driver.observe().unwrap_err();
        });
    }
}

#[test]
fn xapi_dies_after_every_call() {
    for (bed, change) in CHANGES {
        at_every_call(
            bed,
            change,
            &Fault::DieAfter,
            |server, driver, error, _, _| {
                assert!(matches!(error, Error::Step { .. }), "{error}");
                // Whoever asks when it is back learns that something was cut short, if it was.
                server.pool().dead = false;
                let now = driver.preview(&next()).unwrap().difference;
                let state = driver.observe().unwrap();
                assert!(
                    state.ports.len() + state.drift.len() >= 1,
                    "{now:?}, {state:?}"
                );
            },
        );
    }
}

#[test]
fn giving_free_is_cut_short_at_every_call() {
    let (count, before, after) = undisturbed(bed, |driver| give_free(driver).unwrap());
    for at in 0..count {
        let (server, mut driver) = bed();
        server.pool().states.clear();
        server.pool().fault = Some((at, Fault::DieAfter));
        give_free(&mut driver).unwrap_err();
        nothing_but_the_difference(&server, &before, &after);
        server.pool().dead = false;
        give_free(&mut driver).unwrap();
        assert_eq!(vifs(&server), after, "at call {at}");
    }
}

#[test]
fn two_at_once_disturb_each_other_and_no_vif() {
    let (server, mut driver) = bed();
    let before = vifs(&server);
    let said = vec![
        "vifguard-before".to_owned(),
        "theirs".to_owned(),
        "ours".to_owned(),
    ];
    // The reading of four classes, then three calls on the first VIF that go through.
    server.pool().fault = Some((8, Fault::Refuse("MAP_DUPLICATE_KEY", said)));
    let error = enforce(&mut driver).unwrap_err();
    assert!(matches!(error, Error::Disturbed { .. }), "{error}");
    assert_eq!(vifs(&server), before);
}

#[test]
fn known_refusals_come_with_a_remedy() {
    let cases = [
        (
            "LICENSE_RESTRICTION",
            vec![],
            "the pool's licence does not cover locking",
        ),
        (
            "OPERATION_NOT_ALLOWED",
            vec!["A vswitch controller is active"],
            "locks VIFs there",
        ),
        (
            "RBAC_PERMISSION_DENIED",
            vec!["vif.set_locking_mode"],
            "give it the role pool-operator",
        ),
        ("HOST_STILL_BOOTING", vec![], "try again in a minute"),
    ];
    for (code, said, wanted) in cases {
        let (server, mut driver) = bed();
        let before = vifs(&server);
        let said = said.into_iter().map(str::to_owned).collect();
        server.pool().fault = Some((7, Fault::Refuse(code, said)));
        let error = enforce(&mut driver).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
        assert_eq!(vifs(&server), before, "{code}");
    }
}

#[test]
fn a_pool_that_forgets_is_not_believed() {
    let (server, mut driver) = start();
    // It says that it was done, and it was not.
    let nothing = json!({ "jsonrpc": "2.0", "result": "", "id": 1 }).to_string();
    server.pool().fault = Some((8, Fault::Say(nothing)));
    let error = driver.apply(&desired(WEB)).unwrap_err();
    assert!(matches!(error, Error::NotAsPlanned { .. }), "{error}");
    assert!(error.to_string().contains("locking_mode locked"), "{error}");
}
