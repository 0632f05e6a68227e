//! The extract of the published data model is whole, and the driver's calls are all that is in it.

use std::collections::BTreeSet;

use vifguard_driver::{Driver, Scope};
use vifguard_xapi::Xapi;

use crate::standin::datamodel::DataModel;
use crate::{WEB, desired, start};

#[test]
fn every_call_is_published_and_none_is_there_in_vain() {
    let (server, mut driver) = start();
    driver.apply(&desired(WEB)).unwrap();
    driver.events().unwrap();
    driver.remove(&Scope::All).unwrap();
    let options = vifguard_xapi::Options {
        host: None,
        ..server.options()
    };
    Xapi::new(options).observe().unwrap();
    let made: BTreeSet<String> = server.pool().called.clone();
    let known: BTreeSet<String> = DataModel::get().calls.keys().cloned().collect();
    assert_eq!(made, known);
}

#[test]
fn the_extract_says_what_is_asked_of_it() {
    for (name, call) in &DataModel::get().calls {
        assert!(
            ["rio", "boston", "tampa"].contains(&call.since.as_str()),
            "{name}"
        );
        assert!(
            ["read-only", "vm-admin", "pool-operator"].contains(&call.role.as_str()),
            "{name}"
        );
        assert!(!call.result.is_empty(), "{name}");
        let codes = call.errors.iter();
        assert!(
            codes.clone().all(|code| *code == code.to_uppercase()),
            "{name}"
        );
    }
}
