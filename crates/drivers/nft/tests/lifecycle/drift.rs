//! What is changed behind the driver's back is seen, and put right.

use std::time::Duration;

use crate::bed::{Bed, STRICT, policy};
use crate::main_table;
use vifguard_driver::Driver;
use vifguard_netlink::nft::{Batch, Connection, Element, Rule, Verdict};
use vifguard_nft::{Binding, Nft, names};

/// Each change by somebody else is seen, named, and put right by the next apply.
#[test]
fn drift_is_seen_and_repaired() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let id = main_table();
    let first = |kernel: &mut Connection, set: &str| kernel.elements(&id, set).unwrap().remove(0);
    type Harm<'a> = (&'a str, Box<dyn Fn(&mut Connection, &mut Batch) + 'a>);
    let harms: Vec<Harm> = vec![
        (
            "a MAC more",
            Box::new(|kernel, batch| {
                let mut element = first(kernel, names::MACS);
                element.key[9] ^= 1;
                batch.add_elements(&id, names::MACS, &[Element::of(element.key)]);
            }),
        ),
        (
            "an address less",
            Box::new(|kernel, batch| {
                let element = first(kernel, "ip4-32");
                batch.delete_elements(&id, "ip4-32", &[element]);
            }),
        ),
        (
            "a shorter way out",
            Box::new(|_, batch| {
                let exprs = vec![vifguard_netlink::nft::Expr::Verdict(Verdict::Accept)];
                batch.flush_chain(&id, "judge");
                batch.add_rule(
                    &id,
                    "judge",
                    &Rule {
                        exprs,
                        comment: String::new(),
                    },
                );
            }),
        ),
        (
            "no rules in a refusal",
            Box::new(|_, batch| batch.flush_chain(&id, "refuse.mac")),
        ),
        (
            "a policy that accepts",
            Box::new(|_, batch| {
                batch.set_policy(&id, "ingress", vifguard_netlink::nft::Policy::Accept);
            }),
        ),
        (
            "an interface less",
            Box::new(|_, batch| {
                batch.flush_chain(&id, "ingress");
                batch.delete_chain(&id, "ingress");
            }),
        ),
        (
            "a number that is refused no more",
            Box::new(|kernel, batch| {
                let router = kernel.elements(&id, "ip6-routers").unwrap();
                batch.delete_elements(&id, "ip6-routers", &router[..1]);
            }),
        ),
    ];
    for (name, harm) in harms {
        bed.in_host(|| {
            let mut kernel = Connection::open().unwrap();
            let mut batch = Batch::new();
            harm(&mut kernel, &mut batch);
            kernel.commit(batch.close()).unwrap();
        });
        let drift = bed.state().drift;
        assert!(!drift.is_empty(), "{name}: not seen");
        let applied = bed.apply(STRICT);
        assert!(!applied.is_nothing(), "{name}: not repaired");
        assert_eq!(
            bed.state().drift,
            [],
            "{name}: still there after {applied:?}"
        );
    }
    // The table gone altogether.
    bed.in_host(|| {
        let mut batch = Batch::new();
        batch.delete_table(&id);
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    assert!(!bed.state().present);
    assert_eq!(bed.apply(STRICT).added, ["web"]);
}

#[test]
fn a_change_that_is_no_drift_is_not_called_one() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let wider = STRICT.replace("192.0.2.10", "192.0.2.10, 198.51.100.0/28");
    let applied = bed.apply(&wider);
    assert_eq!(
        (applied.changed.len(), applied.repaired.len()),
        (1, 0),
        "{applied:?}"
    );
    let forwarder = STRICT.replace("network: lan", "network: lan, profile: forwarder");
    let applied = bed.apply(&forwarder);
    assert_eq!(
        (applied.changed.len(), applied.repaired.len()),
        (1, 0),
        "{applied:?}"
    );
    assert_eq!(bed.state().drift, []);
}

/// A kernel that binds to devices lets go of one that goes. Nobody changed anything.
#[test]
fn an_interface_that_went_is_no_drift_by_device() {
    went(Binding::ByDevice);
}

#[test]
fn an_interface_that_went_is_nothing_by_name() {
    went(Binding::ByName);
}

fn went(binding: Binding) {
    let Some(mut bed) = Bed::new(Nft::with_binding(binding)) else {
        return;
    };
    let web = bed.plug("tap-web");
    bed.apply(STRICT);
    drop(web);
    assert_eq!(bed.state().drift, []);
}

