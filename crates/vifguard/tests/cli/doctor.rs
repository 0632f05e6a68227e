use vifguard_lab::Netns;

use crate::support::inside;

#[test]
fn every_hypervisor_and_every_driver_is_spoken_of() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _tap = netns.tap("tap-0").unwrap();
    let ran = inside(&netns, &["doctor", "--json"]).ends(0);
    let found = &ran.json()["result"];
    assert_eq!(found["interfaces"]["tun"], 1);
    let names = |list: &str| -> Vec<String> {
        let all = found[list].as_array().unwrap().iter();
        all.map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("hypervisors"), ["libvirt", "Open vSwitch", "Xen"]);
    for hypervisor in found["hypervisors"].as_array().unwrap() {
        // Whoever does not answer says why.
        assert_eq!(
            hypervisor["answers"].as_bool().unwrap(),
            hypervisor["cause"].is_null()
        );
    }
    assert!(names("drivers").contains(&"nft".to_owned()));
    for driver in found["drivers"].as_array().unwrap() {
        let features = driver["features"].as_object().unwrap();
        for (name, degree) in features {
            let full = degree["support"] == "full";
            assert_eq!(full, degree["cause"].is_null(), "{name}: {degree}");
        }
    }
    let nft = &found["drivers"][0];
    assert_eq!(nft["features"]["mac"]["support"], "full");
    inside(&netns, &["doctor"])
        .ends(0)
        .says("driver nft\n  full: mac, ")
        .says("driver null\n  none: mac, ");
}
