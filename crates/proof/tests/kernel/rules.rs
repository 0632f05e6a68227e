//! Rules that were changed, moved, taken away or added.

use vifguard_netlink::nft::{CmpOp, Expr, MetaKey, Reg, Rule, Verdict};
use vifguard_nft::Nft;
use vifguard_nft::names::name_key;
use vifguard_proof::nft::Kind;

use crate::bed::{Bed, WEB, desired};
use crate::harm::{edit, main_table, place};

fn rule(exprs: Vec<Expr>) -> Rule {
    Rule {
        exprs,
        comment: String::new(),
    }
}

/// A change of a chain's rules, and what comes of it.
type Change = (&'static str, &'static str, Kind, fn(&mut Vec<Rule>));

const CHANGES: &[Change] = &[
    (
        "a refusal that accepts",
        "refuse.ipv4",
        Kind::Passes,
        |rules| {
            rules.last_mut().unwrap().exprs = vec![Expr::Verdict(Verdict::Accept)];
        },
    ),
    (
        "a refusal that counts as another",
        "refuse.mac",
        Kind::Counted,
        |rules| {
            let Expr::Load { data, .. } = &mut rules[0].exprs[1] else {
                panic!("no code")
            };
            data[0] += 1;
        },
    ),
    (
        "a refusal that counts nothing",
        "refuse.arp-ip",
        Kind::Counted,
        |rules| {
            rules.remove(0);
        },
    ),
    (
        "the way out before the check",
        "strict.a.ip4.whole",
        Kind::Passes,
        |rules| {
            let way_out = rules.pop().unwrap();
            let source = place(rules, "ip4.source");
            rules.insert(source, way_out);
        },
    ),
    ("no check", "strict.a.ip4.whole", Kind::Passes, |rules| {
        rules.remove(place(rules, "PIM"));
    }),
    ("an inverted look-up", "strict.a", Kind::Passes, |rules| {
        for expr in &mut rules[0].exprs {
            if let Expr::Lookup { inverted, .. } = expr {
                *inverted = false;
            }
        }
        // The first look-up is that of the port, which was never inverted.
    }),
    (
        "another mask",
        "strict.a.ip4.source",
        Kind::Passes,
        |rules| {
            let at = place(rules, "ip4-28");
            for expr in &mut rules[at].exprs {
                if let Expr::Bits { mask, .. } = expr {
                    mask[3] = 0;
                }
            }
        },
    ),
    (
        "another constant",
        "strict.a.ip4.udp",
        Kind::Passes,
        |rules| {
            let at = place(rules, "server's port");
            for expr in &mut rules[at].exprs {
                if let Expr::Cmp { data, .. } = expr {
                    data[1] -= 1;
                }
            }
        },
    ),
    (
        "another field",
        "strict.a.arp.sender",
        Kind::Passes,
        |rules| {
            for expr in rules.iter_mut().flat_map(|rule| &mut rule.exprs) {
                if let Expr::Payload {
                    offset: offset @ 14,
                    ..
                } = expr
                {
                    *offset = 24;
                }
            }
        },
    ),
    ("another comparison", "strict.a", Kind::Lost, |rules| {
        for expr in rules.iter_mut().flat_map(|rule| &mut rule.exprs) {
            if let Expr::Cmp {
                op: op @ CmpOp::Lt, ..
            } = expr
            {
                *op = CmpOp::Gt;
            }
        }
    }),
    ("another chain", "strict.a", Kind::Passes, |rules| {
        let at = place(rules, "goto strict.a.arp");
        let verdict = Expr::Verdict(Verdict::Goto("strict.a.pass".to_owned()));
        *rules[at].exprs.last_mut().unwrap() = verdict;
    }),
    ("a fifth option", "nd.form.ns-na", Kind::Passes, |rules| {
        rules.remove(place(rules, "at most four"));
    }),
    (
        "whoever falls through",
        "refuse.unknown-port",
        Kind::Passes,
        |rules| {
            rules.last_mut().unwrap().exprs = vec![Expr::Verdict(Verdict::Accept)];
        },
    ),
    (
        "a short way without a look at the ports",
        "short-ip4",
        Kind::Passes,
        |rules| {
            let at = place(rules, "0x0043");
            let from = rules[at]
                .exprs
                .iter()
                .position(|expr| expr.to_string().contains("0x0043"));
            let from = from.unwrap();
            rules[at].exprs.drain(from - 1..=from);
        },
    ),
    (
        "segments without a length",
        "strict.a.ip4",
        Kind::Passes,
        |rules| {
            let compared = rules[0]
                .exprs
                .iter()
                .position(|expr| matches!(expr, Expr::Cmp { .. }));
            rules[0].exprs.remove(compared.unwrap());
        },
    ),
    ("a door for one interface", "judge", Kind::Passes, |rules| {
        let door = vec![
            Expr::Meta(MetaKey::IifName, Reg(0)),
            Expr::Cmp {
                reg: Reg(0),
                op: CmpOp::Eq,
                data: name_key("tap-web"),
            },
            Expr::Verdict(Verdict::Accept),
        ];
        rules.insert(0, rule(door));
    }),
    ("a door for one frame", "judge", Kind::Passes, |rules| {
        let door = vec![
            Expr::Payload {
                base: vifguard_netlink::nft::Base::Link,
                offset: 0,
                len: 6,
                to: Reg(4),
            },
            Expr::Cmp {
                reg: Reg(4),
                op: CmpOp::Eq,
                data: vec![2, 0xde, 0xad, 0xbe, 0xef, 1],
            },
            Expr::Verdict(Verdict::Accept),
        ];
        rules.insert(0, rule(door));
    }),
];

