//! The plan: what is owed by a release, and from when on.

use vifguard_contract::{Contract, Debt, plan};

use crate::support::{changed, evidence, parse, releases, report};

/// The debts of a driver by a release: feature and date.
fn owed(contract: &Contract, driver: &str, by: &str) -> Option<Vec<(String, String)>> {
    let [by] = releases([by]);
    let debt = plan(contract, by, None)
        .into_iter()
        .find(|debt| debt.driver == driver)?;
    Some(listed(&debt))
}

fn listed(debt: &Debt) -> Vec<(String, String)> {
    let owed = debt.owed.iter();
    owed.map(|item| (item.feature.clone(), item.by.unwrap().to_string()))
        .collect()
}

fn due(feature: &str, by: &str) -> Option<Vec<(String, String)>> {
    Some(vec![(feature.to_owned(), by.to_owned())])
}

/// fdb is required at 0.4.0 alone, and 0.4.0 waits for it, whatever is asked at 0.5.0.
#[test]
fn what_an_earlier_release_waits_for_is_owed() {
    let fleeting = changed(
        "\"0.4.0\" = \"required\" }",
        "\"0.4.0\" = \"required\", \"0.5.0\" = \"deprecated\" }",
    );
    let contract = parse(&fleeting);
    assert_eq!(owed(&contract, "nft", "0.3.0"), Some(vec![]));
    assert_eq!(owed(&contract, "nft", "0.4.0"), due("fdb", "0.4.0"));
    assert_eq!(owed(&contract, "nft", "0.5.0"), due("fdb", "0.4.0"));
}

#[test]
fn a_driver_owes_until_it_leaves() {
    let leaves = changed("held = \"0.1.0\"", "held = \"0.1.0\"\nleaves = \"0.5.0\"");
    let contract = parse(&leaves);
    assert_eq!(owed(&contract, "nft", "0.4.0"), due("fdb", "0.4.0"));
    assert_eq!(owed(&contract, "nft", "0.5.0"), due("fdb", "0.4.0"));
    // Nothing is expected of it when it is gone, and who is not held yet owes nothing.
    let [at] = releases(["0.5.0"]);
    let debts = plan(&contract, at, None);
    assert!(debts[0].expected.is_empty(), "{debts:?}");
    assert_eq!(debts[0].leaves, Some(at));
    assert_eq!(owed(&contract, "ovs", "0.3.0"), None);
    assert_eq!(owed(&contract, "ovs", "0.4.0"), due("mac", "0.4.0"));
    // What is out is asked by itself.
    assert_eq!(owed(&contract, "nft", "0.1.0"), Some(vec![]));
}

#[test]
fn with_reports_a_claim_that_nothing_shows_is_owed_at_once() {
    let contract = parse(&changed("id = \"fdb\"", "id = \"fdb\""));
    let [by] = releases(["0.5.0"]);
    let debts = plan(&contract, by, Some(&evidence(&[])));
    let [mac, fdb] =
        [("mac", "0.2.0"), ("fdb", "0.4.0")].map(|(id, by)| (id.to_owned(), by.to_owned()));
    assert_eq!(listed(&debts[0]), [mac, fdb.clone()]);
    let proven = report(
        "nft",
        &contract.digest(),
        &[("mac", "full", "full", "proven")],
    );
    let debts = plan(&contract, by, Some(&evidence(&[proven])));
    assert_eq!(listed(&debts[0]), [fdb]);
}
