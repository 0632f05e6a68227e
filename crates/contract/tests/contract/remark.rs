//! What a change does that nobody objects to is told to whoever merges it.

use vifguard_contract::{Contract, Evidence, change_gate, remarks};

use crate::change::waltz;
use crate::support::{SMALL, changed, evidence, parse, report, small};

#[track_caller]
fn tells(new: &Contract, remark: &[&str]) {
    let told = remarks(&parse(SMALL), new, &Evidence::default());
    assert_eq!(told, remark);
}

#[test]
fn features() {
    tells(&parse(SMALL), &[]);
    tells(
        &waltz("\"0.2.0\" = \"advisory\""),
        &["feature waltz is new: advisory at 0.2.0"],
    );
    tells(
        &small("\"arp-mac\"", "\"nd-mac\""),
        &["feature mac is shown by something else: reports made before are stale"],
    );
}

#[test]
fn a_level_that_is_lowered_is_said_plainly() {
    let mac = "\"required\" }\nreasons";
    tells(
        &small(mac, "\"required\", \"0.3.0\" = \"optional\" }\nreasons"),
        &["feature mac is lowered from 0.3.0 on: optional, where it was required"],
    );
    tells(
        &small(mac, "\"advisory\" }\nreasons"),
        &["feature mac is lowered from 0.1.0 on: advisory, where it was required"],
    );
    tells(
        &small(
            mac,
            "\"required\", \"0.3.0\" = \"optional\", \"0.5.0\" = \"required\" }\nreasons",
        ),
        &["feature mac is lowered from 0.3.0 to 0.4.0: optional, where it was required"],
    );
    tells(
        &small("\"0.4.0\" = \"required\" }", "\"0.5.0\" = \"required\" }"),
        &["feature fdb is lowered at 0.4.0: advisory, where it was required"],
    );
    tells(
        &small(
            "{ \"0.1.0\" = \"optional\" }",
            "{ \"0.1.0\" = \"optional\", \"0.4.0\" = \"required\" }",
        ),
        &["feature trunk is raised from 0.4.0 on: required, where it was optional"],
    );
}

#[test]
fn releases() {
    tells(
        &small("next = \"0.2.0\"", "next = \"0.4.0\""),
        &["0.4.0 is in the making; it was 0.2.0"],
    );
    tells(
        &small("\"0.3.0\", \"0.4.0\"", "\"0.3.0\", \"0.3.1\", \"0.4.0\""),
        &["release 0.3.1 comes in between: from now on it counts as one of two releases' notice"],
    );
}

#[test]
fn profiles() {
    tells(
        &small("[\"mac\", \"fdb\"]", "[\"mac\", \"trunk\"]"),
        &[
            "profile baseline asks less: no longer fdb; whoever chose by it gets less, and the \
             conformance kit passes drivers without it",
            "profile baseline asks more: trunk; drivers that held it may hold it no more",
        ],
    );
}

#[test]
fn a_driver_that_is_taken_out() {
    let ovs = SMALL.find("[[driver]]\nname = \"ovs\"").unwrap();
    tells(
        &parse(&SMALL[..ovs]),
        &[
            "driver ovs is taken out though it did not leave: it was to be held from 0.4.0, and claimed \
           fdb; O <ovs@example.org> answered for it",
        ],
    );
    let old = parse(&changed("held = \"0.4.0\"\n", ""));
    let told = remarks(&old, &parse(&SMALL[..ovs]), &Evidence::default());
    assert!(
        told[0].contains("it was held to nothing, and claimed fdb"),
        "{told:?}"
    );
    let old = parse(&changed(
        "held = \"0.4.0\"",
        "held = \"0.1.0\"\nleaves = \"0.2.0\"",
    ));
    let told = remarks(&old, &parse(&SMALL[..ovs]), &Evidence::default());
    assert_eq!(told, ["driver ovs has left, and its entry goes"]);
}

#[test]
fn what_drivers_say_otherwise() {
    tells(
        &small("{ partial = \"too much\" }", "{ partial = \"everything\" }"),
        &[
            "driver ovs: what it refuses beyond fdb is said otherwise: \"everything\"; it was \"too much\"",
        ],
    );
    tells(
        &small(
            "name = \"N\", contact = \"nft@example.org\"",
            "name = \"nobody\", contact = \"-\"",
        ),
        &["driver nft: nobody <-> answers for it; it was N <nft@example.org>"],
    );
    tells(
        &small("held = \"0.4.0\"", "held = \"0.5.0\"\n"),
        &["driver ovs: is held from 0.5.0; it was 0.4.0"],
    );
    tells(
        &small("held = \"0.1.0\"", "held = \"0.1.0\"\nleaves = \"0.5.0\""),
        &["driver nft: leaves at 0.5.0; it was never"],
    );
}

/// Claims that may be given up are, and not without a word.
#[test]
fn what_a_driver_gives_up() {
    let none = changed("mac = \"full\"", "mac = { none = \"gone\" }");
    let going = none.replace(
        "\"required\" }\nreasons",
        "\"required\", \"0.2.0\" = \"deprecated\" }\nreasons",
    );
    tells(
        &parse(&going),
        &[
            "feature mac is lowered from 0.2.0 on: deprecated, where it was required",
            "driver nft: had mac full and now says none, which goes away",
        ],
    );
    let (old, new) = (parse(SMALL), parse(&none));
    let untrue = report(
        "nft",
        &old.digest(),
        &[("mac", "full", "none", "contradicted")],
    );
    let untrue = evidence(&[untrue]);
    assert_eq!(change_gate(&old, &new, &untrue), []);
    assert_eq!(
        remarks(&old, &new, &untrue),
        ["driver nft: had mac full and now says none: a report shows that it was not so"]
    );
}
