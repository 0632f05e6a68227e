//! The merge gate, on both sides of each of its rules. 0.2.0 is in the making.

use vifguard_contract::{Contract, Evidence, Rule, change_gate};

use crate::support::{SMALL, changed, evidence, parse, report, small};

#[track_caller]
fn may(new: &Contract) {
    stands(&parse(SMALL), new, &[]);
}

#[track_caller]
fn may_not(new: &Contract, rule: Rule, object: &str, why: &str) {
    stands(&parse(SMALL), new, &[(rule, object, why)]);
}

/// Exactly this stands against it.
#[track_caller]
fn stands(old: &Contract, new: &Contract, against: &[(Rule, &str, &str)]) {
    let objections = change_gate(old, new, &Evidence::default());
    assert_eq!(objections.len(), against.len(), "{objections:#?}");
    for (objection, (rule, object, why)) in objections.iter().zip(against) {
        assert_eq!(
            (objection.rule, objection.object.as_str()),
            (*rule, *object)
        );
        assert!(objection.why.contains(why), "{objection:?}");
        assert!(!objection.instead.is_empty(), "{objection:?}");
    }
}

const WALTZ: &str = "[[feature]]
id = \"waltz\"
kind = \"extended\"
promise = \"A waltz is played through the PC speaker.\"
levels = { LEVELS }
check = \"waltz\"

[profiles]";

pub(crate) fn waltz(levels: &str) -> Contract {
    small("[profiles]", &WALTZ.replace("LEVELS", levels))
}

#[test]
fn nothing_stands_against_no_change() {
    may(&parse(SMALL));
}

#[test]
fn a_feature_may_be_added_whoever_lacks_it() {
    may(&waltz("\"0.2.0\" = \"advisory\""));
    may(&waltz("\"0.2.0\" = \"optional\""));
    may(&waltz("\"0.5.0\" = \"advisory\""));
    may(&waltz("\"0.2.0\" = \"advisory\", \"0.4.0\" = \"required\""));
}

#[test]
fn what_binds_is_said_two_releases_before() {
    let soon = "becomes required at 0.3.0";
    may_not(
        &waltz("\"0.2.0\" = \"advisory\", \"0.3.0\" = \"required\""),
        Rule::Notice,
        "feature waltz",
        soon,
    );
    may_not(
        &waltz("\"0.2.0\" = \"required\""),
        Rule::Notice,
        "feature waltz",
        "required at 0.2.0",
    );
    // Also for what is there already; 0.4.0 for fdb was said before, and may come later, not sooner.
    let fdb = |level: &str| small("\"0.4.0\" = \"required\" }", level);
    may_not(
        &fdb("\"0.3.0\" = \"required\" }"),
        Rule::Notice,
        "feature fdb",
        soon,
    );
    may(&fdb("\"0.5.0\" = \"required\" }"));
    may(&small(
        "{ \"0.1.0\" = \"optional\" }",
        "{ \"0.1.0\" = \"optional\", \"0.4.0\" = \"required\" }",
    ));
    // What was required in the past may not be made so now.
    may_not(
        &small(
            "{ \"0.1.0\" = \"optional\" }",
            "{ \"0.1.0\" = \"required\" }",
        ),
        Rule::Notice,
        "feature trunk",
        "required at 0.1.0, where it was optional",
    );
    // With the next release the same change has become too late.
    let old = parse(&changed("next = \"0.2.0\"", "next = \"0.3.0\""));
    let new = changed("next = \"0.2.0\"", "next = \"0.3.0\"").replace(
        "{ \"0.1.0\" = \"optional\" }",
        "{ \"0.1.0\" = \"optional\", \"0.4.0\" = \"required\" }",
    );
    stands(
        &old,
        &parse(&new),
        &[(Rule::Notice, "feature trunk", "required at 0.4.0")],
    );
}

#[test]
fn the_notice_counts_from_the_later_of_the_two() {
    // The change itself makes 0.3.0 the next release.
    let both = changed("next = \"0.2.0\"", "next = \"0.3.0\"").replace(
        "{ \"0.1.0\" = \"optional\" }",
        "{ \"0.1.0\" = \"optional\", \"0.4.0\" = \"required\" }",
    );
    stands(
        &parse(SMALL),
        &parse(&both),
        &[(Rule::Notice, "feature trunk", "0.3.0 is in the making")],
    );
}