#[test]
fn rules_that_were_changed() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    for (name, chain, kind, change) in CHANGES {
        let device = match *chain {
            // The first of those that no port has.
            "refuse.unknown-port" => "tap-db",
            _ => "tap-web",
        };
        bed.finds(name, WEB, (device, *kind), |kernel, batch| {
            edit(kernel, batch, chain, change);
        });
    }
}

/// A chain that lost all its rules sends frames back to whoever asked.
#[test]
fn chains_that_were_emptied() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    for (chain, kind) in [
        ("refuse.mac", Kind::Counted),
        ("strict.a.ip4.source", Kind::Passes),
        ("strict.a.pass", Kind::Lost),
        ("judge", Kind::Lost),
        ("nd.form", Kind::Passes),
    ] {
        bed.finds(chain, WEB, ("tap-web", kind), |_, batch| {
            batch.flush_chain(&id, chain);
        });
    }
}

/// Audited frames pass whatever happens; that they are counted is what the mode is for.
#[test]
fn an_audit_that_counts_nothing() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let audit = WEB.replace(
        "    device: tap-web\n",
        "    device: tap-web\n    mode: audit\n",
    );
    bed.finds(
        "uncounted",
        &audit,
        ("tap-web", Kind::Counted),
        |kernel, batch| {
            edit(kernel, batch, "audit.count.ipv4", |rules| {
                rules.remove(0);
            });
        },
    );
    bed.finds(
        "enforced",
        &audit,
        ("tap-web", Kind::Lost),
        |kernel, batch| {
            edit(kernel, batch, "audit.count.ipv4", |rules| {
                for rule in &mut rules[1..] {
                    *rule.exprs.last_mut().unwrap() = Expr::Verdict(Verdict::Drop);
                }
            });
        },
    );
}

/// What is not understood is not vouched for; what only counts does no harm.
#[test]
fn rules_that_cannot_be_read() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let desired = desired(WEB);
    bed.apply(&desired);
    bed.harm(|kernel, batch| {
        edit(kernel, batch, "strict.a.ip4.source", |rules| {
            rules.insert(0, rule(vec![Expr::Foreign("log".to_owned())]));
        });
    });
    let proof = bed.prove(&desired);
    assert_eq!(proof.differences.len(), 0);
    let unread = &proof.unread[0];
    assert_eq!(unread.whose.device, "tap-web");
    assert!(
        unread.places[0].contains("strict.a.ip4.source, rule 1"),
        "{unread:?}"
    );
    assert!(unread.places[0].contains("\"log\""), "{unread:?}");

    bed.finds_nothing("a counter", WEB, |kernel, batch| {
        edit(kernel, batch, "strict.a.ip4.source", |rules| {
            rules.insert(0, rule(vec![Expr::Foreign("counter".to_owned())]));
        });
    });
    // Nothing leads there.
    bed.finds_nothing("a chain of nobody's", WEB, |_, batch| {
        let id = main_table();
        batch.add_chain(&id, "theirs");
        batch.add_rule(&id, "theirs", &rule(vec![Expr::Foreign("log".to_owned())]));
    });
}
