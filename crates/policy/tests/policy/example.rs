use vifguard_policy::{
    Enforcement, Guard, GuardSet, LinkLocal, Mode, NetworkKind, Policy, Profile, Unknown,
};

use crate::common::accepted;

const YAML: &str = r#"
version: 1
host:
  guarded_interfaces: ["tap*", "vnet*"]    # first-frame: nothing passes on these without a port's policy
networks:
  - name: public
    kind: flat                             # flat | private
    reserved: [192.0.2.1, "fe80::1", "02:00:00:00:00:fe"]
ports:
  - name: web-1
    network: public
    device: tap-web1                       # any Linux interface; the hypervisor drivers add other bindings
    mac: "02:00:00:00:00:01"
    extra_macs: [{ mac: "00:00:5e:00:01:07", shared: true }]        # a VRRP virtual MAC
    addresses: [192.0.2.10, "2001:db8::10", { address: 192.0.2.100, shared: true }]
    profile: strict                        # strict (default) | forwarder | self-addressed | open
    guards: { dhcp-server: off }           # single guards over the profile: on | off
    link_local: eui64                      # eui64 (default) | any | none
    ethertypes: [0x88cc]
    mode: enforce                          # enforce (default) | audit
"#;

const JSON: &str = r#"{
	"version": 1,
	"host": { "guarded_interfaces": ["tap*", "vnet*"] },
	"networks": [
		{"name":"public","kind":"flat","reserved":["192.0.2.1","fe80::1","02:00:00:00:00:fe"]}
	],
	"ports": [
		{
			"name": "web-1",
			"network": "public",
			"device": "tap-web1",
			"mac": "02:00:00:00:00:01",
			"extra_macs": [{"mac": "00:00:5e:00:01:07", "shared": true}],
			"addresses": ["192.0.2.10", "2001:db8::10", {"address": "192.0.2.100", "shared": true}],
			"profile": "strict",
			"guards": {"dhcp-server": "off"},
			"link_local": "eui64",
			"ethertypes": [35020],
			"mode": "enforce"
		}
	]
}"#;

#[test]
fn the_example_of_the_documentation_means_what_it_says() {
    let policy = accepted(YAML);
    assert_eq!(policy.host().guarded_interfaces.len(), 2);
    assert!(policy.host().guards("tap-web1") && !policy.host().guards("eth0"));
    assert_eq!(policy.host().unknown, Unknown::Refuse);
    let [network] = policy.networks() else {
        panic!("{policy:?}")
    };
    assert_eq!(
        (network.name.as_str(), network.kind),
        ("public", NetworkKind::Flat)
    );
    assert_eq!(
        (
            network.reserved.addresses.len(),
            network.reserved.macs.len()
        ),
        (2, 1)
    );
    let [port] = policy.ports() else {
        panic!("{policy:?}")
    };
    assert_eq!(
        (port.name.as_str(), port.binding.device().unwrap().as_str()),
        ("web-1", "tap-web1")
    );
    assert_eq!(port.macs[0].value.to_string(), "02:00:00:00:00:01");
    assert!(!port.macs[0].shared && port.macs[1].shared);
    assert!(!port.addresses[0].shared && port.addresses[2].shared);
    assert_eq!(port.profile, Profile::Strict);
    assert_eq!(
        port.guards,
        GuardSet::of(&Guard::ALL).with(Guard::DhcpServer, false)
    );
    assert_eq!(port.link_local, LinkLocal::Eui64);
    assert_eq!(port.ethertypes, [0x88cc]);
    assert_eq!(
        (port.mode, port.enforcement),
        (Mode::Enforce, Enforcement::Required)
    );
}

#[test]
fn json_is_the_same_file() {
    assert_eq!(accepted(JSON), accepted(YAML));
    let line: String = JSON.split_whitespace().collect();
    assert_eq!(accepted(&line), accepted(YAML));
}

#[test]
fn line_ends_marks_and_markers_change_nothing() {
    let policy = accepted(YAML);
    assert_eq!(accepted(&YAML.replace('\n', "\r\n")), policy);
    assert_eq!(accepted(&format!("\u{feff}{YAML}")), policy);
    assert_eq!(accepted(&format!("%YAML 1.2\n---{YAML}...\n")), policy);
    assert_eq!(accepted(&format!("# Müller's file{YAML}")), policy);
    assert_eq!(
        Policy::parse_bytes(YAML.as_bytes(), "p").as_ref(),
        Ok(&policy)
    );
    let escaped = JSON.replace("web-1", "web\\u002d1").replace('/', "\\/");
    assert_eq!(accepted(&escaped), policy);
}

#[test]
fn what_is_not_written_has_its_default() {
    let policy = accepted("version: 1\nports: []\n");
    assert_eq!((policy.networks().len(), policy.ports().len()), (0, 0));
    assert!(policy.identities().is_empty());
    let text = "version: 1\nnetworks: [{name: n, kind: flat}]\n\
                ports: [{name: a, network: n, device: tap0, mac: 02-00-00-AB-cd-01}]\n";
    let policy = accepted(text);
    let port = &policy.ports()[0];
    assert_eq!(port.guards, Profile::Strict.guards());
    assert_eq!(port.macs[0].value.to_string(), "02:00:00:ab:cd:01");
    assert!(port.addresses.is_empty() && port.ethertypes.is_empty());
}
