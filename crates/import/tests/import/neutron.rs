//! Neutron's ports, networks and subnets.

use vifguard_import::{Change, Imported, Neutron};
use vifguard_policy::{LinkLocal, NetworkKind, Profile};

use crate::common::{
    addresses, all, answers, data, decisions, no_remark, only_port, policy, ports, remark, source,
};

/// A bound guest's port with these keys besides.
pub(crate) fn guest(number: u8, more: &str) -> String {
    format!(
        "{{ \"id\": \"aaaa{number:04x}-0000-4000-8000-000000000000\", \"name\": \"g{number}\",
            \"network_id\": \"net\", \"mac_address\": \"fa:16:3e:00:00:{number:02x}\",
            \"device_owner\": \"compute:nova\", \"binding:vif_type\": \"ovs\"{more} }}"
    )
}

const FIXED: &str = ", \"fixed_ips\": [{ \"subnet_id\": \"s\", \"ip_address\": \"192.0.2.10\" }]";

#[test]
fn a_port_becomes_a_port() {
    let imported = ports(&guest(1, FIXED));
    let port = only_port(&imported);
    assert_eq!(port.name, "g1");
    assert_eq!(port.binding.device().unwrap().as_str(), "tapaaaa0001-00");
    assert_eq!(port.macs[0].value.to_string(), "fa:16:3e:00:00:01");
    assert_eq!(addresses(&port), ["192.0.2.10/32"]);
    assert_eq!(
        (port.profile, port.link_local),
        (Profile::Strict, LinkLocal::Eui64)
    );
    let said = remark(&imported, Change::Same, "ports[0].fixed_ips[0]");
    assert_eq!((said.file.as_str(), said.line), ("ports.json", None));
    remark(&imported, Change::Same, "MAC, ARP, IPv4 and IPv6 checked");
    remark(&imported, Change::Stricter, "as Neutron's driver has it");
    remark(&imported, Change::Looser, "as Neutron's driver has it");
    assert!(
        imported
            .policy
            .contains("# host: { guarded_interfaces: [\"tap*\"] }")
    );
}

#[test]
fn a_nameless_port_is_called_by_its_id() {
    let unnamed = guest(1, FIXED).replace("\"g1\"", "\"\"");
    assert_eq!(
        only_port(&ports(&unnamed)).name,
        "aaaa0001-0000-4000-8000-000000000000"
    );
    let spaced = guest(1, FIXED).replace("\"g1\"", "\"my port\"");
    assert_eq!(only_port(&ports(&spaced)).name, "my-port");
}

#[test]
fn no_port_security_is_open() {
    let off = guest(1, ", \"port_security_enabled\": false");
    let network = |more: &str| format!("{{ \"id\": \"net\", \"name\": \"n\"{more} }}");
    let private = answers(&off, &network(", \"shared\": false"), "");
    assert_eq!(only_port(&private).profile, Profile::Open);
    assert_eq!(policy(&private).networks()[0].kind, NetworkKind::Private);
    assert_eq!(decisions(&private), Vec::<String>::new());
    remark(&private, Change::Same, "no port security");
    // On a flat network it takes a word of the operator's.
    for flat in [
        answers(&off, &network(", \"shared\": true"), ""),
        ports(&off),
    ] {
        assert_eq!(only_port(&flat).profile, Profile::Open);
        let policy = policy(&flat);
        assert_eq!(policy.networks()[0].kind, NetworkKind::Flat);
        assert!(policy.networks()[0].relaxed_ports);
        let said = remark(&flat, Change::Same, "relaxed_ports: true");
        assert!(said.decide.as_ref().unwrap().contains("kind: private"));
    }
    let on = ports(&guest(
        1,
        &format!("{FIXED}, \"port_security_enabled\": true"),
    ));
    assert_eq!(only_port(&on).profile, Profile::Strict);
    assert!(!policy(&on).networks()[0].relaxed_ports);
}

#[test]
fn the_kind_of_a_network_is_what_is_known_of_it() {
    let kind = |ports: &str, network: &str| {
        let network = format!("{{ \"id\": \"net\", \"name\": \"n\"{network} }}");
        policy(&answers(ports, &network, "")).networks()[0].kind
    };
    let one = guest(1, FIXED);
    assert_eq!(kind(&one, ""), NetworkKind::Private);
    assert_eq!(kind(&one, ", \"shared\": true"), NetworkKind::Flat);
    assert_eq!(kind(&one, ", \"router:external\": true"), NetworkKind::Flat);
    let of = |number, project: &str| guest(number, &format!(", \"project_id\": \"{project}\""));
    let same = format!("{}, {}", of(1, "p"), of(2, "p"));
    assert_eq!(kind(&same, ""), NetworkKind::Private);
    let several = format!("{}, {}", of(1, "p"), of(2, "q"));
    assert_eq!(kind(&several, ""), NetworkKind::Flat);
    let unknown = ports(&one);
    assert_eq!(policy(&unknown).networks()[0].name, "net");
    remark(
        &unknown,
        Change::Same,
        "it is not said who uses the network",
    );
}

