//! The lists cannot rot silently: each defect still has its place in the drivers.

use std::collections::BTreeSet;
use std::fs;

use vifguard_defects::{Defect, lists, root};
use vifguard_driver::Feature;

fn all() -> Vec<Defect> {
    let lists = lists(&root()).expect("the lists can be read");
    lists.into_iter().flat_map(|list| list.defects).collect()
}

#[test]
fn there_are_sixty_at_least_and_no_two_of_a_name() {
    let all = all();
    let names: BTreeSet<&str> = all.iter().map(|defect| defect.id.as_str()).collect();
    assert_eq!(names.len(), all.len());
    assert!(all.len() >= 60, "{} defects", all.len());
}

#[test]
fn each_has_its_place_once_and_changes_something() {
    for defect in all() {
        let text = fs::read_to_string(root().join(&defect.file)).expect(&defect.file);
        let planted = defect.plant_in(&text).unwrap_or_else(|why| panic!("{why}"));
        assert_ne!(planted, text, "{} changes nothing", defect.id);
    }
}

#[test]
fn each_says_what_is_wrong_and_by_which_feature_it_is_found() {
    for list in lists(&root()).expect("the lists can be read") {
        for defect in &list.defects {
            let id = &defect.id;
            assert!(id.starts_with(&format!("{}-", list.driver)), "{id}");
            assert!(defect.what.ends_with('.'), "{id}: {}", defect.what);
            assert!(!defect.features.is_empty(), "{id}");
            for feature in &defect.features {
                assert!(Feature::named(feature).is_some(), "{id}: {feature}");
            }
        }
    }
}
