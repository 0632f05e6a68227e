//! The port that sends: the standard port of the corpus.

use std::sync::OnceLock;

use vifguard_policy::{Guard, GuardSet, Identity, Policy};
use vifguard_verdict::CompiledPort;

const POLICY: &str = r#"
version: 1
networks:
  - { name: lan, kind: private, reserved: [192.0.2.1, "fe80::1", "02:00:00:00:00:fe"] }
ports:
  - name: own
    network: lan
    device: tap-own
    mac: "02:00:00:00:00:0a"
    extra_macs: [{ mac: "00:00:5e:00:01:07", shared: true }]
    addresses: [192.0.2.10, { address: 192.0.2.100, shared: true }, 198.51.100.0/28, "2001:db8::a", "2001:db8:5::/64"]
    link_local: LINK_LOCAL
    ethertypes: [0x88cc]
  - name: neighbour
    network: lan
    device: tap-neighbour
    mac: "02:00:00:00:00:0b"
    addresses: [192.0.2.11, "2001:db8::b"]
"#;

pub(crate) const STRICT: GuardSet = GuardSet::of(&Guard::ALL);

/// The standard port with `link_local: eui64`.
pub(crate) fn standard() -> &'static Identity {
    static STANDARD: OnceLock<Identity> = OnceLock::new();
    STANDARD.get_or_init(|| identity("eui64"))
}

/// The standard port with another choice of link-locals.
pub(crate) fn identity(link_local: &str) -> Identity {
    let text = POLICY.replace("LINK_LOCAL", link_local);
    Policy::parse(&text, "test")
        .unwrap()
        .identities()
        .swap_remove(0)
}

/// The standard port with these guards, any combination of them.
pub(crate) fn with(guards: GuardSet) -> CompiledPort {
    compiled(standard(), guards)
}

/// A port with these guards in place of its own.
pub(crate) fn compiled(identity: &Identity, guards: GuardSet) -> CompiledPort {
    let identity = Identity {
        guards,
        ..identity.clone()
    };
    CompiledPort::new(&identity)
}

/// The strict port with some guards off.
pub(crate) fn without(guards: &[Guard]) -> GuardSet {
    guards
        .iter()
        .fold(STRICT, |set, guard| set.with(*guard, false))
}
