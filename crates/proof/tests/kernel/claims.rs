//! What ports own, changed under their numbers.

use vifguard_netlink::nft::{Element, Value};
use vifguard_nft::Nft;
use vifguard_nft::names::{COURTS, ETHERTYPES, MACS, PASSED, PORTS, name_key};
use vifguard_proof::nft::Kind;

use crate::bed::{Bed, DB, FORWARDER, WEB};
use crate::harm::{claim, elements, main_table, number, port};

#[test]
fn claims_that_were_taken_away() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    for set in [
        MACS, "ip4-32", "ip4-28", "ip6-64", "ip6-128", ETHERTYPES, PASSED, PORTS,
    ] {
        bed.finds(set, WEB, ("tap-web", Kind::Lost), |kernel, batch| {
            let all = elements(kernel, set);
            batch.delete_elements(&id, set, &all[..1]);
        });
    }
}

#[test]
fn claims_that_were_added() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let both = format!("{WEB}{DB}");
    let link_local = [
        0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 0x0c,
    ];
    let more: [(&str, &str, &[u8]); 6] = [
        ("a MAC", MACS, &[2, 0, 0, 0, 0, 0x0c, 0, 0]),
        ("a neighbour's address", "ip4-32", &[192, 0, 2, 12]),
        ("a wider prefix", "ip4-24", &[198, 51, 100, 0]),
        ("a neighbour's link-local", "ip6-128", &link_local),
        (
            "a prefix of IPv6",
            "ip6-64",
            &[0x20, 1, 0xd, 0xb8, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ),
        ("an EtherType", ETHERTYPES, &[0x88, 0xe5, 0, 0]),
    ];
    for (name, set, key) in more {
        bed.finds(name, &both, ("tap-web", Kind::Passes), |kernel, batch| {
            let claim = claim(kernel, "tap-web", key);
            batch.add_elements(&id, set, &[claim]);
        });
    }
}

/// An element that says again what another one says already.
#[test]
fn claims_that_make_no_difference() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    bed.finds_nothing("an address inside a prefix", WEB, |kernel, batch| {
        let claim = claim(kernel, "tap-web", &[198, 51, 100, 3]);
        batch.add_elements(&id, "ip4-32", &[claim]);
    });
    bed.finds_nothing("a claim of nobody's", WEB, |_, batch| {
        let stray = Element::of(vec![77, 0, 0, 0, 2, 0, 0, 0, 0, 0x77, 0, 0]);
        batch.add_elements(&id, MACS, &[stray]);
    });
}

#[test]
fn ports_that_are_judged_as_others() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let both = format!("{WEB}{DB}");
    bed.finds(
        "a neighbour's number",
        &both,
        ("tap-web", Kind::Passes),
        |kernel, batch| {
            let (mut web, db) = (port(kernel, "tap-web"), number(kernel, "tap-db"));
            batch.delete_elements(&id, PORTS, &[web.clone()]);
            let Value::Bytes(bytes) = &mut web.value else {
                panic!("no data")
            };
            bytes[12..].copy_from_slice(&db);
            batch.add_elements(&id, PORTS, &[web]);
        },
    );
    let both = format!("{WEB}{FORWARDER}");
    bed.finds(
        "a laxer court",
        &both,
        ("tap-web", Kind::Passes),
        |kernel, batch| {
            let (mut web, fw) = (port(kernel, "tap-web"), port(kernel, "tap-fw"));
            batch.delete_elements(&id, PORTS, &[web.clone()]);
            let (Value::Bytes(bytes), Value::Bytes(other)) = (&mut web.value, &fw.value) else {
                panic!("no data")
            };
            bytes[4..8].copy_from_slice(&other[4..8]);
            batch.add_elements(&id, PORTS, &[web]);
        },
    );
    // They ask for their own court, which is not the port's, and send the frame back.
    bed.finds(
        "chains of another court",
        &both,
        ("tap-web", Kind::Lost),
        |kernel, batch| {
            let courts = elements(kernel, COURTS);
            let leads = |court: &&Element, to: &str| match &court.value {
                Value::Verdict(verdict) => verdict.to_string() == format!("jump {to}"),
                Value::None | Value::Bytes(_) | Value::Counter(_) => false,
            };
            let court = |to| courts.iter().find(|court| leads(court, to)).unwrap();
            let strict = court("strict.a");
            batch.delete_elements(&id, COURTS, std::slice::from_ref(strict));
            let value = court("forwarder.a").value.clone();
            let other = Element {
                value,
                ..Element::of(strict.key.clone())
            };
            batch.add_elements(&id, COURTS, &[other]);
        },
    );
}

/// The policy has no port there.
#[test]
fn an_interface_that_became_a_port() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    bed.finds(
        "a stranger as a port",
        WEB,
        ("tap-none", Kind::Passes),
        |kernel, batch| {
            let web = port(kernel, "tap-web");
            let none = Element {
                key: name_key("tap-none"),
                ..web
            };
            batch.add_elements(&id, PORTS, &[none]);
            let counter = "tap-web/web".to_owned();
            let counted = Element::counted_by(name_key("tap-none"), counter);
            batch.add_elements(&id, PASSED, &[counted]);
        },
    );
}

#[test]
fn link_locals_of_others() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let any = WEB
        .replace("kind: private", "kind: private, reserved: [\"fe80::1\"]")
        .replace(
            "    device: tap-web\n",
            "    device: tap-web\n    link_local: any\n",
        );
    bed.finds(
        "the gateway's",
        &any,
        ("tap-web", Kind::Passes),
        |kernel, batch| {
            let taken = elements(kernel, "taken-128");
            let gateway = taken
                .iter()
                .find(|taken| taken.key.ends_with(&[0, 1]))
                .unwrap();
            batch.delete_elements(&id, "taken-128", std::slice::from_ref(gateway));
        },
    );
}

/// An element without a key stands for every key: whatever is asked of the set is found.
#[test]
fn sets_that_hold_everything() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let id = main_table();
    let everything = || Element::of(Vec::new());
    for (set, kind) in [
        (MACS, Kind::Passes),
        ("ip4-32", Kind::Passes),
        ("ip6-routers", Kind::Lost),
    ] {
        bed.finds(set, WEB, ("tap-web", kind), |_, batch| {
            batch.add_elements(&id, set, &[everything()]);
        });
    }
    bed.finds(PORTS, WEB, ("tap-db", Kind::Passes), |kernel, batch| {
        let web = port(kernel, "tap-web");
        batch.add_elements(
            &id,
            PORTS,
            &[Element {
                key: Vec::new(),
                ..web
            }],
        );
        let counter = "tap-web/web".to_owned();
        batch.add_elements(&id, PASSED, &[Element::counted_by(Vec::new(), counter)]);
    });
}
