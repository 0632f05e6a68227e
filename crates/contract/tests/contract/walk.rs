//! A feature on its way from advisory to required, over three releases and two drivers, one of which lags.

use vifguard_contract::{Contract, Evidence, Lacking, change_gate, plan, release_gate};

use crate::support::{evidence, parse, releases, report};

/// A contract with one old feature that both drivers have, and whatever the chapter adds.
fn contract(next: &str, waltz: &str, slow: &str) -> Contract {
    let releases = "[\"1.0.0\", \"1.1.0\", \"1.2.0\", \"1.3.0\"]";
    let quick = if waltz.is_empty() {
        ""
    } else {
        ", waltz = \"full\""
    };
    parse(&format!(
        "version = 1
next = {next:?}
releases = {releases}
{OLD}
{waltz}
[[driver]]
name = \"quick\"
about = \"begins at once\"
held = \"1.0.0\"
maintainers = [{{ name = \"Quick\", contact = \"quick@example.org\" }}]
features = {{ old = \"full\"{quick} }}
[[driver]]
name = \"slow\"
about = \"takes its time\"
held = \"1.0.0\"
maintainers = [{{ name = \"Slow\", contact = \"slow@example.org\" }}]
features = {{ old = \"full\"{slow} }}
"
    ))
}

const OLD: &str = "[[feature]]
id = \"old\"
kind = \"property\"
promise = \"It was always there.\"
levels = { \"1.0.0\" = \"required\" }
check = \"old\"
";

const ADVISORY: &str = "[[feature]]
id = \"waltz\"
kind = \"property\"
promise = \"A waltz is played through the PC speaker.\"
levels = { \"1.0.0\" = \"advisory\" }
check = \"waltz\"
";

fn announced(at: &str) -> String {
    ADVISORY.replace(" }", &format!(", {at:?} = \"required\" }}"))
}

/// Every claim of both drivers proven, as the kit would.
fn proven(contract: &Contract) -> Evidence {
    let all = contract.drivers.iter().map(|driver| {
        let claims = contract
            .features
            .iter()
            .filter(|it| driver.declared(&it.id).is_claim());
        let claims: Vec<_> = claims
            .map(|it| (it.id.as_str(), "full", "full", "proven"))
            .collect();
        report(&driver.name, &contract.digest(), &claims)
    });
    // Releases here begin with 1.0.0: the program is on the way to all of them.
    evidence(&all.collect::<Vec<_>>())
}

#[track_caller]
fn merges(old: &Contract, new: &Contract) {
    let objections = change_gate(old, new, &Evidence::default());
    assert!(objections.is_empty(), "{objections:?}");
}

/// What the release waits for, as driver and feature.
fn waits(contract: &Contract, at: &str) -> Vec<(String, String, Lacking)> {
    let [at] = releases([at]);
    let lacks = release_gate(contract, at, &proven(contract));
    lacks
        .into_iter()
        .map(|lack| (lack.driver, lack.feature, lack.lack))
        .collect()
}

/// What a driver owes and what is expected of it by a release.
fn debts(contract: &Contract, driver: &str, at: &str) -> (Vec<(String, String)>, Vec<String>) {
    let [at] = releases([at]);
    let debts = plan(contract, at, Some(&proven(contract)));
    let debt = debts
        .into_iter()
        .find(|debt| debt.driver == driver)
        .unwrap();
    let owed = debt.owed.into_iter();
    let owed = owed.map(|item| (item.feature, item.by.unwrap().to_string()));
    let expected = debt.expected.into_iter().map(|item| item.feature);
    (owed.collect(), expected.collect())
}

fn text(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

#[test]
fn from_advisory_to_required_with_one_driver_lagging() {
    // 1.0.0 is in the making. The waltz comes in as advisory; slow does not have it, and nothing waits.
    let before = contract("1.0.0", "", "");
    let added = contract("1.0.0", ADVISORY, "");
    merges(&before, &added);
    assert_eq!(waits(&added, "1.0.0"), []);
    assert_eq!(
        debts(&added, "slow", "1.0.0"),
        (vec![], vec!["waltz".to_owned()])
    );
    assert_eq!(debts(&added, "quick", "1.0.0"), (vec![], vec![]));

    // To require it at 1.1.0 is too soon; 1.2.0 is two releases off.
    let hasty = contract("1.0.0", &announced("1.1.0"), "");
    let objections = change_gate(&added, &hasty, &Evidence::default());
    assert_eq!(objections.len(), 1, "{objections:?}");
    assert!(
        objections[0].why.contains("required at 1.1.0"),
        "{objections:?}"
    );
    assert!(
        objections[0].instead.contains("1.2.0 or later"),
        "{objections:?}"
    );
    let told = contract("1.0.0", &announced("1.2.0"), "");
    merges(&added, &told);

    // Both releases before it go out without slow; the plan has it, with the date.
    for next in ["1.0.0", "1.1.0"] {
        let now = contract(next, &announced("1.2.0"), "");
        merges(&told, &now);
        assert_eq!(waits(&now, next), []);
        assert_eq!(
            debts(&now, "slow", "1.2.0"),
            (text(&[("waltz", "1.2.0")]), vec![])
        );
        assert_eq!(debts(&now, "quick", "1.2.0"), (vec![], vec![]));
    }

    // At 1.2.0 the release waits for slow, and for nobody else.
    let due = contract("1.2.0", &announced("1.2.0"), "");
    merges(&told, &due);
    let lack = ("slow".to_owned(), "waltz".to_owned(), Lacking::Missing);
    assert_eq!(waits(&due, "1.2.0"), [lack]);

    // It comes with the feature, and the release may go out; with the feature, it cannot lose it.
    let done = contract("1.2.0", &announced("1.2.0"), ", waltz = \"full\"");
    merges(&due, &done);
    assert_eq!(waits(&done, "1.2.0"), []);
    let objections = change_gate(&done, &due, &Evidence::default());
    assert_eq!(objections.len(), 1, "{objections:?}");
    assert_eq!(objections[0].object, "driver slow");
}
