use vifguard_lab::GuestSpec;

use crate::person::{ATTACKER, GATEWAY, VICTIM, v6_net};

/// Who is on the bridge, and what their ports may send.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    /// A policy file.
    pub(crate) policy: &'static str,
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

impl Scene {
    /// Everybody with their addresses, both guests strict.
    pub(crate) fn street() -> Scene {
        Scene {
            policy: STREET,
            gateway: GATEWAY.spec(),
            victim: VICTIM.spec(),
            attacker: ATTACKER.spec(),
        }
    }

    /// The street, before the victim has its IPv4 address.
    pub(crate) fn before_lease() -> Scene {
        Scene { victim: VICTIM.bare().address(v6_net(VICTIM.v6())), ..Scene::street() }
    }
}
