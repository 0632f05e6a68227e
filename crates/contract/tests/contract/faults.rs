//! What is said of a contract file that is wrong.

use vifguard_contract::Contract;

use crate::support::{SMALL, changed, parse};

/// Fails unless exactly this is said.
#[track_caller]
fn says(text: &str, said: &str) {
    match Contract::parse(text, "contract.toml") {
        Ok(_) => panic!("nothing is said of it"),
        Err(faults) => assert_eq!(faults.to_string(), said),
    }
}

#[test]
fn the_small_contract_is_whole() {
    let contract = parse(SMALL);
    assert_eq!(contract.features.len(), 3);
    assert_eq!(
        contract.profile("baseline").unwrap().features,
        ["mac", "fdb"]
    );
    assert_eq!(
        contract.driver("nft").unwrap().declared("trunk").name(),
        "none"
    );
}

#[test]
fn an_unknown_key() {
    says(
        &changed(
            "promise = \"VLANs.\"",
            "promise = \"VLANs.\"\npromisse = \"VLANs.\"",
        ),
        "contract.toml:25:1: feature trunk: there is no key \"promisse\"; write one of id, kind, promise, \
         levels, reasons, cases, except, check",
    );
    says(
        &changed("[profiles]", "[profile]"),
        "contract.toml:27:2: there is no key \"profile\"; write one of version, next, releases, feature, \
         profiles, driver",
    );
    says(
        &changed(
            "contact = \"nft@example.org\"",
            "contact = \"nft@example.org\", phone = \"1\"",
        ),
        "contract.toml:34:59: driver nft: there is no key \"phone\"; write one of name, contact",
    );
}

#[test]
fn a_level_that_is_none() {
    says(
        &changed("\"required\" }\nreasons", "\"requierd\" }\nreasons"),
        "contract.toml:9:22: feature mac: \"requierd\" is no level; write advisory, required, optional, \
         deprecated or removed",
    );
    says(
        &changed("\"optional\"", "3"),
        "contract.toml:25:22: feature trunk: a number is no level; write advisory, required, optional, \
         deprecated or removed",
    );
    says(
        &changed("levels = { \"0.1.0\" = \"optional\" }\n", ""),
        "contract.toml:21:1: feature trunk: it has no levels; write levels = { \"RELEASE\" = \"advisory\" }",
    );
}

#[test]
fn levels_that_do_not_follow() {
    let levels = |levels: &str| changed("{ \"0.1.0\" = \"optional\" }", levels);
    says(
        &levels("{ \"0.1.0\" = \"optional\", \"0.3.0\" = \"removed\" }"),
        "contract.toml:25:44: feature trunk: removed at 0.3.0 without having been deprecated before",
    );
    says(
        &levels(
            "{ \"0.1.0\" = \"deprecated\", \"0.2.0\" = \"removed\", \"0.3.0\" = \"optional\" }",
        ),
        "contract.toml:25:67: feature trunk: it was removed before 0.3.0; what comes back gets another id",
    );
    says(
        &levels("{ \"0.1.0\" = \"optional\", \"0.3.0\" = \"optional\" }"),
        "contract.toml:25:44: feature trunk: it is optional at 0.3.0 already: levels carry forward",
    );
    parse(&levels(
        "{ \"0.1.0\" = \"optional\", \"0.2.0\" = \"deprecated\", \"0.3.0\" = \"removed\" }",
    ));
}

#[test]
fn what_is_there_twice() {
    says(
        &changed("id = \"fdb\"", "id = \"mac\"")
            .replace("\"fdb\"]", "\"mac\"]")
            .replace("fdb = {", "mac = {"),
        // A key twice in a table is no TOML, and then nothing else is asked.
        "contract.toml:35:28: this is not TOML: duplicate key",
    );
    let twice = "[[feature]]\nid = \"mac\"\nkind = \"extended\"\npromise = \"P.\"\nlevels = { \"0.1.0\" = \"optional\" }\n\n[profiles]";
    says(
        &changed("[profiles]", twice),
        "contract.toml:28:6: feature mac: there is another feature of this id; an id keeps its meaning for ever",
    );
    says(
        &changed("name = \"ovs\"", "name = \"nft\""),
        "contract.toml:38:8: driver nft: there is another driver of this name",
    );
    says(
        &changed("\"arp-mac\"]", "\"mac\"]"),
        "contract.toml:10:19: feature mac: reasons has \"mac\" twice",
    );
    says(
        &changed("check = \"fdb\"", "reasons = [\"mac\"]"),
        "contract.toml:15:6: feature fdb: feature mac has the reason \"mac\" too; name cases",
    );
}

