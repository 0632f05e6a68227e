//! A driver that does not take one port, and the guards of the others.

use std::sync::{Arc, Mutex};

use vifguard_driver::{Counters, Preview, Scope, Tell};
use vifguard_policy::Host;

use super::*;

const POLICY: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
  - { name: db, network: lan, device: tap-db, mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }
";

/// Takes every port but `web`, and says what it was asked for.
struct Choosy {
    closes: bool,
    asked: Arc<Mutex<Vec<Desired>>>,
}

impl Driver for Choosy {
    fn name(&self) -> &'static str {
        "choosy"
    }

    fn probe(&mut self) -> DriverResult<Capabilities> {
        unreachable!()
    }

    fn preview(&mut self, _: &Desired) -> DriverResult<Preview> {
        unreachable!()
    }

    fn apply(&mut self, desired: &Desired) -> DriverResult<Applied> {
        self.asked.lock().unwrap().push(desired.clone());
        match desired.ports.iter().any(|own| own.identity.port == "web") {
            true => Err(DriverError::Port {
                port: "web".to_owned(),
                cause: "its interface is not there".to_owned(),
                remedy: "wait".to_owned(),
            }),
            false => Ok(Applied::default()),
        }
    }

    fn observe(&mut self) -> DriverResult<State> {
        Ok(State::default())
    }

    fn closes(&self, _: &Host) -> bool {
        self.closes
    }

    fn counters(&mut self) -> DriverResult<Counters> {
        unreachable!()
    }

    fn remove(&mut self, _: &Scope) -> DriverResult<Vec<String>> {
        unreachable!()
    }

    fn watch(&mut self, _: Tell) -> DriverResult<()> {
        unreachable!()
    }
}

/// What it was asked for last, and how many errors that left.
fn put(closes: bool, unknown: &str) -> (Desired, usize) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let driver = Choosy {
        closes,
        asked: Arc::clone(&asked),
    };
    let title = Title {
        driver: "choosy",
        bridge: None,
    };
    let mut member = Member::new(title, Box::new(driver));
    let text = POLICY.replace(
        "version: 1",
        &format!("version: 1\nhost: {{ unknown: {unknown} }}"),
    );
    member.take(Desired::of(&Policy::parse(&text, "test").unwrap()));
    let (_, errors) = Crew::of(vec![member]).apply_each();
    let last = asked.lock().unwrap().pop().unwrap();
    (last, errors.len())
}

#[test]
fn a_port_that_is_not_taken_is_closed_and_the_others_are_guarded() {
    let (asked, errors) = put(true, "refuse");
    let names: Vec<&str> = asked
        .ports
        .iter()
        .map(|own| own.identity.port.as_str())
        .collect();
    assert_eq!((names, errors), (vec!["db"], 1));
    assert!(asked.host.guards("tap-web"));
}

/// What was in force stays so: all that is asked for has the port in it, and was refused.
#[test]
fn where_nothing_can_be_closed_nothing_is_put_in_force_without_it() {
    for (closes, unknown) in [(false, "refuse"), (true, "audit")] {
        let (asked, errors) = put(closes, unknown);
        assert_eq!((asked.ports.len(), errors), (2, 1), "{closes} {unknown}");
    }
}
