//! What drivers declare in the contract, compared with what their probes say of a host that has all they
//! can use.

use std::collections::BTreeMap;

use serde_json::Value;
use vifguard_driver::{Capabilities, Driver, Feature, Support};
use vifguard_lab::Netns;
use vifguard_lab::libvirt::Libvirtd;
use vifguard_lab::ovs::Switch;
use vifguard_nwfilter::{Nwfilter, Options};
use vifguard_xapi::capability::{Backend, capabilities};

use super::own;
use crate::support::{PROGRAM, Ran, inside};

type Said = BTreeMap<String, (String, Option<String>)>;

/// What a probe said, through the program.
fn of_doctor(answer: &Value, driver: &str) -> Said {
    let drivers = answer["result"]["drivers"].as_array().unwrap();
    let found = drivers
        .iter()
        .find(|found| found["name"] == driver)
        .unwrap();
    assert_eq!(found["usable"], true, "{found}");
    let features = found["features"].as_object().unwrap().iter();
    let said = features.map(|(feature, degree)| {
        let support = degree["support"].as_str().unwrap().to_owned();
        (
            feature.clone(),
            (support, degree["cause"].as_str().map(str::to_owned)),
        )
    });
    said.collect()
}

fn of_capabilities(can: &Capabilities) -> Said {
    let said = Feature::all().map(|feature| {
        let said = match can.of(feature) {
            Support::Full => ("full", None),
            Support::Partial(why) => ("partial", Some(why)),
            Support::None(why) => ("none", Some(why)),
        };
        (feature.name().to_owned(), (said.0.to_owned(), said.1))
    });
    said.collect()
}

/// The same, in the same words, for every feature that a probe speaks of.
#[track_caller]
fn agree(driver: &str, probed: &Said) {
    assert!(!probed.is_empty());
    let declared = own().driver(driver).unwrap();
    for (feature, (support, why)) in probed {
        let said = declared.declared(feature);
        assert_eq!(said.name(), support, "{driver}: {feature}");
        // One that is not named is none without a sentence of its own.
        if declared.features.contains_key(feature) {
            assert_eq!(said.why(), why.as_deref(), "{driver}: {feature}");
        }
    }
    for feature in declared.features.keys() {
        let extended = own().feature(feature).unwrap().kind == vifguard_contract::Kind::Extended;
        let known = probed.contains_key(feature) || extended;
        assert!(
            known,
            "{driver} declares {feature}, of which its probe knows nothing"
        );
    }
}

#[test]
fn every_feature_of_the_drivers_is_in_the_contract() {
    for feature in Feature::all() {
        assert!(own().feature(feature.name()).is_some(), "{feature}");
    }
}

#[test]
fn nft_and_null_declare_what_their_probes_say() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let answer = inside(&netns, &["doctor", "--json"]).ends(0).json();
    let mut nft = of_doctor(&answer, "nft");
    // Before Linux 6.18 a chain cannot be bound to names, and the probe says so.
    if nft["first-frame"].0 == "none" {
        assert!(!binds_by_name(&answer), "{answer}");
        nft.remove("first-frame");
    }
    agree("nft", &nft);
    agree("null", &of_doctor(&answer, "null"));
}

fn binds_by_name(answer: &Value) -> bool {
    let nft = &answer["result"]["drivers"][0];
    nft["notes"].to_string().contains("bound by name")
}

#[test]
fn ovs_declares_what_its_probe_says() {
    if !vifguard_lab::ovs::available() {
        return;
    }
    let switch = Switch::new().unwrap();
    switch.ofctl("set-frags", &["nx-match"]).unwrap();
    let mut command = switch.host().command(PROGRAM);
    command
        .env("OVS_RUNDIR", switch.rundir())
        .args(["doctor", "--json"]);
    let answer = Ran::of(command.output().unwrap()).ends(0).json();
    agree("ovs", &of_doctor(&answer, "ovs"));
}

#[test]
fn nwfilter_declares_what_its_probe_says() {
    if !vifguard_lab::libvirt::available() {
        return;
    }
    let libvirtd = Libvirtd::new().unwrap();
    let mut driver = Nwfilter::new(Options {
        uri: Some(libvirtd.uri()),
        ..Options::default()
    });
    agree("nwfilter", &of_capabilities(&driver.probe().unwrap()));
}

/// Which needs no pool: what a locked VIF does is not asked, but known.
#[test]
fn xapi_declares_what_its_probe_says_of_open_vswitch() {
    agree(
        "xapi",
        &of_capabilities(&capabilities(Backend::OpenVSwitch)),
    );
}
