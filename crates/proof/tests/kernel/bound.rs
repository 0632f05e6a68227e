//! How frames come to the rules at all.

use vifguard_netlink::nft::{
    Batch, CmpOp, Connection, DeviceSpec, Element, Expr, Family, MetaKey, Policy, Rule, Value,
    Verdict,
};
use vifguard_nft::binding::PRIORITY;
use vifguard_nft::names::{GUARDED, name_key};
use vifguard_nft::{Binding, Nft};
use vifguard_proof::nft::Kind;

use crate::bed::{Bed, WEB, desired};
use crate::harm::{edit, main_table, place, table};

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
                rules[1].exprs.insert(
                    0,
                    Expr::Meta(MetaKey::IifName, vifguard_netlink::nft::Reg(0)),
                );
                let data = b"tap-w".to_vec();
                let reg = vifguard_netlink::nft::Reg(0);
                let op = CmpOp::Eq;
                rules[1].exprs.insert(1, Expr::Cmp { reg, op, data });
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

/// Behind the judge, for frames that it never had.
#[test]
fn gates() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let bridge = table(Family::Bridge);
    let past = |bed: &mut Bed, name: &str, policy: &str, harm: &dyn Fn(&mut Batch)| {
        let desired = desired(policy);
        bed.apply(&desired);
        bed.harm(|_, batch| harm(batch));
        let proof = bed.prove(&desired);
        assert!(!proof.is_equal(), "{name}: not found");
        let worst = proof.differences.iter().map(|found| found.kind).min();
        let all_past = proof.differences.iter().all(|found| found.unjudged);
        assert_eq!((worst, all_past), (Some(Kind::Passes), true), "{name}");
    };
    past(&mut bed, "no gate", WEB, &|batch| {
        batch.delete_table(&bridge);
    });
    past(&mut bed, "a gate asleep", WEB, &|batch| {
        batch.set_dormant(&bridge, true);
    });
    past(&mut bed, "a gate without rules", WEB, &|batch| {
        batch.flush_chain(&bridge, "gate");
    });
    let named = WEB.replace("[\"tap-*\"]", "[\"tap-none\"]");
    past(&mut bed, "an interface forgotten", &named, &|batch| {
        let element = Element {
            value: Value::Verdict(Verdict::Goto("refuse.unknown-port".to_owned())),
            ..Element::of(name_key("tap-web"))
        };
        batch.delete_elements(&bridge, GUARDED, &[element]);
    });
}

/// A gate that refuses what the judge let through.
#[test]
fn gates_that_ask_too_much() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.finds(
        "the judge does not say that it had it",
        WEB,
        ("tap-web", Kind::Lost),
        |kernel, batch| {
            edit(kernel, batch, "ingress", |rules| {
                let verdict = rules[1].exprs.pop().unwrap();
                rules[1].exprs = vec![verdict];
            });
        },
    );
}

/// What a classifier of the host may have done to a frame, or its sender to where it lies: the rules must
/// not depend on it. No frame shows the difference by itself, so none is sent.
#[test]
fn what_comes_before() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let desired = desired(WEB);
    let mut passes = |name: &str, harm: &dyn Fn(&mut Connection, &mut Batch)| {
        bed.apply(&desired);
        bed.harm(harm);
        let proof = bed.prove(&desired);
        let worst = proof.differences.iter().map(|found| found.kind).min();
        assert_eq!(worst, Some(Kind::Passes), "{name}: {proof:#?}");
    };
    passes("anybody's word", &|kernel, batch| {
        edit(kernel, batch, "first", |rules| {
            rules.remove(place(rules, "nobody else"));
        });
    });
    passes("nobody before", &|_, batch| {
        batch.flush_chain(&id, "first");
        batch.delete_chain(&id, "first");
    });
    bed.apply(&desired);
    bed.harm(|kernel, batch| {
        edit(kernel, batch, "first", |rules| {
            rules.remove(place(rules, "can be read"));
        });
    });
    assert!(!bed.prove(&desired).is_equal(), "a header in pieces");
    let mut unread = |name: &str, chain: &str, harm: &dyn Fn(&mut Vec<Rule>)| {
        bed.apply(&desired);
        bed.harm(|kernel, batch| edit(kernel, batch, chain, harm));
        let proof = bed.prove(&desired);
        assert!(!proof.is_equal(), "{name}");
        assert!(!proof.unread.is_empty(), "{name}: {proof:#?}");
        assert_eq!(proof.differences.len(), 0, "{name}: {proof:#?}");
    };
    unread("a guess that is believed", "short-ip6", &|rules| {
        let at = rules[0].exprs.iter().position(is_upper).unwrap();
        let Expr::Meta(_, reg) = rules[0].exprs[at] else {
            unreachable!()
        };
        let (op, data) = (CmpOp::Eq, vec![6]);
        rules[0].exprs.insert(at + 1, Expr::Cmp { reg, op, data });
    });
    unread("asked after it was said", "ingress", &|rules| {
        let asks = rules[0].clone();
        let says = rules[1].exprs[..rules[1].exprs.len() - 1].to_vec();
        rules.insert(
            0,
            Rule {
                exprs: says,
                ..asks.clone()
            },
        );
    });
}

fn is_upper(expr: &Expr) -> bool {
    matches!(expr, Expr::Meta(MetaKey::L4Proto, _))
}

/// As on kernels before 6.18: chains bound to devices, and gates behind for those that are not.
#[test]
fn gates_behind_devices() {
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
        },
    );
    bed.finds(
        "a gate that stands open",
        WEB,
        ("tap-none", Kind::Passes),
        |_, batch| {
            batch.flush_chain(&table(Family::Bridge), "gate");
            batch.flush_chain(&id, "ingress.tap-none");
            batch.delete_chain(&id, "ingress.tap-none");
        },
    );
}
