//! How frames come to the rules at all.

use vifguard_netlink::nft::{DeviceSpec, Element, Expr, Family, Policy, Verdict};
use vifguard_nft::binding::PRIORITY;
use vifguard_nft::names::{ADMITTED, name_key};
use vifguard_nft::{Binding, Nft};
use vifguard_proof::nft::Kind;

use crate::bed::{Bed, WEB, desired};
use crate::harm::{edit, main_table, table};

#[test]
fn base_chains() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    bed.finds(
        "no base chain",
        WEB,
        ("tap-web", Kind::Passes),
        |_, batch| {
            batch.flush_chain(&id, "ingress");
            batch.delete_chain(&id, "ingress");
        },
    );
    bed.finds(
        "policy accept, no rule",
        WEB,
        ("tap-web", Kind::Passes),
        |_, batch| {
            batch.set_policy(&id, "ingress", Policy::Accept);
            batch.flush_chain(&id, "ingress");
        },
    );
    bed.finds(
        "policy drop, no rule",
        WEB,
        ("tap-web", Kind::Lost),
        |_, batch| {
            batch.flush_chain(&id, "ingress");
        },
    );
    bed.finds("asleep", WEB, ("tap-web", Kind::Passes), |_, batch| {
        batch.set_dormant(&id, true);
    });
    bed.finds(
        "a stranger",
        WEB,
        ("tap-db", Kind::Passes),
        |kernel, batch| {
            edit(kernel, batch, "ingress", |rules| {
                rules[0].exprs.insert(
                    0,
                    Expr::Meta(
                        vifguard_netlink::nft::MetaKey::IifName,
                        vifguard_netlink::nft::Reg(0),
                    ),
                );
                let data = b"tap-w".to_vec();
                let reg = vifguard_netlink::nft::Reg(0);
                let op = vifguard_netlink::nft::CmpOp::Eq;
                rules[0].exprs.insert(1, Expr::Cmp { reg, op, data });
            });
            batch.set_policy(&id, "ingress", Policy::Accept);
        },
    );
    // Nobody comes to its end.
    bed.finds_nothing("policy accept", WEB, |_, batch| {
        batch.set_policy(&id, "ingress", Policy::Accept);
    });
    // They are what the driver puts right; a table that sleeps, too.
    let desired = desired(WEB);
    bed.apply(&desired);
    assert!(bed.prove(&desired).is_equal());
}

/// Interfaces that a chain is bound to by their whole names.
#[test]
fn interfaces_that_were_let_go() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let named = WEB.replace("[\"tap-*\"]", "[\"tap-none\"]");
    for device in ["tap-web", "tap-none"] {
        bed.finds(device, &named, (device, Kind::Passes), |_, batch| {
            let gone = [DeviceSpec::Name(device.to_owned())];
            batch.delete_devices(&id, "ingress", PRIORITY, &gone);
        });
    }
    bed.finds(
        "one too many",
        &named,
        ("tap-db", Kind::Lost),
        |_, batch| {
            let more = [DeviceSpec::Name("tap-db".to_owned())];
            batch.add_devices(&id, "ingress", PRIORITY, &more);
        },
    );
}

/// A narrower pattern: no interface that exists is let go, and one that comes will be.
#[test]
fn patterns_that_became_narrower() {
    let Some(mut bed) = Bed::with(Nft::new(), &["tap-web"]) else {
        return;
    };
    let id = main_table();
    let policy = WEB.replace("[\"tap-*\"]", "[\"tap*\"]");
    let desired = desired(&policy);
    bed.apply(&desired);
    bed.harm(|kernel, batch| {
        let rules = kernel.rules(&id).unwrap();
        let bases = kernel.chains(&id).unwrap();
        let ingress = bases
            .into_iter()
            .find(|chain| chain.name == "ingress")
            .unwrap();
        let mut base = ingress.base.unwrap();
        base.devices = vec![DeviceSpec::Prefix("tap-".to_owned())];
        batch.add_base_chain(&id, "narrow", &base);
        for (_, rule) in rules.iter().filter(|(chain, _)| chain == "ingress") {
            batch.add_rule(&id, "narrow", rule);
        }
        batch.flush_chain(&id, "ingress");
        batch.delete_chain(&id, "ingress");
    });
    let proof = bed.prove(&desired);
    assert_eq!(proof.ports, 1, "{proof:#?}");
    let [found] = proof.differences.as_slice() else {
        panic!("{proof:#?}");
    };
    assert_eq!(
        (found.kind, found.whose.device.as_str()),
        (Kind::Passes, "tap0")
    );
    assert_eq!(found.whose.port, None);
}

/// As on kernels before 6.18: chains bound to devices, and gates behind for those that are not.
#[test]
fn gates() {
    let Some(mut bed) = Bed::new(Nft::with_binding(Binding::ByDevice)) else {
        return;
    };
    let id = main_table();
    bed.finds_nothing("as it is", WEB, |_, batch| batch.add_chain(&id, "theirs"));
    bed.finds(
        "unbound, so the gate holds it",
        WEB,
        ("tap-web", Kind::Lost),
        |_, batch| {
            batch.flush_chain(&id, "ingress.tap-web");
            batch.delete_chain(&id, "ingress.tap-web");
            unadmit(batch, "tap-web", &bed_index("tap-web"));
        },
    );
    bed.finds(
        "unbound and admitted",
        WEB,
        ("tap-web", Kind::Passes),
        |_, batch| {
            batch.flush_chain(&id, "ingress.tap-web");
            batch.delete_chain(&id, "ingress.tap-web");
        },
    );
    bed.finds(
        "bound and not admitted",
        WEB,
        ("tap-web", Kind::Lost),
        |_, batch| {
            unadmit(batch, "tap-web", &bed_index("tap-web"));
        },
    );
    bed.finds(
        "a gate that stands open",
        WEB,
        ("tap-none", Kind::Passes),
        |kernel, batch| {
            let bridge = table(Family::Bridge);
            let rules = kernel.rules(&bridge).unwrap();
            batch.flush_chain(&bridge, "check");
            for (_, mut rule) in rules.into_iter().filter(|(chain, _)| chain == "check") {
                *rule.exprs.last_mut().unwrap() = Expr::Verdict(Verdict::Return);
                batch.add_rule(&bridge, "check", &rule);
            }
            batch.flush_chain(&id, "ingress.tap-none");
            batch.delete_chain(&id, "ingress.tap-none");
        },
    );
}

/// The number of an interface; the test's thread is in its namespace.
fn bed_index(device: &str) -> [u8; 4] {
    vifguard_nft::Snapshot::read()
        .unwrap()
        .interfaces
        .iter()
        .find(|(name, _)| name == device)
        .unwrap()
        .1
        .to_ne_bytes()
}

fn unadmit(batch: &mut vifguard_netlink::nft::Batch, device: &str, index: &[u8]) {
    let key = [name_key(device).as_slice(), index].concat();
    for family in [Family::Bridge, Family::Inet, Family::Arp] {
        batch.delete_elements(&table(family), ADMITTED, &[Element::of(key.clone())]);
    }
}
