//! The copy that defects are planted in.

use std::fs;
use std::path::{Path, PathBuf};

use vifguard_defects::{Defect, Planted, Tree};

/// A workspace of two files, and a place for its copy.
fn workspace(name: &str) -> (PathBuf, PathBuf) {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&place);
    let root = place.join("root");
    fs::create_dir_all(root.join("src")).expect("a directory");
    fs::create_dir_all(root.join("target")).expect("a directory");
    fs::write(root.join("src/rule.rs"), "if own { pass() }\n").expect("a file");
    fs::write(root.join("target/built"), "").expect("a file");
    (root, place.join("tree"))
}

fn defect(find: &str) -> Defect {
    Defect {
        id: "it".to_owned(),
        what: "Reversed.".to_owned(),
        file: "src/rule.rs".to_owned(),
        find: find.to_owned(),
        replace: "if !own".to_owned(),
        features: Vec::new(),
        arguments: Vec::new(),
    }
}

#[test]
fn what_is_the_same_is_left_alone_and_what_is_gone_goes() {
    let (root, copy) = workspace("same");
    Tree::of(&root, &copy).expect("a copy");
    assert!(!copy.join("target").exists());
    let written = |name: &str| {
        let meta = fs::metadata(copy.join(name)).expect("a copied file");
        meta.modified().expect("a time")
    };
    let before = written("src/rule.rs");
    fs::write(root.join("src/more.rs"), "1").expect("a file");
    Tree::of(&root, &copy).expect("a copy");
    assert_eq!(written("src/rule.rs"), before);
    assert!(copy.join("src/more.rs").exists());
    fs::remove_file(root.join("src/more.rs")).expect("it was there");
    // What a run that was ended left behind.
    fs::write(copy.join("src/rule.rs"), "if !own { pass() }\n").expect("a file");
    Tree::of(&root, &copy).expect("a copy");
    assert!(!copy.join("src/more.rs").exists());
    let text = fs::read_to_string(copy.join("src/rule.rs")).expect("a file");
    assert_eq!(text, "if own { pass() }\n");
}

#[test]
fn a_defect_goes_with_its_guard() {
    let (root, copy) = workspace("planted");
    let tree = Tree::of(&root, &copy).expect("a copy");
    let text = || fs::read_to_string(copy.join("src/rule.rs")).expect("a file");
    let planted = Planted::new(&tree, &defect("if own")).expect("it has its place");
    assert_eq!(text(), "if !own { pass() }\n");
    drop(planted);
    assert_eq!(text(), "if own { pass() }\n");
    // The workspace itself is never touched.
    let source = fs::read_to_string(root.join("src/rule.rs")).expect("a file");
    assert_eq!(source, "if own { pass() }\n");
}

#[test]
fn a_defect_without_its_one_place_is_not_planted() {
    let (root, copy) = workspace("placeless");
    let tree = Tree::of(&root, &copy).expect("a copy");
    for find in ["if theirs", "s"] {
        let error = Planted::new(&tree, &defect(find)).expect_err("no place");
        assert!(error.to_string().contains("src/rule.rs"), "{error}");
    }
}