#[test]
fn releases_that_are_not_written_down_are_no_notice() {
    let near = changed(", \"0.5.0\"]", "]").replace("next = \"0.2.0\"", "next = \"0.3.0\"");
    let (old, near) = (
        parse(&near),
        near.replace(
            "{ \"0.1.0\" = \"optional\" }",
            "{ \"0.1.0\" = \"optional\", \"0.4.0\" = \"required\" }",
        ),
    );
    let objections = change_gate(&old, &parse(&near), &Evidence::default());
    assert_eq!(objections.len(), 1, "{objections:?}");
    assert!(
        objections[0]
            .instead
            .contains("write down further releases"),
        "{objections:?}"
    );
}

#[test]
fn an_id_keeps_its_promise() {
    may_not(
        &small("The sender's MAC.", "The sender's MAC and his hat."),
        Rule::Promise,
        "feature mac",
        "promise was changed",
    );
    may_not(
        &small(
            "id = \"trunk\"\nkind = \"extended\"",
            "id = \"trunk\"\ncheck = \"trunk\"\nkind = \"property\"",
        ),
        Rule::Promise,
        "feature trunk",
        "kind was changed",
    );
    // Its line breaks are no words of it.
    may(&small(
        "\"The sender's MAC.\"",
        "\"\"\"The sender's\n   MAC.\"\"\"",
    ));
}

#[test]
fn a_feature_goes_by_way_of_deprecation() {
    let without = SMALL
        .replace("[[feature]]\nid = \"trunk\"\nkind = \"extended\"\npromise = \"VLANs.\"\nlevels = { \"0.1.0\" = \"optional\" }\n", "");
    may_not(
        &parse(&without),
        Rule::Promise,
        "feature trunk",
        "taken out of the contract",
    );
    let levels = "{ \"0.1.0\" = \"deprecated\", \"0.2.0\" = \"removed\" }";
    let removed = small("{ \"0.1.0\" = \"optional\" }", levels);
    may(&removed);
    stands(&removed, &parse(&without), &[]);
}

#[test]
fn a_driver_keeps_what_it_has() {
    let (from, none) = ("mac = \"full\"", "mac = { none = \"gone\" }");
    may_not(
        &small(from, none),
        Rule::Loss,
        "driver nft",
        "it had mac full and now says none",
    );
    may_not(
        &small(from, "mac = { partial = \"more\" }"),
        Rule::Loss,
        "driver nft",
        "it had mac full and now says partial",
    );
    may_not(
        &small(
            "features = { fdb = { partial = \"too much\" } }",
            "features = {}",
        ),
        Rule::Loss,
        "driver ovs",
        "it had fdb partial and now says none",
    );
    // More, or other words, are no loss.
    may(&small("{ none = \"not built\" }", "\"full\""));
    may(&small(
        "{ partial = \"too much\" }",
        "{ partial = \"much\" }",
    ));
    // What goes away may be given up.
    let going = changed(from, none).replace(
        "\"required\" }\nreasons",
        "\"required\", \"0.2.0\" = \"deprecated\" }\nreasons",
    );
    may(&parse(&going));
}

/// Else the gate would keep drivers from telling the truth.
#[test]
fn a_claim_that_was_not_true_may_be_given_up() {
    let (old, new) = (
        parse(SMALL),
        small("mac = \"full\"", "mac = { none = \"never was\" }"),
    );
    let of = |verdict| {
        let report = report("nft", &old.digest(), &[("mac", "full", "none", verdict)]);
        change_gate(&old, &new, &evidence(&[report])).len()
    };
    assert_eq!(of("contradicted"), 0);
    assert_eq!(of("unproven"), 1);
    assert_eq!(of("proven"), 1);
}

