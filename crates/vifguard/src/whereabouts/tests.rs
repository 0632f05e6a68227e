use super::*;

/// Three hypervisors at once.
struct Known;

const LIBVIRT: [(&str, &str, &str); 2] = [
    ("web", "02:00:00:00:00:01", "vnet3"),
    ("web", "02:00:00:00:00:02", "vnet4"),
];

impl Guests for Known {
    fn libvirt(&self) -> Result<&[libvirt::Vif], Failure> {
        let vifs = LIBVIRT.map(|(domain, mac, device)| libvirt::Vif {
            domain: domain.to_owned(),
            uuid: "u-web".to_owned(),
            mac: mac.to_owned(),
            device: device.to_owned(),
        });
        Ok(Box::leak(Box::new(vifs)))
    }

    fn ovs(&self) -> Result<&[ovs::Vif], Failure> {
        let vif = |device: &str, iface: &str| ovs::Vif {
            device: device.to_owned(),
            external_ids: [("iface-id", iface), ("vm-uuid", "u-1")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
        };
        Ok(Box::leak(Box::new([
            vif("tap1", "one"),
            vif("tap2", "two"),
        ])))
    }

    fn xen(&self) -> Result<&[xen::Vif], Failure> {
        let down = Failure::new(Exit::Unavailable, "no xenstored", "");
        Err(down)
    }

    fn made_for(&self, port: &str) -> Result<Option<String>, Failure> {
        Ok((port == "run").then(|| "tap-run".to_owned()))
    }
}

fn port(name: &str, mac: u8, binding: &str) -> String {
    format!("  - {{ name: {name}, network: n, mac: \"02:00:00:00:00:{mac:02x}\", {binding} }}\n")
}

fn whereabouts(ports: &[String]) -> Result<Whereabouts, Failure> {
    let head = "version: 1\nnetworks: [{ name: n, kind: private }]\nports:\n";
    let text = head.to_owned() + &ports.concat();
    let policy = Policy::parse(&text, "test").unwrap_or_else(|errors| panic!("{errors}"));
    Whereabouts::among(&policy, &Known)
}

#[test]
fn each_port_is_found_by_what_its_hypervisor_knows() {
    let found = whereabouts(&[
        port("plain", 9, "device: tap9"),
        port("web", 1, "libvirt: { domain: web }"),
        port("by-uuid", 2, "libvirt: { domain: u-web }"),
        port("elsewhere", 3, "libvirt: { domain: web }"),
        port("two", 4, "ovs: { iface-id: two }"),
    ])
    .unwrap();
    let devices: Vec<_> = found
        .desired
        .ports
        .iter()
        .map(|port| (port.identity.port.as_str(), port.device.as_str()))
        .collect();
    assert_eq!(
        devices,
        [
            ("plain", "tap9"),
            ("web", "vnet3"),
            ("by-uuid", "vnet4"),
            ("two", "tap2")
        ]
    );
    assert_eq!(found.absent.len(), 1);
    assert_eq!(found.absent[0].port, "elsewhere");
    assert_eq!(
        found.absent[0].binding,
        "libvirt domain web, 02:00:00:00:00:03"
    );
}

#[test]
fn what_is_not_clear_is_an_error() {
    let wrong = |ports: &[String]| whereabouts(ports).unwrap_err().what;
    assert_eq!(
        wrong(&[port("vm", 5, "ovs: { vm-uuid: u-1 }")]),
        "port vm: Open vSwitch vm-uuid=u-1 is more than one interface: tap1, tap2"
    );
    assert_eq!(
        wrong(&[
            port("a", 1, "libvirt: { domain: web }"),
            port("b", 6, "device: vnet3")
        ]),
        "port a (libvirt domain web, 02:00:00:00:00:01) and port b (vnet3) are both on vnet3"
    );
    assert_eq!(
        wrong(&[port("x", 7, "xen: { domain: web }")]),
        "no xenstored"
    );
}

#[test]
fn what_run_made_for_a_port_is_where_it_is_whatever_its_binding_says() {
    // The hypervisor that does not answer is not even asked.
    let found = whereabouts(&[port("run", 1, "xen: { domain: web, device: 0 }")]).unwrap();
    assert_eq!(found.desired.ports[0].device.as_str(), "tap-run");
}
