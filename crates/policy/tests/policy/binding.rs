//! Where a port's VIF is found.

use vifguard_policy::{Binding, OvsId};

use crate::common::{accepted, refused};

fn port(binding: &str) -> String {
    format!(
        "version: 1\nnetworks: [{{ name: n, kind: private }}]\nports:\n- name: a\n  network: n\n  mac: \
         \"02:00:00:00:00:01\"\n  {binding}\n"
    )
}

fn binding(text: &str) -> Binding {
    accepted(&port(text)).ports()[0].binding.clone()
}

#[test]
fn by_what_each_hypervisor_knows() {
    let mac = "02:00:00:00:00:01".parse().unwrap();
    let domain = "web".to_owned();
    assert_eq!(
        binding("device: tap1"),
        Binding::Device("tap1".parse().unwrap())
    );
    assert_eq!(
        binding("libvirt: { domain: web }"),
        Binding::Libvirt {
            domain: domain.clone(),
            mac
        }
    );
    let ids = [
        (OvsId::IfaceId, "x".to_owned()),
        (OvsId::VmUuid, "y".to_owned()),
    ];
    assert_eq!(
        binding("ovs: { vm-uuid: y, iface-id: x }"),
        Binding::Ovs(ids.into())
    );
    let xen = |device| Binding::Xen {
        domain: domain.clone(),
        device,
    };
    assert_eq!(binding("xen: { domain: web }"), xen(0));
    assert_eq!(binding("xen: { domain: web, device: 3 }"), xen(3));
}

#[test]
fn exactly_one_and_whole() {
    refused(
        &port("device: tap1\n  libvirt: { domain: web }"),
        &["8:12: port a, libvirt: says where the guest is a second time, beside device; keep one"],
    );
    refused(
        &port("libvirt: {}"),
        &["7:12: port a, libvirt: is missing; write the guest's name, such as domain: web-1"],
    );
    refused(
        &port("ovs: {}"),
        &[
            "7:8: port a, ovs: names no interface; write one of its external_ids, such as iface-id: 1f6a2c3e-web",
        ],
    );
    refused(
        &port("ovs: { iface: x }"),
        &[
            "7:8: port a, ovs: names no interface; write one of its external_ids, such as iface-id: 1f6a2c3e-web",
            "7:10: port a, ovs: unknown key \"iface\"; did you mean iface-id?",
        ],
    );
    refused(
        &port("xen: { domain: web, device: 65536 }"),
        &[
            "7:31: port a, xen: 65536 is too large; write the number of the guest's VIF, such as device: 0",
        ],
    );
}

#[test]
fn no_two_ports_have_one() {
    let two = port("xen: { domain: web }")
        + "- { name: b, network: n, mac: \"02:00:00:00:00:02\", xen: { device: 0, domain: web } }\n";
    refused(
        &two,
        &[
            "8:57: port b, xen: Xen domain web, VIF 0 is already the interface of another port (port a, line 7, column 8); an interface carries one port: join the two, or write the interface of each",
        ],
    );
}
