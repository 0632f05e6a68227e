//! Ports come, change and go, with a real libvirt.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use bed::{Bed, STRICT, arp};
use vifguard_driver::{Driver, Scope};
use vifguard_policy::Guard;
use vifguard_verdict::Reason;

const OWN: [u8; 4] = [192, 0, 2, 10];
const OTHER: [u8; 4] = [192, 0, 2, 66];

#[test]
fn a_port_is_guarded_changed_and_released() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let witness = bed.plug("witness");
    let web = bed.plug("tap-web");
    let (good, forged) = (arp(0x0a, OWN), arp(0x0a, OTHER));
    assert_eq!(bed.arrived(&witness, &web, &[&good, &forged]), [true, true]);

    let applied = bed.apply(STRICT);
    assert_eq!(applied.added, ["web"]);
    assert_eq!(bed.arrived(&witness, &web, &[&good, &forged]), [true, false]);
    let counters = bed.counters().of("tap-web");
    assert_eq!((counters.passed, counters.refused_total()), (1, 1));
    assert_eq!(counters.refused[&Reason::ArpIp], 1);
    let state = bed.state();
    assert_eq!(state.drift, []);
    assert!(state.ports[0].guards.has(Guard::Nd) && !state.ports[0].degraded.is_empty());

    // Said again, nothing is done.
    let again = bed.apply(STRICT);
    assert!(again.is_nothing() && again.unchanged == 1, "{again:?}");

    let applied = bed.apply(&STRICT.replace("192.0.2.10", "192.0.2.66"));
    assert_eq!(applied.changed, ["web"]);
    assert_eq!(bed.arrived(&witness, &web, &[&good, &forged]), [false, true]);

    let released = bed.inside(|driver| driver.remove(&Scope::Port("web".to_owned())));
    assert_eq!(released.unwrap(), ["web"]);
    assert_eq!(bed.arrived(&witness, &web, &[&good, &forged]), [true, true]);
    let listed = bed.libvirtd.virsh(&["nwfilter-list"]).unwrap();
    assert!(!listed.contains("vifguard"), "{listed}");
    let rules = bed.libvirtd.host().command("ebtables").args(["-t", "nat", "-L"]).output();
    let rules = String::from_utf8(rules.unwrap().stdout).unwrap();
    assert!(!rules.contains("tap-web"), "{rules}");
}
