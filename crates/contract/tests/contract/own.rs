//! The project's own contract.

use std::fs;
use std::path::Path;

use vifguard_contract::{Contract, Evidence, Kind, Level, change_gate};
use vifguard_policy::Guard;

use crate::support::parse;

fn own() -> &'static Contract {
    Contract::embedded().unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn it_passes_its_own_checks() {
    assert_eq!(&parse(Contract::TEXT), own());
    assert_eq!(change_gate(own(), own(), &Evidence::default()), []);
    // What one is told two releases before needs two releases to be told in.
    let coming = own()
        .releases
        .iter()
        .filter(|release| **release > own().next);
    assert!(coming.count() >= vifguard_contract::NOTICE);
}

#[test]
fn its_guards_are_the_policys() {
    let guards = own()
        .features
        .iter()
        .filter(|feature| feature.kind == Kind::Guard);
    let guards: Vec<&str> = guards.map(|feature| feature.id.as_str()).collect();
    assert_eq!(guards, Guard::ALL.map(Guard::name));
}

/// docs/verdicts.md is the contract for people: what it promises stands here in the same words.
#[test]
fn its_promises_are_those_of_the_verdicts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verdicts.md");
    let text = fs::read_to_string(path).unwrap();
    // Reasons, in section 1, have the names of guards.
    let section = |from: &str, to: &str| text.split(from).nth(1).unwrap().split(to).next().unwrap();
    let text = [
        section("\n## 2. ", "\n## 3. "),
        section("\n## 7. ", "\n## 9. "),
    ]
    .concat();
    let rows = |feature: &str| -> Vec<String> {
        let start = format!("| `{feature}` | ");
        let rows = text.lines().filter_map(|line| line.strip_prefix(&start));
        rows.map(|row| {
            row.split(" | ")
                .next()
                .unwrap()
                .trim_end_matches(" |")
                .to_owned()
        })
        .collect()
    };
    for feature in &own().features {
        // Two of the extended features share a row there.
        if !feature.id.starts_with("learn-") {
            assert_eq!(
                rows(&feature.id),
                [feature.promise.as_str()],
                "{}",
                feature.id
            );
        }
    }
}

#[test]
fn its_profiles() {
    let of = |id: &str| &own().profile(id).unwrap().features;
    let hardened = own()
        .features
        .iter()
        .filter(|feature| feature.kind != Kind::Extended);
    let hardened: Vec<&String> = hardened.map(|feature| &feature.id).collect();
    assert_eq!(of("hardened").iter().collect::<Vec<_>>(), hardened);
    // A driver that is held has the baseline: whoever chooses by it may rely on that.
    for id in of("baseline") {
        let feature = own().feature(id).unwrap();
        assert_eq!(feature.levels.at(own().next), Some(Level::Required), "{id}");
    }
}

#[test]
fn null_is_held_to_nothing() {
    let null = own().driver("null").unwrap();
    assert!(
        own()
            .releases
            .iter()
            .all(|release| !null.is_held_at(*release))
    );
    assert!(
        own()
            .features
            .iter()
            .all(|feature| !null.declared(&feature.id).is_claim())
    );
}

/// No person's address gets into the repository by way of the contract.
#[test]
fn contacts_are_roles() {
    for driver in &own().drivers {
        for maintainer in &driver.maintainers {
            assert!(
                maintainer.contact.ends_with("@vifguard.example"),
                "{maintainer:?}"
            );
        }
    }
}
