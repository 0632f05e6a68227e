//! Whatever a source says, its policy is one, and no port is lost on the way.

use proptest::prelude::*;
use vifguard_import::{Imported, Neutron, libvirt};
use vifguard_policy::Policy;

use crate::common::source;

/// Addresses that meet, contain one another, or can be held by nobody.
fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..6u8).prop_map(|i| format!("192.0.2.{i}")),
        (0..6u8).prop_map(|i| format!("2001:db8::{i}")),
        (0..4u8).prop_map(|i| format!("fe80::5054:ff:fe00:{i}")),
        (0..33u8).prop_map(|len| format!("192.0.2.1/{len}")),
        (0..129u8).prop_map(|len| format!("2001:db8::1/{len}")),
        prop_oneof![
            Just("0.0.0.0/0"),
            Just("::/0"),
            Just("0.0.0.0/1"),
            Just("128.0.0.0/1"),
            Just("fe80::/10"),
            Just("224.0.0.5"),
            Just("127.0.0.0/8"),
            Just("ff02::1"),
            Just("::"),
            Just(""),
            Just("x"),
        ]
        .prop_map(str::to_owned),
    ]
}

fn mac() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0..4u8).prop_map(|i| format!("52:54:00:00:00:{i:02x}")),
        1 => prop_oneof![Just("01:00:5e:00:00:01"), Just("00:00:00:00:00:00"), Just("zz")]
            .prop_map(str::to_owned),
    ]
}

fn device() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0..8u8).prop_map(|i| format!("tap{i}")),
        1 => prop_oneof![Just("vnet0"), Just("lo"), Just("a-name-that-is-too-long"), Just("macvtap0")]
            .prop_map(str::to_owned),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("web".to_owned()),
        Just(String::new()),
        "[a-z0-9 :#'*&!%@,\\[\\]{}~|>-]{0,12}",
        Just("y".repeat(300)),
        Just("null".to_owned()),
    ]
}

/// Text for an attribute or an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&apos;")
}

fn filter() -> impl Strategy<Value = String> {
    let parameter = prop_oneof![
        4 => address().prop_map(|address| ("IP", address)),
        2 => address().prop_map(|address| ("IPV6", address)),
        1 => address().prop_map(|address| ("DHCPSERVER", address)),
        1 => mac().prop_map(|mac| ("GATEWAY_MAC", mac)),
        1 => mac().prop_map(|mac| ("MAC", mac)),
        1 => Just(("CTRL_IP_LEARNING", "dhcp".to_owned())),
    ];
    let filter = prop_oneof![
        4 => Just("clean-traffic"),
        1 => Just("clean-traffic-gateway"),
        1 => Just("no-ipv6-spoofing"),
        1 => Just("no-mac-spoofing"),
        1 => Just("mine"),
        1 => Just("nobodys"),
    ];
    (filter, proptest::collection::vec(parameter, 0..4)).prop_map(|(filter, parameters)| {
        let parameters = parameters
            .iter()
            .map(|(name, value)| format!("<parameter name='{name}' value='{}'/>", escaped(value)));
        format!(
            "<filterref filter='{filter}'>{}</filterref>",
            parameters.collect::<String>()
        )
    })
}

fn interface() -> impl Strategy<Value = String> {
    let kind = prop_oneof![8 => Just("bridge"), 2 => Just("network"), 1 => Just("direct")];
    let source = prop_oneof![
        Just("<source bridge='br0'/>"),
        Just("<source network='n' bridge='br0'/>"),
        Just("<source network='n'/>"),
        Just("<source bridge='br0'/><vlan><tag id='4'/></vlan>"),
        Just(""),
    ];
    (kind, source, mac(), device(), proptest::option::of(filter()), proptest::option::of(address()))
        .prop_map(|(kind, source, mac, device, filter, ip)| {
            let ip = ip.map(|ip| format!("<ip address='{}'/>", escaped(&ip)));
            format!(
                "<interface type='{kind}'><mac address='{mac}'/>{source}<target dev='{device}'/>{}{}\
                 </interface>",
                filter.unwrap_or_default(),
                ip.unwrap_or_default()
            )
        })
}

fn domains() -> impl Strategy<Value = (String, usize)> {
    let network = (address(), mac(), address()).prop_map(|(ip, mac, host)| {
        format!(
            "<network><name>n</name><bridge name='br0'/><mac address='{mac}'/>
             <ip address='{}'><dhcp><host mac='52:54:00:00:00:01' ip='{}'/></dhcp></ip></network>",
            escaped(&ip),
            escaped(&host)
        )
    });
    let domain = (name(), proptest::collection::vec(interface(), 0..4));
    let domains = proptest::collection::vec(domain, 0..5);
    (proptest::option::of(network), domains).prop_map(|(network, domains)| {
        let mut text = network.unwrap_or_default();
        text += "<filter name='mine'><filterref filter='no-ip-spoofing'/><rule action='drop'/></filter>";
        let count = domains.iter().map(|(_, interfaces)| interfaces.len()).sum();
        for (name, interfaces) in domains {
            let (name, interfaces) = (escaped(&name), interfaces.concat());
            text += &format!("<domain><name>{name}</name><devices>{interfaces}</devices></domain>");
        }
        (text, count)
    })
}

