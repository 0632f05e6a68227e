use std::fs;
use std::path::PathBuf;

use super::check::{broken, listed};
use super::markdown::{anchors, links};
use super::place::resolve;
use super::site::lay_out;
use crate::step::root;

#[test]
fn every_link_leads_somewhere_and_every_page_is_in_the_book() {
    let broken = broken(root());
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    assert!(listed(&summary).len() > 20);
}

/// A checker that finds nothing would be content with everything.
#[test]
fn what_is_broken_is_found() {
    let place = scratch("broken");
    let write = |name: &str, text: &str| {
        let file = place.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("docs/SUMMARY.md", "- [A](a.md)\n- [B](b.md)\n- [C](c.md)\n");
    write(
        "docs/a.md",
        "# A\n[x](b.md#b) [y](b.md#no) [z](#a)\n`[c](no.md)`\n",
    );
    write(
        "docs/b.md",
        "# B\n[x](../README.md) [y](../src) [z](../../out.md)\n",
    );
    write(
        "docs/lost.md",
        "# Lost\n```sh\n[no link](no.md)\n```\n[web](https://example.org/x.md)\n",
    );
    write("README.md", "[d](docs) [gone](docs/no.md)\n");
    write("src/x", "");
    let found = broken(&place);
    let expected = [
        "README.md:1: docs/no.md: there is no such file",
        "docs/SUMMARY.md:3: c.md: there is no such file",
        "docs/a.md:2: b.md#no: there is no such heading",
        "docs/b.md:2: ../README.md: the page that it leads to is not in the book",
        "docs/b.md:2: ../src: a directory has no page in the book",
        "docs/b.md:2: ../../out.md: there is no such file",
        "docs/SUMMARY.md: has docs/lost.md 0 times, and not once",
    ];
    assert_eq!(found, expected);
    fs::remove_dir_all(&place).unwrap();
}

#[test]
fn pages_and_what_they_link_are_laid_out_for_the_site() {
    let place = scratch("site");
    lay_out(root(), &place).unwrap();
    let read = |name: &str| fs::read_to_string(place.join("src").join(name)).unwrap();
    let summary = read("SUMMARY.md");
    assert!(summary.contains("](docs/policy.md)"), "{summary}");
    assert!(summary.contains("](index.md)"), "{summary}");
    assert!(read("docs/policy.md").contains("](policy.schema.json)"));
    assert!(read("docs/policy.schema.json").starts_with('{'));
    assert!(read("docs/verdicts.md").contains("# Verdicts"));
    assert!(place.join("src/ARCHITECTURE.md").is_file());
    fs::remove_dir_all(&place).unwrap();
}

#[test]
fn links_are_read_as_markdown_has_them() {
    let text = "a [b](c.md) ![d](e.svg \"title\") `[f](g)` ``[`](h)`` [`i`](j.md#k)\n~~~\n[l](m)\n~~~\n[n](o)\n";
    let found: Vec<(usize, &str)> = links(text)
        .iter()
        .map(|link| (link.line, link.target))
        .collect();
    assert_eq!(found, [(1, "c.md"), (1, "e.svg"), (1, "j.md#k"), (5, "o")]);
    for link in links(text) {
        assert_eq!(&text[link.place.clone()], link.target);
    }
}

#[test]
fn anchors_are_those_of_the_web_view() {
    let text = "# 2. Guards, profiles, and `what`\n## [A](b.md) b_c\n#no heading\n## Same\n## Same\n```\n# code\n```\n";
    let expected = ["2-guards-profiles-and-what", "a-b_c", "same", "same-1"];
    assert_eq!(anchors(text), expected.map(str::to_owned));
}

#[test]
fn places_are_counted_from_the_root() {
    let cases = [
        ("docs/how-to/a.md", "../policy.md", Some("docs/policy.md")),
        ("README.md", "docs/x.md", Some("docs/x.md")),
        ("docs/x.md", "../README.md", Some("README.md")),
        ("docs/x.md", "../../out", None),
    ];
    for (page, target, place) in cases {
        assert_eq!(resolve(page, target).as_deref(), place, "{page} {target}");
    }
}

fn scratch(name: &str) -> PathBuf {
    let place = std::env::temp_dir().join(format!("xtask-book-{name}-{}", std::process::id()));
    fs::create_dir_all(&place).unwrap();
    place
}