#[test]
fn gateways_are_reserved_unless_a_guest_is_one() {
    let subnet = |gateway: &str| {
        format!("{{ \"id\": \"s\", \"network_id\": \"net\", \"gateway_ip\": {gateway} }}")
    };
    let reserved = |imported: &Imported| {
        let policy = policy(imported);
        let reserved = policy.networks()[0].reserved.addresses.iter();
        reserved
            .map(|entry| entry.value.to_string())
            .collect::<Vec<_>>()
    };
    let plain = answers(&guest(1, FIXED), "", &subnet("\"192.0.2.1\""));
    assert_eq!(reserved(&plain), ["192.0.2.1/32"]);
    remark(&plain, Change::Stricter, "the gateway 192.0.2.1");
    let without = answers(&guest(1, FIXED), "", &subnet("null"));
    assert_eq!(reserved(&without), Vec::<String>::new());
    let itself = answers(&guest(1, FIXED), "", &subnet("\"192.0.2.10\""));
    assert_eq!(reserved(&itself), Vec::<String>::new());
    remark(
        &itself,
        Change::Same,
        "192.0.2.10 is held by port g1 -> not reserved",
    );
    // To be allowed an address does not make the gateway.
    let pair = ", \"allowed_address_pairs\": [{ \"ip_address\": \"192.0.2.1\" }]";
    let allowed = answers(
        &guest(1, &format!("{FIXED}{pair}")),
        "",
        &subnet("\"192.0.2.1\""),
    );
    assert_eq!(reserved(&allowed), ["192.0.2.1/32"]);
    assert_eq!(
        addresses(&only_port(&allowed)),
        ["192.0.2.10/32", "192.0.2.1/32+"]
    );
    assert_eq!(decisions(&allowed).len(), 1, "{}", all(&allowed));
}

#[test]
fn what_is_neutrons_own_is_reserved() {
    for owner in [
        "network:dhcp",
        "network:router_interface",
        "network:ha_router_replicated_interface",
    ] {
        let own = guest(2, &FIXED.replace(".10", ".2")).replace("compute:nova", owner);
        let imported = ports(&format!("{}, {own}", guest(1, FIXED)));
        assert_eq!((imported.ports, imported.left_out), (1, 0), "{owner}");
        let policy = policy(&imported);
        let reserved = &policy.networks()[0].reserved;
        assert_eq!(reserved.addresses[0].value.to_string(), "192.0.2.2/32");
        assert_eq!(reserved.macs[0].value.to_string(), "fa:16:3e:00:00:02");
        remark(&imported, Change::Stricter, owner);
    }
}

#[test]
fn what_has_no_interface_here_is_no_port() {
    for (more, reason, decided) in [
        (", \"binding:vnic_type\": \"direct\"", "vnic_type direct", 1),
        (", \"binding:vnic_type\": \"normal\"", "", 0),
        ("vhostuser", "user space", 1),
        ("hw_veb", "to the NIC", 1),
        ("macvtap", "past netdev ingress", 1),
        ("unbound", "bound to no host", 0),
        ("binding_failed", "its binding failed", 1),
        ("bridge", "", 0),
        ("tap", "", 0),
    ] {
        let port = if more.starts_with(',') {
            guest(1, &format!("{FIXED}{more}"))
        } else {
            guest(1, FIXED).replace("\"ovs\"", &format!("\"{more}\""))
        };
        let imported = ports(&port);
        let kept = usize::from(reason.is_empty());
        assert_eq!(
            (imported.ports, imported.left_out),
            (kept, 1 - kept),
            "{more}"
        );
        assert_eq!(decisions(&imported).len(), decided, "{more}");
        if !reason.is_empty() {
            remark(&imported, Change::NotCarriedOver, reason);
        }
    }
    for (owner, decided) in [("trunk:subport", 1), ("baremetal:none", 0)] {
        let imported = ports(&guest(1, FIXED).replace("compute:nova", owner));
        assert_eq!((imported.ports, imported.left_out), (0, 1), "{owner}");
        assert_eq!(decisions(&imported).len(), decided, "{owner}");
    }
    // Those who may not see bindings see owners.
    let tenant = guest(1, FIXED).replace(", \"binding:vif_type\": \"ovs\"", "");
    assert_eq!(ports(&tenant).ports, 1);
    assert_eq!(ports(&tenant.replace("compute:nova", "")).ports, 0);
}

