//! Texts that are YAML, or nearly: what short ways of reading may trip over.

use proptest::prelude::*;

/// Beginnings and ends of all that goes over a line or means something by its column.
const LINES: [&str; 64] = [
    "ports:",
    "ports:",
    "ports:",
    "ports:",
    "a:",
    "b: c",
    "c: |",
    "c: >-",
    "\"q\": x",
    "? k",
    "? - k",
    ": v",
    ": - v",
    "- a",
    "- a",
    "- a: b",
    "- a: b",
    "- a: b",
    "- a:",
    "- ",
    "-",
    "- - a",
    "- - - a",
    "-  b",
    "- \"q",
    "q\"",
    "- 'q",
    "q'",
    "- |",
    "- |2",
    "- |+",
    "- |1-",
    "- >",
    "- >1+",
    "- [a,",
    "b]",
    "- [a, b]",
    "- {",
    "c: d}",
    "- { a: b, c: [d] }",
    "- ? a",
    "- ? - a",
    "- : a",
    "- &x a",
    "- *x",
    "- !t a",
    "- a # c",
    "# c",
    "",
    " ",
    "text",
    "text # c",
    "text: # c",
    "- text",
    "- text: |",
    "- ~",
    "---",
    "--- a",
    "...",
    "%YAML 1.2",
    "- @",
    "\t- a",
    "-\ta",
    "- a:\tb",
];

/// Lines of all kinds at all columns.
pub(super) fn soup() -> impl Strategy<Value = String> {
    let line = (
        prop_oneof![4 => Just(0_usize), 8 => Just(2), 4 => 0..6_usize],
        0..LINES.len(),
    );
    let lines = prop::collection::vec(line, 0..14);
    (
        lines,
        prop_oneof![8 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")],
    )
        .prop_map(|(lines, end)| {
            lines
                .iter()
                .map(|(column, line)| format!("{}{}{end}", " ".repeat(*column), LINES[*line]))
                .collect()
        })
}

/// A list as a policy has it, what may come before and behind it, and here and there a line that does
/// not belong there.
pub(super) fn list() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "",
        "a: b\n",
        "---\n",
        "a: |\n  b\n",
        "a:\n  - b\n  - c\n",
        "a: [b,\n c]\n",
        "? k\n: v\n",
        "? k\n",
        "# c\n",
    ]);
    let tail = prop::sample::select(vec![
        "",
        "a: b\n",
        "...\n",
        "---\n",
        "b:\n  - c\n",
        "b: |\n  - c\n",
        "? k\n",
        "# c\n",
        "  # c\n",
        "\n\n",
        "c",
        "&x\n",
    ]);
    let item = (prop::collection::vec(1..LINES.len(), 0..4), 0..12_usize);
    (head, 0..4_usize, prop::collection::vec(item, 1..6), tail).prop_map(
        |(head, column, items, tail)| {
            let spaces = " ".repeat(column);
            let mut text = format!("{head}ports:\n");
            for (lines, odd) in items {
                text.push_str(&format!("{spaces}- name: x\n"));
                // Most items hold what an item may hold.
                for (line, more) in lines.iter().zip(0..) {
                    let line = if odd == more {
                        LINES[*line].to_owned()
                    } else {
                        format!("k{more}: {}", VALUES[*line % VALUES.len()])
                    };
                    text.push_str(&format!("{spaces}  {line}\n"));
                }
            }
            text + tail
        },
    )
}

/// What may stand behind a key.
const VALUES: [&str; 15] = [
    "a",
    "",
    "[a, b]",
    "{ a: b }",
    "'a'",
    "\"a\"",
    "|\n      a\n\n      b\n",
    ">-\n      a",
    "\n      - a\n      - b",
    "a\n      b",
    "\"a\n      b\"",
    "a # c",
    "~",
    "[a,\n      b]",
    "|\n",
];
