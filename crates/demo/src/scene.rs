use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_lab::GuestSpec;

use crate::person::{ATTACKER, GATEWAY, VICTIM, v6_net};

/// Who is on the bridge, and what their ports may send.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    /// A policy file.
    pub(crate) policy: String,
    /// The stack behind the uplink.
    pub(crate) gateway: GuestSpec,
    /// The guest in the victim's part.
    pub(crate) victim: GuestSpec,
    /// The guest in the attacker's part; in good traffic a second honest one.
    pub(crate) attacker: GuestSpec,
}

/// Two strict ports on a shared network: what a provider of virtual machines has.
const STREET: &str = r#"
version: 1
host: { guarded_interfaces: ["tap*"] }
networks:
  - name: public
    kind: flat
    reserved: [192.0.2.1, "2001:db8::1", "fe80::ff:fe00:1", "02:00:00:00:00:01"]
ports:
  - name: victim
    network: public
    device: tap-victim
    mac: "02:00:00:00:00:02"
    addresses: [192.0.2.2, "2001:db8::2", "2001:db8::22"]
  - name: attacker
    network: public
    device: tap-attacker
    mac: "02:00:00:00:00:03"
    addresses: [192.0.2.3, "2001:db8::3"]
"#;

/// Two ports that share an address of each family, and one of them has it at a time.
const PAIR: &str = r#"
version: 1
host: { guarded_interfaces: ["tap*"] }
networks: [{ name: public, kind: flat, reserved: [192.0.2.1, "2001:db8::1"] }]
ports:
  - name: first
    network: public
    device: tap-victim
    mac: "02:00:00:00:00:02"
    addresses:
      - 192.0.2.2
      - "2001:db8::2"
      - { address: 192.0.2.100, shared: true }
      - { address: "2001:db8::100", shared: true }
  - name: second
    network: public
    device: tap-attacker
    mac: "02:00:00:00:00:03"
    addresses:
      - 192.0.2.3
      - "2001:db8::3"
      - { address: 192.0.2.100, shared: true }
      - { address: "2001:db8::100", shared: true }
"#;

/// What the pair shares.
pub(crate) const SHARED_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 100);
pub(crate) const SHARED_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x100);

impl Scene {
    /// Everybody with their addresses, both guests strict.
    pub(crate) fn street() -> Scene {
        Scene {
            policy: STREET.to_owned(),
            gateway: GATEWAY.spec(),
            victim: VICTIM.spec(),
            attacker: ATTACKER.spec(),
        }
    }

    /// The street, before the victim has its IPv4 address.
    pub(crate) fn before_lease() -> Scene {
        Scene {
            victim: VICTIM.bare().address(v6_net(VICTIM.v6())),
            ..Scene::street()
        }
    }

    /// Both guests may hold the shared addresses; nobody does yet.
    pub(crate) fn pair() -> Scene {
        Scene {
            policy: PAIR.to_owned(),
            ..Scene::street()
        }
    }

    /// One port of this profile on a tenant's own network; the other guest has none and stays silent.
    pub(crate) fn private(profile: &str, addresses: &[&str]) -> Scene {
        let policy = format!(
            r#"
version: 1
host: {{ guarded_interfaces: ["tap*"] }}
networks: [{{ name: tenant, kind: private }}]
ports:
  - name: guest
    network: tenant
    device: tap-victim
    mac: "02:00:00:00:00:02"
    profile: {profile}
    addresses: {addresses:?}
"#
        );
        Scene {
            policy,
            ..Scene::street()
        }
    }
}