#[test]
fn a_port_without_addresses_is_to_be_decided() {
    for fixed in ["", ", \"fixed_ips\": []", ", \"fixed_ips\": null"] {
        let imported = ports(&guest(1, fixed));
        assert_eq!(addresses(&only_port(&imported)), Vec::<String>::new());
        remark(&imported, Change::Stricter, "no address");
        assert_eq!(decisions(&imported).len(), 1);
    }
}

#[test]
fn what_a_policy_has_no_word_for_is_said() {
    let imported = ports(&guest(
        1,
        &format!(
            "{FIXED}, \"security_groups\": [\"a\", \"b\"], \"admin_state_up\": false,
             \"trunk_details\": {{ \"sub_ports\": [] }}"
        ),
    ));
    remark(
        &imported,
        Change::NotCarriedOver,
        "security groups (2) filter",
    );
    remark(&imported, Change::NotCarriedOver, "switched off");
    assert!(
        remark(&imported, Change::Stricter, "a trunk's parent")
            .decide
            .is_some()
    );
    let plain = ports(&guest(
        1,
        &format!(
            "{FIXED}, \"security_groups\": [], \"admin_state_up\": true, \"trunk_details\": null"
        ),
    ));
    no_remark(&plain, "security_groups");
    no_remark(&plain, "switched off");
    no_remark(&plain, "trunk");
}

#[test]
fn a_port_needs_a_mac_and_a_tap() {
    for (from, to) in [
        ("fa:16:3e:00:00:01", "01:00:5e:00:00:01"),
        ("aaaa0001-0000-4", "a/"),
    ] {
        let pair = ", \"allowed_address_pairs\": [{ \"ip_address\": \"192.0.2.9\",
            \"mac_address\": \"00:00:5e:00:01:01\" }]";
        let imported = ports(&guest(1, &format!("{FIXED}{pair}")).replace(from, to));
        assert_eq!((imported.ports, imported.left_out), (0, 1), "{to}");
        assert_eq!(decisions(&imported).len(), 1, "{to}");
        assert!(imported.policy.contains("  # - name: g1\n"), "{to}");
    }
}

#[test]
fn one_host_at_a_time() {
    let on =
        |number, host: &str| guest(number, &format!("{FIXED}, \"binding:host_id\": \"{host}\""));
    let body = format!(
        "{{ \"ports\": [{}, {}, {}] }}",
        on(1, "a"),
        on(2, "b").replace(".10", ".11"),
        guest(3, FIXED)
            .replace("compute:nova", "network:dhcp")
            .replace(".10", ".2")
    );
    let import = |host| {
        let ports = vec![source("ports.json", &body)];
        let neutron = Neutron {
            ports,
            host,
            ..Neutron::default()
        };
        neutron.import().unwrap()
    };
    let one = import(Some("b"));
    assert_eq!(only_port(&one).name, "g2");
    remark(&one, Change::NotCarriedOver, "1 of 2 ports not bound to b");
    assert_eq!(policy(&one).networks()[0].reserved.addresses.len(), 1);
    let all = import(None);
    assert_eq!(all.ports, 2);
    assert!(
        remark(&all, Change::Same, "ports of 2 hosts: a, b")
            .decide
            .is_some()
    );
    assert_eq!(import(Some("c")).ports, 0);
}

#[test]
fn answers_come_in_several_forms() {
    let port = guest(1, FIXED);
    let bare = port.replace("binding:vif_type", "binding_vif_type");
    for body in [
        format!("{{ \"ports\": [{port}] }}"),
        format!("{{ \"port\": {port} }}"),
        format!("[{port}]"),
        format!("\u{feff}{bare}"),
    ] {
        let ports = vec![source("p", &body), source("again", &body)];
        let imported = Neutron {
            ports,
            ..Neutron::default()
        }
        .import()
        .unwrap();
        assert_eq!(only_port(&imported).name, "g1", "{body}");
    }
}

#[test]
fn a_page_is_not_an_answer() {
    let body = format!(
        "{{ \"ports\": [{}], \"ports_links\": [{{ \"rel\": \"next\", \"href\": \"x\" }}] }}",
        guest(1, FIXED)
    );
    let import = |body: &str| {
        let ports = vec![source("p", body)];
        Neutron {
            ports,
            ..Neutron::default()
        }
        .import()
        .unwrap()
    };
    assert!(
        remark(&import(&body), Change::NotCarriedOver, "ports_links")
            .decide
            .is_some()
    );
    no_remark(&import(&body.replace("next", "previous")), "ports_links");
}

#[test]
fn the_sample_is_whole() {
    let imported = Neutron {
        ports: vec![data!("ports.json")],
        networks: vec![data!("networks.json")],
        subnets: vec![data!("subnets.json")],
        host: None,
    };
    let imported = imported.import().unwrap();
    assert_eq!(
        (imported.ports, imported.networks, imported.left_out),
        (4, 1, 2)
    );
}
