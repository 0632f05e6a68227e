use std::sync::OnceLock;

use vifguard_policy::{Identity, Policy};

/// The addresses are those of the corpus, so that its cases are good seeds. The ports differ in how
/// an address can be own: listed, by any link-local, by a prefix over everything, not at all.
const POLICY: &str = r#"
version: 1
networks:
  - { name: all, kind: private }
  - { name: none, kind: private }
  - { name: lan, kind: private, reserved: [192.0.2.1, "fe80::1", "02:00:00:00:00:fe"] }
ports:
  - name: listed
    network: lan
    device: tap-0
    mac: "02:00:00:00:00:0a"
    extra_macs: [{ mac: "00:00:5e:00:01:07", shared: true }]
    addresses: [192.0.2.10, { address: 192.0.2.100, shared: true }, 198.51.100.0/28, "2001:db8::a", "2001:db8:5::/64"]
    ethertypes: [0x88cc]
  - { name: any, network: lan, device: tap-1, mac: "02:00:00:00:00:0b", link_local: any }
  - name: wide
    network: all
    device: tap-2
    mac: "02:00:00:00:00:0a"
    addresses: [0.0.0.0/0, "::/0"]
  - { name: empty, network: none, device: tap-3, mac: "02:00:00:00:00:0a", link_local: none }
"#;

/// One of four ports.
pub fn identity(number: u8) -> &'static Identity {
    static ALL: OnceLock<Vec<Identity>> = OnceLock::new();
    let all = ALL.get_or_init(|| match Policy::parse(POLICY, "fuzz") {
        Ok(policy) => policy.identities(),
        Err(errors) => panic!("the fuzzer's own policy: {errors}"),
    });
    &all[usize::from(number) % all.len()]
}
