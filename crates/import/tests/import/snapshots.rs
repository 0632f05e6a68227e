//! Whole policies, as people get them.

use insta::assert_snapshot;
use vifguard_import::{Neutron, libvirt};

use crate::common::{all, data};

#[test]
fn a_running_guest_with_clean_traffic() {
    let sources = [
        data!("web.xml"),
        data!("db-inactive.xml"),
        data!("default-network.xml"),
    ];
    assert_snapshot!(libvirt(&sources).unwrap().policy);
}

#[test]
fn a_filter_of_ones_own() {
    let sources = [data!("own-filter.xml"), data!("snapshot.xml")];
    assert_snapshot!(libvirt(&sources).unwrap().policy);
}

#[test]
fn a_project_of_neutrons() {
    let neutron = Neutron {
        ports: vec![data!("ports.json")],
        networks: vec![data!("networks.json")],
        subnets: vec![data!("subnets.json")],
        host: None,
    };
    assert_snapshot!(neutron.import().unwrap().policy);
}

#[test]
fn remarks_are_lines() {
    let neutron = Neutron {
        ports: vec![data!("ports.json")],
        host: Some("compute-1"),
        ..Neutron::default()
    };
    assert_snapshot!(all(&neutron.import().unwrap()));
}
