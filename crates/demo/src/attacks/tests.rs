//! Each attack is refused for what it is: one that is stopped for another reason shows nothing of its kind.

use std::collections::BTreeSet;
use std::time::Duration;

use vifguard_driver::Driver;
use vifguard_nft::Nft;
use vifguard_verdict::Reason;

use crate::person::ATTACKER;
use crate::stage::Stage;

const EXPECTED: &[(&str, Reason)] = &[
    ("ARP cache poisoning", Reason::ArpIp),
    ("gratuitous ARP theft", Reason::ArpIp),
    ("ND poisoning", Reason::NdTarget),
    // Its source has to be the gateway's, which is refused before the rest is looked at.
    ("ND by solicitation", Reason::Ipv6),
    ("ND behind a header", Reason::NdTarget),
    ("ND second option", Reason::NdMac),
    ("rogue router (RA)", Reason::Router),
    ("rogue DHCP server", Reason::DhcpServer),
    ("IPv4 source forgery", Reason::Ipv4),
    ("IPv6 source forgery", Reason::Ipv6),
    ("forwarding theft", Reason::Mac),
    ("ARP in VLAN 0", Reason::Vlan),
    ("ND in stacked VLAN 0", Reason::Vlan),
];

#[test]
fn each_attack_is_refused_for_what_it_is() {
    if !vifguard_lab::available() {
        return;
    }
    assert_eq!(super::ALL.len(), EXPECTED.len());
    for (attack, (name, reason)) in super::ALL.iter().zip(EXPECTED) {
        assert_eq!(attack.name, *name);
        let mut nft = Nft::new();
        let patience = Duration::from_millis(100);
        let stage = Stage::guarded(&(attack.scene)(), &mut nft, patience).unwrap();
        assert!(!(attack.run)(&stage).unwrap(), "{name} was not refused");
        let counters = stage.lab.host.run(|| nft.counters()).unwrap().unwrap();
        let refused = counters.of(ATTACKER.device).refused;
        let reasons: BTreeSet<_> = refused.into_keys().collect();
        assert_eq!(reasons, BTreeSet::from([*reason]), "{name}");
    }
}