fn pair() -> impl Strategy<Value = String> {
    (address(), proptest::option::of(mac())).prop_map(|(ip, mac)| match mac {
        Some(mac) => format!("{{ \"ip_address\": \"{ip}\", \"mac_address\": \"{mac}\" }}"),
        None => format!("{{ \"ip_address\": \"{ip}\" }}"),
    })
}

fn port() -> impl Strategy<Value = String> {
    let owner = prop_oneof![
        6 => Just("compute:nova"), 1 => Just("network:dhcp"), 1 => Just("trunk:subport"), 1 => Just(""),
    ];
    let vif = prop_oneof![6 => Just("ovs"), 1 => Just("unbound"), 1 => Just("vhostuser")];
    (
        (0..8u8, name(), 0..3u8, mac(), owner, vif),
        proptest::collection::vec(address(), 0..3),
        proptest::collection::vec(pair(), 0..4),
        proptest::option::of(any::<bool>()),
    )
        .prop_map(|((id, name, network, mac, owner, vif), fixed, pairs, secure)| {
            let name = name.replace(['\\', '"'], "");
            let fixed: Vec<String> =
                fixed.iter().map(|ip| format!("{{ \"ip_address\": \"{ip}\" }}")).collect();
            let secure = secure.map_or("null".to_owned(), |secure| secure.to_string());
            format!(
                "{{ \"id\": \"0000000{id}-aaaa-4\", \"name\": \"{name}\", \"network_id\": \"n{network}\",
                   \"mac_address\": \"{mac}\", \"device_owner\": \"{owner}\",
                   \"binding:vif_type\": \"{vif}\", \"fixed_ips\": [{}],
                   \"allowed_address_pairs\": [{}], \"port_security_enabled\": {secure} }}",
                fixed.join(", "), pairs.join(", ")
            )
        })
}

/// What holds of every import.
fn check(imported: &Imported) -> Result<Policy, TestCaseError> {
    let policy = Policy::parse(&imported.policy, "policy.yaml")
        .map_err(|errors| TestCaseError::fail(format!("{errors}\n{}", imported.policy)))?;
    prop_assert_eq!(policy.ports().len(), imported.ports);
    prop_assert_eq!(policy.networks().len(), imported.networks);
    let marked = imported.policy.matches("# DECIDE: ").count();
    prop_assert_eq!(marked, imported.decisions().count());
    for remark in &imported.remarks {
        let line = format!("{}: {} -> {}\n", remark.change, remark.was, remark.becomes);
        prop_assert!(imported.policy.contains(&line), "{}", line);
    }
    nothing_is_shared_in_vain(&imported.policy)?;
    Ok(policy)
}

/// Each `shared` is needed: without it the policy has a conflict.
fn nothing_is_shared_in_vain(policy: &str) -> Result<(), TestCaseError> {
    const SHARED: &str = ", shared: true }";
    for (at, _) in policy.match_indices(SHARED) {
        let (before, after) = policy.split_at(at);
        let without = format!("{before} }}{}", &after[SHARED.len()..]);
        prop_assert!(
            Policy::parse(&without, "p").is_err(),
            "{} at byte {}",
            policy,
            at
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_policy_of_libvirts_is_one((text, interfaces) in domains()) {
        let imported = libvirt(&[source("a.xml", &text)]).unwrap();
        check(&imported)?;
        prop_assert_eq!(imported.ports + imported.left_out, interfaces);
    }

    #[test]
    fn every_policy_of_neutrons_is_one(
        ports in proptest::collection::vec(port(), 0..7),
        gateways in proptest::collection::vec((0..3u8, address()), 0..3),
        shared in proptest::option::of(any::<bool>()),
    ) {
        let ports = format!("[{}]", ports.join(","));
        let subnet = |(network, ip): &(u8, String)| {
            format!("{{ \"network_id\": \"n{network}\", \"gateway_ip\": \"{ip}\" }}")
        };
        let subnets = format!("[{}]", gateways.iter().map(subnet).collect::<Vec<_>>().join(","));
        let networks = match shared {
            Some(shared) => format!("[{{ \"id\": \"n1\", \"name\": \"n0\", \"shared\": {shared} }}]"),
            None => "[]".to_owned(),
        };
        let neutron = Neutron {
            ports: vec![source("p", &ports)],
            networks: vec![source("n", &networks)],
            subnets: vec![source("s", &subnets)],
            host: None,
        };
        check(&neutron.import().unwrap())?;
    }

    #[test]
    fn no_text_does_any_harm(text in ".{0,200}") {
        let sources = [source("x", &text)];
        let _ = libvirt(&sources);
        let _ = Neutron { ports: sources.to_vec(), ..Neutron::default() }.import();
    }
}