#[test]
fn a_driver_that_is_held_leaves_with_notice() {
    let held = "held = \"0.1.0\"";
    let leaves = |at: &str| small(held, &format!("{held}\nleaves = {at:?}"));
    may(&leaves("0.4.0"));
    may_not(
        &leaves("0.3.0"),
        Rule::Notice,
        "driver nft",
        "it leaves at 0.3.0",
    );
    may_not(
        &small("held = \"0.1.0\"\n", ""),
        Rule::Loss,
        "driver nft",
        "would not be any more",
    );
    may_not(
        &small(held, "held = \"0.3.0\""),
        Rule::Loss,
        "driver nft",
        "would not be any more",
    );
    let nft = SMALL.find("[[driver]]\nname = \"nft\"").unwrap();
    let ovs = SMALL.find("[[driver]]\nname = \"ovs\"").unwrap();
    let without = format!("{}{}", &SMALL[..nft], &SMALL[ovs..]);
    may_not(
        &parse(&without),
        Rule::Loss,
        "driver nft",
        "while it is held",
    );
    // When its time has come, it may be taken out; and a driver that is not held yet may at any time.
    let left = changed(held, &format!("{held}\nleaves = \"0.2.0\""));
    stands(&parse(&left), &parse(&without), &[]);
    may(&parse(&SMALL[..ovs]));
    may(&small("held = \"0.4.0\"", "held = \"0.5.0\""));
}

#[test]
fn a_driver_may_join_at_any_time() {
    let joined = format!(
        "{SMALL}\n[[driver]]\nname = \"new\"\nabout = \"new\"\nheld = \"0.2.0\"\n\
         maintainers = [{{ name = \"X\", contact = \"x@example.org\" }}]\n"
    );
    may(&parse(&joined));
}

#[test]
fn what_is_out_is_out() {
    may_not(
        &small("next = \"0.2.0\"", "next = \"0.1.0\""),
        Rule::History,
        "the contract",
        "next goes back from 0.2.0 to 0.1.0",
    );
    let text = SMALL
        .replace("[\"0.1.0\", ", "[")
        .replace("\"0.1.0\"", "\"0.2.0\"");
    let objections = change_gate(&parse(SMALL), &parse(&text), &Evidence::default());
    assert!(
        objections
            .iter()
            .any(|it| it.why == "release 0.1.0 is out and was taken away")
    );
    may(&small("next = \"0.2.0\"", "next = \"0.3.0\""));
    may(&small("\"0.5.0\"]", "\"0.5.0\", \"0.6.0\"]"));
}

/// Notice is counted by releases: without one of them, or with one more before the date, it is shorter.
#[test]
fn releases_are_what_notice_is_counted_by() {
    may_not(
        &small("\"0.3.0\", ", ""),
        Rule::History,
        "the contract",
        "release 0.3.0 was taken away, and notice is counted by releases",
    );
    may_not(
        &small("\"0.5.0\"]", "\"0.6.0\"]"),
        Rule::History,
        "the contract",
        "release 0.5.0 was taken away",
    );
    let trunk = |at: &str| format!("{{ \"0.1.0\" = \"optional\", {at:?} = \"required\" }}");
    let optional = "{ \"0.1.0\" = \"optional\" }";
    let more = changed("\"0.2.0\", \"0.3.0\"", "\"0.2.0\", \"0.2.1\", \"0.3.0\"");
    may(&parse(&more));
    may_not(
        &parse(&more.replace(optional, &trunk("0.3.0"))),
        Rule::Notice,
        "feature trunk",
        "required at 0.3.0",
    );
    may(&parse(&more.replace(optional, &trunk("0.4.0"))));
}

#[test]
fn a_profile_keeps_its_features() {
    let baseline = "baseline = [\"mac\", \"fdb\"]";
    may_not(
        &small(baseline, "baseline = [\"mac\"]"),
        Rule::Promise,
        "profile baseline",
        "it was to have fdb, and operators chose drivers by that",
    );
    may_not(
        &small(baseline, ""),
        Rule::Promise,
        "profile baseline",
        "it was to have mac, fdb",
    );
    may(&small(baseline, "baseline = [\"fdb\", \"mac\", \"trunk\"]"));
    may(&small(baseline, &format!("{baseline}\nless = [\"mac\"]")));
    // What goes away goes from profiles, too.
    let going = changed(baseline, "baseline = [\"mac\"]").replace(
        "{ \"0.1.0\" = \"advisory\", \"0.4.0\" = \"required\" }",
        "{ \"0.1.0\" = \"advisory\", \"0.2.0\" = \"deprecated\" }",
    );
    may(&parse(&going));
}
