use saphyr_parser::ScanError;

use crate::spot::{Spot, narrow};

/// A piece of what the parser says, and what the writer of the file should hear.
const SENTENCES: [(&str, &str); 21] = [
    ("tab", TAB),
    ("valid YAML whitespace", TAB),
    (
        "unexpected end of stream",
        "the quote that opens here is never closed; close it, or is the file cut off?",
    ),
    (
        "mapping values are not allowed",
        "a ':' where none can be; align the keys, and put a text that holds ': ' in quotes",
    ),
    (
        "illegal placement of ':'",
        "a ':' inside [ ]; is a ']' missing above?",
    ),
    ("expected '-' indicator", INDENTATION),
    ("did not find expected key", INDENTATION),
    ("invalid indentation", INDENTATION),
    ("block sequence entries are not allowed", INDENTATION),
    (
        "misplaced bracket",
        "a bracket closes that was never opened; remove it",
    ),
    (
        "',' or",
        "a ',' or a closing bracket is missing before this",
    ),
    (
        "unexpected character",
        "no text begins with this character, unless it is in quotes; write quotes",
    ),
    (
        "unknown anchor",
        "aliases are not read; if the '*' belongs to the text, put the text in quotes",
    ),
    ("escape", ESCAPE),
    ("hexadecimal", ESCAPE),
    ("expected node content", "a value is missing here"),
    ("recursion limit", "nested too deep; no policy is"),
    (
        "comments must be separated",
        "write a space before the '#' of a comment",
    ),
    (
        "trailing content",
        "more text follows the closing quote; put all of it into the quotes",
    ),
    ("simple key", "a ':' is missing after the key above"),
    (
        "byte order mark",
        "a byte order mark in the middle of the file; remove it",
    ),
];

const TAB: &str = "a tab where YAML wants spaces; write spaces";
const INDENTATION: &str = "the indentation does not fit the lines above; \
                           align the keys of a mapping, and the '-' of a list";
const ESCAPE: &str = "no such escape in a text in double quotes; write \\\\ for a backslash";
const CUT_OFF: &str = "the file ends in the middle of something; \
                       close every bracket and give every key its ':', or is the file cut off?";

/// What a file that is neither YAML nor JSON is told: where reading ended, and the likely cause.
pub(super) fn sentence(error: &ScanError, text: &str) -> (Spot, String) {
    let marker = error.marker();
    let byte = text
        .char_indices()
        .nth(marker.index())
        .map_or(text.len(), |(byte, _)| byte);
    let rest = &text[byte..];
    if rest.trim().is_empty() {
        // The parser counts a line more than there is.
        return (
            Spot::at_byte(text, text.trim_end().len()),
            CUT_OFF.to_owned(),
        );
    }
    let spot = Spot {
        index: narrow(marker.index()),
        line: narrow(marker.line()),
        column: narrow(marker.col() + 1),
        width: 1,
    };
    (spot, likely_cause(error.info(), rest))
}

fn likely_cause(info: &str, rest: &str) -> String {
    if rest.starts_with('\t') {
        return TAB.to_owned();
    }
    match SENTENCES.iter().find(|(part, _)| info.contains(part)) {
        Some((_, sentence)) => (*sentence).to_owned(),
        None => format!("neither YAML nor JSON from here on: {info}"),
    }
}
