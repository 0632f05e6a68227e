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
            attached: device != "ghost",
        };
        Ok(Box::leak(Box::new([
            vif("ghost", "gone"),
            vif("tap1", "one"),
            vif("tap2", "two"),
        ])))
    }

    fn xen(&self) -> Result<&[xen::Vif], Failure> {
        let down = Failure::new(Exit::Unavailable, "no xenstored", "");
        Err(down)
    }
}

fn port(name: &str, mac: u8, binding: &str) -> String {
    format!("  - {{ name: {name}, network: n, mac: \"02:00:00:00:00:{mac:02x}\", {binding} }}\n")
}

fn whereabouts(ports: &[String]) -> Result<Whereabouts, Failure> {
    let head = "version: 1\nnetworks: [{ name: n, kind: private }]\nports:\n";
    let text = head.to_owned() + &ports.concat();
    let policy = Policy::parse(&text, "test").unwrap_or_else(|errors| panic!("{errors}"));
    Whereabouts::of(&policy, &Known, &Links::default())
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

/// Of a name that a hypervisor gives, one interface is meant, and none as long as there is none.
#[test]
fn what_a_hypervisor_found_is_one_interface() {
    let link = |name: &str, index| vifguard_inventory::Link {
        name: name.to_owned(),
        index,
        ..Default::default()
    };
    let host = Links {
        links: vec![link("tap9", 9), link("vnet3", 7)],
        ..Links::default()
    };
    let text = "version: 1\nnetworks: [{ name: n, kind: private }]\nports:\n".to_owned()
        + &port("plain", 9, "device: tap9")
        + &port("web", 1, "libvirt: { domain: web }")
        + &port("two", 4, "ovs: { iface-id: two }");
    let policy = Policy::parse(&text, "test").unwrap();
    let found = Whereabouts::of(&policy, &Known, &host).unwrap();
    let found = found.desired.ports.iter();
    let indices: Vec<Option<u32>> = found.map(|port| port.index).collect();
    assert_eq!(indices, [None, Some(7), Some(0)]);
}

/// Open vSwitch keeps its row for good; one that it has not taken up yet may be there already.
#[test]
fn an_interface_that_only_the_database_knows_is_not_here() {
    let text = "version: 1\nnetworks: [{ name: n, kind: private }]\nports:\n".to_owned()
        + &port("dead", 4, "ovs: { iface-id: gone }")
        + &port("two", 5, "ovs: { iface-id: two }");
    let policy = Policy::parse(&text, "test").unwrap();
    let ports = |links: Vec<vifguard_inventory::Link>| {
        let host = Links {
            links,
            ..Links::default()
        };
        let found = Whereabouts::of(&policy, &Known, &host).unwrap();
        (found.desired.ports.len(), found.absent.len())
    };
    assert_eq!(ports(Vec::new()), (1, 1));
    let tap = vifguard_inventory::Link {
        name: "ghost".to_owned(),
        index: 5,
        ..Default::default()
    };
    assert_eq!(ports(vec![tap]), (2, 0));
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

/// A Xen host whose guests have emulated cards beside their own.
struct Firmware;

impl Guests for Firmware {
    fn libvirt(&self) -> Result<&[libvirt::Vif], Failure> {
        Ok(&[])
    }

    fn ovs(&self) -> Result<&[ovs::Vif], Failure> {
        let vifs = ["vif3.0", "tap3.0"].map(|device| ovs::Vif {
            device: device.to_owned(),
            external_ids: [("xs-vif-uuid".to_owned(), "x-1".to_owned())].into(),
            attached: true,
        });
        Ok(Box::leak(Box::new(vifs)))
    }

    fn xen(&self) -> Result<&[xen::Vif], Failure> {
        let vif = xen::Vif {
            domain: "web".to_owned(),
            uuid: "u-web".to_owned(),
            number: 0,
            device: "vif3.0".to_owned(),
            emulated: ["vif3.0-emu".to_owned(), "tap3.0".to_owned()],
        };
        Ok(Box::leak(Box::new([vif])))
    }
}

#[test]
fn a_card_of_a_xen_guest_may_have_two_interfaces() {
    let link = |name: &str| vifguard_inventory::Link {
        name: name.to_owned(),
        ..Default::default()
    };
    let host = Links {
        links: ["vif3.0", "vif3.0-emu", "vif4.0-emu"].map(link).into(),
        ..Links::default()
    };
    for (binding, expected) in [
        ("xen: { domain: web, device: 0 }", ["vif3.0", "vif3.0-emu"]),
        ("ovs: { xs-vif-uuid: x-1 }", ["vif3.0", "tap3.0"]),
    ] {
        let text = "version: 1\nnetworks: [{ name: n, kind: private }]\nports:\n".to_owned()
            + &port("web", 1, binding);
        let policy = Policy::parse(&text, "test").unwrap();
        let found = Whereabouts::of(&policy, &Firmware, &host).unwrap();
        let devices: Vec<&str> = found
            .desired
            .ports
            .iter()
            .map(|p| p.device.as_str())
            .collect();
        assert_eq!(devices, expected, "{binding}");
    }
}

#[test]
fn what_run_made_for_a_port_is_where_it_is_whatever_its_binding_says() {
    let made = vifguard_inventory::Link {
        name: "tap-run".to_owned(),
        alias: vifguard_inventory::note_of("run"),
        ..Default::default()
    };
    let host = Links {
        links: vec![made],
        ..Links::default()
    };
    let text = "version: 1\nnetworks: [{ name: n, kind: private }]\nports:\n".to_owned()
        + &port("run", 1, "xen: { domain: web, device: 0 }");
    let policy = Policy::parse(&text, "test").unwrap();
    // The hypervisor that does not answer is not even asked.
    let found = Whereabouts::of(&policy, &Known, &host).unwrap();
    assert_eq!(found.desired.ports[0].device.as_str(), "tap-run");
}
