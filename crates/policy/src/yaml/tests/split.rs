//! A file that is read in parts is the file that is read in one piece.

use proptest::prelude::*;

use super::soup::{list, soup};
use crate::faults::Faults;
use crate::yaml::seam::Seam;
use crate::yaml::{Tree, split};

/// What the long way gives, unless it finds anything wrong.
fn whole(text: &str) -> Option<Tree<'_>> {
    let mut faults = Faults::default();
    Tree::build_whole(text, &mut faults).filter(|_| faults.is_empty())
}

/// Takes a text apart wherever one might.
fn check(text: &str) {
    let expected = whole(text);
    for seam in (0..text.len()).filter_map(|line| Seam::at(text, line)) {
        if let Some(tree) = split::at(text, seam) {
            assert_eq!(Some(tree), expected, "{text:?} at {seam:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn soups(text in soup()) {
        check(&text);
    }

    #[test]
    fn lists(text in list()) {
        check(&text);
    }
}

/// The lines of the text that are this one.
fn places(text: &str, line: &str) -> Vec<Seam> {
    let mut at = 0;
    let mut places = Vec::new();
    for found in text.split_inclusive('\n') {
        if found.trim_end_matches(['\r', '\n']) == line {
            places.extend(Seam::at(text, at));
        }
        at += found.len();
    }
    places
}

/// The items that begin with this line are those of a list that can be taken apart.
#[track_caller]
fn taken_apart(text: &str, line: &str) {
    let expected = whole(text);
    assert!(expected.is_some(), "{text:?}");
    let places = places(text, line);
    assert_eq!(places.len(), 4, "{text:?}");
    // Before its first item the list is not there yet.
    assert_eq!(split::at(text, places[0]), None, "{text:?}");
    for seam in &places[1..] {
        assert_eq!(split::at(text, *seam), expected, "{text:?} at {seam:?}");
    }
}

#[test]
fn a_list_is_taken_apart_at_each_of_its_items() {
    let heads = [
        "",
        "# c\n\n---\na: b\n",
        "a:\n- b\n",
        "a: |\n  - b\n",
        "? a\n? b\n: - c\n",
    ];
    let tails = ["", "\n# c", "...\n", "a: b\n", "a:\n- b\n", "a: \"\\n\"\n"];
    let items = [
        "- name: x\n  k: [a, \"b\"]",
        "- - a\n  - b",
        "- |\n  a\n",
        "- >+\n  - a\n\n",
        "- a\n  b # c\n# c",
        "- \"\\t\"",
        "- { a: b,\n   'c': d }",
        "- # c\n  a: ~",
    ];
    for item in items {
        for indent in ["", " ", "  "] {
            let lines: String = item
                .lines()
                .map(|line| format!("{indent}{line}\n"))
                .collect();
            let first = lines.lines().next().unwrap();
            for (head, tail) in heads.iter().flat_map(|head| tails.map(|tail| (head, tail))) {
                let text = format!("{head}ports:\n{}{tail}", lines.repeat(4));
                taken_apart(&text, first);
                taken_apart(&text.replace('\n', "\r\n"), first);
            }
        }
    }
}

/// What looks like an item of the list and is none, or one of another list: the first half says so,
/// whatever the second makes of it.
#[test]
fn what_is_no_item_of_the_list_is_not_taken_for_one() {
    for text in [
        // A text that goes over the line, from before it or from the line itself.
        "ports:\n- |1\n  a\n  - x\n- b\n",
        "ports:\n- |1\n  - x\n- b\n",
        "ports:\n- a\n  - x\n- b\n",
        "ports:\n- \"a\n  - x\n  \"\n- b\n",
        "a: |1\n  - x\n",
        // A list of its own, with its first item and with a later one.
        "ports:\n -\n  - x\n - b\n",
        "ports:\n -\n  - a\n  - x\n - b\n",
        "ports:\n- a:\n  - x\n",
        "ports:\n- a:\n  - b\n  - x\n",
        // No mapping around the list; the list is a key; the mapping is not in the first column.
        "- a\n- - b\n  - x\n",
        "? - a\n  - x\n: b\n",
        "ports: b\n? - a\n  - x\n: b\n",
        "  ports:\n  - a\n  - x\n",
        "  ports:\n  - a\n  - x\nc: d\n",
        // No list at all: a value is missing, and a key cannot be there.
        "ports:\n  ? a\n  - x\n",
    ] {
        let seam = places(text, "  - x")[0];
        assert!(split::first(text, seam).is_none(), "{text:?}");
    }
}

/// A line that ends as on an old Macintosh is one more than was counted.
#[test]
fn halves_that_do_not_meet_are_not_joined() {
    let text = "a: b\rports:\n  - a\n  - x\n";
    let seam = places(text, "  - x")[0];
    assert!(whole(text).is_some() && split::first(text, seam).is_some());
    assert_eq!(split::at(text, seam), None);
}

/// What is wrong in one part, or only in the whole, is left to the long way.
#[test]
fn what_is_wrong_is_not_read_in_parts() {
    for text in [
        "ports:\n  - &a b\n  - x\n",
        "ports:\n  - x\n  - !t a\n",
        "a: &b\nports:\n  - a\n  - x\n  - *b\n",
        "ports:\n  - a\n  - x\n---\nports: []\n",
        "ports:\n  - a\n  - x\n - b\n",
        "ports:\n  - a\n  - x\nports\n",
        "ports: [\n  - x\n",
        "ports: \"\n  - x\n",
    ] {
        assert_eq!(whole(text), None, "{text:?}");
        for seam in places(text, "  - x") {
            assert_eq!(split::at(text, seam), None, "{text:?}");
        }
    }
}

/// A file that is large, with so many bytes in each port's name.
fn large(head: &str, name: usize) -> String {
    let port = format!(
        "  - name: {}\n    addresses:\n      - a\n",
        "x".repeat(name)
    );
    format!("a:\n  - b\n{head}{}", port.repeat(300 * 1024 / port.len()))
}

#[test]
fn large_files_are_taken_apart() {
    let text = large("ports:\n", 20);
    for text in [
        text.replace('\n', "\r\n"),
        text.replace("\n  ", "\n"),
        text.replace("ports:\n", "ports: # c\n\n  # c\n"),
        format!("{text}b:\n  - c\n"),
        large("b:\n  - c\nports:\n", 1000),
        format!("c: {}\n{text}", "x".repeat(400 * 1024)),
        text,
    ] {
        let tree = split::build(&text);
        assert!(tree.is_some());
        assert_eq!(tree, whole(&text));
    }
}

#[test]
fn what_cannot_be_taken_apart_is_not() {
    let text = large("ports:\n", 20);
    for text in [
        "ports:\n  - a\n  - b\n".to_owned(),
        text.replace("a:\n", "a: # \u{e9}\n"),
        text.replace("ports:\n", "portals:\n"),
        text.replace("ports:\n", "ports: |\n"),
        format!("{text}b"),
        format!("{text}b: &c\n"),
        large("ports:\n", 200 * 1024),
        format!("ports: [{}]", "{ name: a }, ".repeat(30_000)),
        format!("a: |\n  ports:\n{}", text.replace('\n', "\n  ")),
    ] {
        assert_eq!(split::build(&text), None);
    }
}

/// Whatever is wrong is told as if the file had been read in one piece.
#[test]
fn what_is_wrong_in_a_large_file_is_told_all_the_same() {
    let text = large("ports:\n", 20);
    let places = [20, text.len() / 4, text.len() / 2, text.len() - 20];
    for wrong in [
        "\n\tb\n",
        "\n- b\n",
        "\n    - b\n",
        "\nb\n",
        " \"",
        " &a b",
        "\n---\n",
        " # \u{e9}\n  - [",
    ] {
        for place in places {
            let line = place + text[place..].find('\n').unwrap();
            let text = format!("{}{wrong}{}", &text[..line], &text[line..]);
            let told = |build: fn(&str, &mut Faults) -> bool| {
                let mut faults = Faults::default();
                (
                    build(&text, &mut faults),
                    faults.finish(&text, "p").to_string(),
                )
            };
            let expected = told(|text, faults| Tree::build_whole(text, faults).is_some());
            assert_eq!(
                told(|text, faults| Tree::build(text, faults).is_some()),
                expected
            );
        }
    }
}