/// What guards everybody is watched like what guards one port.
#[test]
fn drift_that_is_about_no_port_is_seen() {
    let id = main_table();
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let any = STRICT.replace("network: lan", "network: lan, link_local: any");
    let any = any.replace("kind: private", "kind: private, reserved: [\"fe80::1\"]");
    bed.apply(&any);
    assert_eq!(bed.state().drift, []);
    bed.in_host(|| {
        let mut kernel = Connection::open().unwrap();
        let taken = kernel.elements(&id, "taken-128").unwrap();
        let mut batch = Batch::new();
        batch.delete_elements(&id, "taken-128", &taken[..1]);
        kernel.commit(batch.close()).unwrap();
    });
    assert_eq!(bed.state().drift.len(), 1);
    assert!(!bed.apply(&any).is_nothing());
    assert_eq!(bed.state().drift, []);

    bed.apply(&policy::of(""));
    assert_eq!(bed.state().drift, []);
    bed.in_host(|| {
        let mut batch = Batch::new();
        batch.flush_chain(&id, "ingress");
        batch.delete_chain(&id, "ingress");
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    assert_eq!(bed.state().drift.len(), 1);
    assert!(!bed.apply(&policy::of("")).is_nothing());
    assert_eq!(bed.state().drift, []);
}

/// What a change that was killed has left behind is swept away and never used.
#[test]
fn remains_of_a_killed_change_are_swept() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let id = main_table();
    let claims = || {
        bed.in_host(|| {
            Connection::open()
                .unwrap()
                .elements(&id, names::MACS)
                .unwrap()
        })
    };
    let before = claims();
    bed.in_host(|| {
        let mut stray = before[0].clone();
        stray.key[..4].copy_from_slice(&77u32.to_ne_bytes());
        let mut batch = Batch::new();
        batch.add_elements(&id, names::MACS, &[Element::of(stray.key)]);
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    assert_eq!(claims().len(), 2);
    bed.apply(STRICT);
    let id = main_table();
    let after = bed.in_host(|| {
        Connection::open()
            .unwrap()
            .elements(&id, names::MACS)
            .unwrap()
    });
    assert_eq!(after, before);
}

/// Another process's change is no drift while it is on its way, and is drift when nobody ends it.
#[test]
fn a_change_of_another_is_waited_for() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let id = main_table();
    let seal = bed
        .in_host(|| Connection::open().unwrap().elements(&id, names::SEAL))
        .unwrap();
    let commit = |batch: Batch| {
        bed.host
            .run(|| Connection::open().unwrap().commit(batch.close()))
    };
    let begin = || {
        let mut batch = Batch::new();
        batch.delete_elements(&id, names::SEAL, &seal);
        commit(batch).unwrap().unwrap();
    };
    let end = || {
        std::thread::sleep(Duration::from_millis(200));
        let mut batch = Batch::new();
        batch.add_elements(&id, names::SEAL, &seal);
        commit(batch).unwrap().unwrap();
    };
    begin();
    let seen = std::thread::scope(|scope| {
        scope.spawn(end);
        bed.host.run(|| Nft::new().observe()).unwrap().unwrap()
    });
    assert_eq!(seen.drift, []);
    begin();
    let drift = bed.state().drift;
    assert_eq!(drift[0].to_string(), "a change was begun and not finished");
}

/// What the rules were made for is not learned from rules that somebody changed.
#[test]
fn a_flushed_chain_comes_back_whole() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let rules = |bed: &Bed| {
        let all = bed.in_host(|| Connection::open().unwrap().rules(&main_table()).unwrap());
        let of_judge = all.into_iter().filter(|(chain, _)| chain == "judge");
        of_judge
            .map(|(_, rule)| rule.to_string())
            .collect::<Vec<_>>()
    };
    let before = rules(&bed);
    bed.in_host(|| {
        let mut batch = Batch::new();
        batch.flush_chain(&main_table(), "judge");
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    // As another process does it.
    bed.driver = Nft::new();
    let host = bed.host.clone();
    host.run(|| bed.driver.probe()).unwrap().unwrap();
    assert!(!bed.apply(STRICT).repaired.is_empty());
    assert_eq!(rules(&bed), before);
    assert_eq!(bed.state().drift, []);
}