#[test]
fn features_that_there_are_not() {
    says(
        &changed(
            "baseline = [\"mac\", \"fdb\"]",
            "baseline = [\"mac\", \"fbd\"]",
        ),
        "contract.toml:28:20: profile baseline: there is no feature \"fbd\"",
    );
    says(
        &changed("{ mac = \"full\"", "{ waltz = \"full\""),
        "contract.toml:35:14: driver nft: there is no feature \"waltz\"; add it, or take it out here",
    );
}

#[test]
fn releases_out_of_order_or_unknown() {
    says(
        &changed("\"0.4.0\", \"0.5.0\"]", "\"0.5.0\", \"0.4.0\"]"),
        "contract.toml:3:49: release 0.4.0 comes before 0.5.0; write them in order",
    );
    says(
        &changed("\"0.5.0\"]", "\"0.5\"]"),
        "contract.toml:3:49: \"0.5\" is no release; write three numbers, as in \"0.1.0\"",
    );
    says(
        &changed("next = \"0.2.0\"", "next = \"0.2.1\""),
        "contract.toml:2:8: \"0.2.1\" is none of the releases; write one of 0.1.0, 0.2.0, 0.3.0, 0.4.0, \
         0.5.0, or add it to releases",
    );
}

#[test]
fn a_driver_that_nobody_answers_for() {
    says(
        &changed(
            "maintainers = [{ name = \"N\", contact = \"nft@example.org\" }]\n",
            "",
        ),
        "contract.toml:30:1: driver nft: nobody answers for it; write maintainers = [{ name = \"…\", contact = \"…\" }]",
    );
    says(
        &changed("contact = \"nft@example.org\"", "contact = \" \""),
        "contract.toml:34:40: driver nft: contact is empty",
    );
}

#[test]
fn a_driver_that_says_nothing_of_why() {
    let meaning = "means nothing; write \"full\", { partial = \"what is refused beyond the contract\" } or \
                   { none = \"why not\" }";
    for wrong in ["\"none\"", "{ none = \"\" }", "{ nome = \"x\" }", "true"] {
        says(
            &changed("{ none = \"not built\" }", wrong),
            &format!("contract.toml:35:34: driver nft: what it says of fdb {meaning}"),
        );
    }
}

#[test]
fn a_driver_that_leaves_what_it_was_not_in() {
    says(
        &changed("held = \"0.4.0\"", "held = \"0.4.0\"\nleaves = \"0.4.0\""),
        "contract.toml:41:10: driver ovs: it leaves at 0.4.0, and is held from 0.4.0 on only",
    );
    says(
        &changed("held = \"0.4.0\"", "leaves = \"0.4.0\""),
        "contract.toml:40:10: driver ovs: it leaves, but is not held: there is nothing to leave",
    );
    parse(&changed(
        "held = \"0.4.0\"",
        "held = \"0.4.0\"\nleaves = \"0.5.0\"",
    ));
}

#[test]
fn a_feature_that_nothing_shows() {
    says(
        &changed("check = \"fdb\"\n", ""),
        "contract.toml:14:1: feature fdb: nothing shows it; write reasons or cases of the corpus, or a check",
    );
    says(
        &changed("check = \"fdb\"", "check = \"fdb\"\ncases = [\"a\"]"),
        "contract.toml:19:9: feature fdb: it has both frames (reasons, cases) and a check; write one of them",
    );
    says(
        &changed("check = \"fdb\"", "check = \"fdb\"\nexcept = [\"a\"]"),
        "contract.toml:20:11: feature fdb: except takes nothing out: there are no reasons or cases",
    );
}

/// All at once, in the order of the file.
#[test]
fn nothing_hides_behind_another_fault() {
    let text = changed("kind = \"guard\"", "kind = \"gaurd\"").replace("\"full\"", "\"all\"");
    let faults = Contract::parse(&text, "contract.toml").unwrap_err();
    let lines: Vec<usize> = faults.as_slice().iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [7, 35], "{faults}");
}

#[test]
fn what_is_not_toml() {
    let faults = Contract::parse("version = 1\nnext = \"0.1", "contract.toml").unwrap_err();
    let said = faults.to_string();
    assert!(said.starts_with("contract.toml:2:"), "{said}");
    assert!(said.contains("this is not TOML"), "{said}");
    let faults = Contract::parse("", "contract.toml").unwrap_err();
    assert_eq!(
        faults.to_string(),
        "contract.toml:1:1: it has no version; write version = 1\n\
         contract.toml:1:1: it has no releases; write releases = [\"0.1.0\"]\n\
         contract.toml:1:1: it has no next"
    );
    let faults = Contract::parse("version = 2", "contract.toml").unwrap_err();
    assert!(faults.to_string().starts_with(
        "contract.toml:1:1: it has no releases; write releases = [\"0.1.0\"]\ncontract.toml:1:1: it has no next\n\
         contract.toml:1:11: this vifguard understands version = 1 only"
    ), "{faults}");
}
