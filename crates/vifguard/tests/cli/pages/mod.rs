//! The steps of the documents, carried out as a reader carries them out.
//!
//! A page's commands are one text for readers and for this test: its blocks are fed to one shell, in
//! order, and what the page shows behind a block is what that block must say.

mod page;
mod shell;
mod shown;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use vifguard_lab::Netns;

use page::{Page, Step};
use shell::run;

/// Blocks that are shown and not run, by their first lines, each with its reason.
const BY_HAND: [(&str, &str); 1] = [
    // The program that cargo built for this test is first in the shell's PATH in its place.
    ("tutorial.md", "cargo build --release -p vifguard"),
];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn read(name: &str) -> Page {
    let text = fs::read_to_string(docs().join(name)).unwrap();
    Page::parse(name, &text).unwrap_or_else(|error| panic!("docs/{name}: {error}"))
}

/// Every page that tells what to do, counted from `docs`.
fn pages() -> Vec<Page> {
    let guides = fs::read_dir(docs().join("how-to")).unwrap();
    let mut names: Vec<String> = guides
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| format!("how-to/{name}"))
        .collect();
    names.extend(["tutorial.md".to_owned(), "reference/json.md".to_owned()]);
    names.sort();
    names.iter().map(|name| read(name)).collect()
}

/// As root, in a namespace made for it; else only what needs no root. What is not as it is written.
fn follow(page: &Page) -> Option<String> {
    if page.needs_root() && !vifguard_lab::available() {
        return None;
    }
    let root = vifguard_lab::privileged().is_ok();
    let netns = root.then(|| Netns::new("page").unwrap());
    let error = run(page, netns.as_ref()).err()?;
    Some(format!("docs/{}: {error}", page.name))
}

#[test]
fn the_tutorial_goes_as_it_is_written() {
    let page = read("tutorial.md");
    let commands = |step: &&Step| matches!(step, Step::Commands(_));
    assert!(page.steps.iter().filter(commands).count() > 10);
    let error = follow(&page);
    assert!(error.is_none(), "{}", error.unwrap_or_default());
}

#[test]
fn the_guides_go_as_they_are_written() {
    let pages = pages();
    assert!(pages.len() > 5, "only {} pages", pages.len());
    let guides = pages.iter().filter(|page| page.name != "tutorial.md");
    let errors: Vec<String> = guides.filter_map(follow).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n\n"));
}

/// Nobody leaves a step out by calling it one for the reader's hand.
#[test]
fn only_these_steps_are_not_run() {
    let pages = pages();
    let left_out: BTreeSet<(&str, &str)> = pages
        .iter()
        .flat_map(|page| page.by_hand().map(|line| (page.name.as_str(), line)))
        .collect();
    assert_eq!(left_out, BTreeSet::from(BY_HAND));
}

/// A comparison that takes everything for the same would let every page pass.
#[test]
fn a_page_that_shows_something_else_is_found() {
    let wrong = [
        ("```sh\necho one\n```\n```text\ntwo\n```\n", "two"),
        ("```sh\necho one\n```\n", "says nothing"),
        ("```sh\nfalse\n```\n", "the shell ended"),
        ("```sh ends=1\ntrue\n```\n", "ends with 0"),
        ("```sh\nexit 0\n```\n", "the shell ended"),
    ];
    for (text, said) in wrong {
        let page = Page::parse("wrong.md", text).unwrap();
        let error = run(&page, None).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
    let right = "```yaml a.yaml\none: 1\n```\n```sh ends=1\ncat a.yaml\nfalse\n```\n\
                 ```text\none: …\n```\n```sh\n(exit 0)\n```\n";
    run(&Page::parse("right.md", right).unwrap(), None).unwrap();
    Page::parse("stray.md", "```text\nsaid by nobody\n```\n").unwrap_err();
    Page::parse("open.md", "```sh\necho\n").unwrap_err();
}
