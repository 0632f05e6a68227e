//! Ports whose interfaces the rules know by number.

use vifguard_driver::Desired;
use vifguard_netlink::nft::Element;
use vifguard_nft::names::{PASSED, PORTS, SHORT_IP4, SHORT_IP6, index_key, index_of};
use vifguard_nft::{Nft, Snapshot};
use vifguard_proof::nft::Kind;

use crate::bed::{Bed, DB, FORWARDER, WEB, desired};
use crate::harm::{elements, main_table};

/// Three ports, two of them of one kind.
fn three() -> String {
    let db = DB.replace("203.0.113.0/24", "203.0.114.0/24");
    format!("{WEB}{FORWARDER}{db}")
}

/// The interfaces of these ports are those that are there now.
fn pinned(bed: &Bed, text: &str, ports: &[&str]) -> Desired {
    let there = bed.host.run(Snapshot::read).unwrap().unwrap().interfaces;
    let mut desired = desired(text);
    let own = desired.ports.iter_mut();
    for port in own.filter(|port| ports.contains(&port.identity.port.as_str())) {
        let mut there = there.iter();
        let found = there.find(|(name, _)| name == port.device.as_str());
        port.index = Some(found.unwrap().1);
    }
    desired
}

#[test]
fn pinned_ports_are_judged_as_the_policy_says() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let all = three();
    for ports in [&["web", "fw", "db"][..], &["web", "db"], &["fw"]] {
        let desired = pinned(&bed, &all, ports);
        bed.apply(&desired);
        let proof = bed.prove(&desired);
        assert!(proof.is_equal(), "{ports:?}: {proof:#?}");
        assert_eq!((proof.ports, proof.awaited.len()), (3, 0), "{ports:?}");
        let mut audited = desired.clone();
        for port in &mut audited.ports {
            port.identity.mode = vifguard_policy::Mode::Audit;
        }
        bed.apply(&audited);
        let proof = bed.prove(&audited);
        assert!(proof.is_equal(), "{ports:?}, audited: {proof:#?}");
    }
}

/// Of another interface, whatever it is called, none of the port's frames may pass.
#[test]
fn an_interface_that_the_policy_does_not_mean_is_nobodys() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let mut desired = pinned(&bed, WEB, &["web"]);
    bed.apply(&desired);
    // The kernel holds what was meant before.
    desired.ports[0].index = desired.ports[0].index.map(|index| index + 1000);
    let proof = bed.prove(&desired);
    assert_eq!(proof.awaited, ["web"]);
    let found = proof.differences.first().expect("tap-web is not the port");
    assert_eq!(found.whose.device, "tap-web");
    bed.confirm("tap-web", &proof.differences);
    bed.apply(&desired);
    let proof = bed.prove(&desired);
    assert!(proof.is_equal(), "{proof:#?}");
    assert_eq!((proof.ports, proof.awaited.len()), (0, 1));
}

#[test]
fn elements_of_the_wrong_interface_are_found() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let all = three();
    // With the number of another port's interface, one that has no port, and one that nobody has.
    for (set, expected) in [
        (PORTS, ("tap-web", Kind::Lost)),
        // It is judged as the port is: what is refused has another reason, to begin with.
        (PORTS, ("tap-none", Kind::Counted)),
        (PASSED, ("tap-web", Kind::Lost)),
        (SHORT_IP4, ("tap-none", Kind::Passes)),
        (SHORT_IP6, ("tap-none", Kind::Passes)),
        (SHORT_IP4, ("tap-fw", Kind::Passes)),
    ] {
        let what = format!("{set} {expected:?}");
        let desired = pinned(&bed, &all, &["web", "db"]);
        bed.release();
        bed.apply(&desired);
        let index = desired.ports[0].index.unwrap();
        let there = bed.host.run(Snapshot::read).unwrap().unwrap().interfaces;
        let mut there = there.iter();
        let other = there.find(|(name, _)| name == expected.0).unwrap().1;
        let other = match other == index {
            true => index + 1000,
            false => other,
        };
        bed.harm(|kernel, batch| {
            let own = |element: &Element| index_of(&element.key) == Some(index);
            let all = elements(kernel, set);
            let right: Vec<Element> = all.into_iter().filter(own).collect();
            assert!(!right.is_empty(), "{what}");
            let wrong = right.iter().map(|element| Element {
                key: [&index_key(other), &element.key[16..]].concat(),
                ..element.clone()
            });
            batch.delete_elements(&id, set, &right);
            batch.add_elements(&id, set, &wrong.collect::<Vec<_>>());
        });
        let proof = bed.prove(&desired);
        let mut found = proof.differences.iter();
        let found = found.find(|found| found.whose.device == expected.0);
        let found = found.unwrap_or_else(|| panic!("{what}: not found: {proof:#?}"));
        assert_eq!(found.kind, expected.1, "{what}: {found:#?}");
        bed.confirm(&what, &proof.differences);
        assert!(!bed.drift().is_empty() || set == PORTS, "{what}");
    }
}
