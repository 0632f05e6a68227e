//! Files that are no YAML, no text, or not whole.

use vifguard_policy::Policy;

use crate::common::{accepted, errors, refused};

const CUT_OFF: &str = "the file ends in the middle of something; close every bracket and give every \
                       key its ':', or is the file cut off?";
const EMPTY: &str = "1:1: the file is empty; write at least version: 1";
const INDENTATION: &str = "the indentation does not fit the lines above; align the keys of a mapping, and the '-' of a list";

#[test]
fn an_empty_file_is_told_what_to_begin_with() {
    for text in [
        "",
        "\n",
        "# a comment\n",
        "---\n",
        "~",
        "\u{feff}",
        "\r\n\r\n",
    ] {
        refused(text, &[EMPTY]);
    }
}

#[test]
fn nothing_is_nothing_in_every_file() {
    let host = "has no value; write key: value pairs; the keys are guarded_interfaces and unknown";
    for nothing in ["~", "null", "Null", "NULL", ""] {
        for comment in ["# a", "# \u{e9}"] {
            let text = format!("{comment}\nversion: 1\nports: []\nhost: {nothing}\n");
            let column = if nothing.is_empty() { 5 } else { 7 };
            refused(&text, &[&format!("4:{column}: host: {host}")]);
        }
    }
}

#[test]
fn a_file_that_is_cut_off_is_asked_whether_it_is() {
    refused(
        "version: 1\nports: [{name: a\n",
        &[&format!("2:17: {CUT_OFF}")],
    );
    refused(
        r#"{"version": 1, "ports": ["#,
        &[&format!("1:26: {CUT_OFF}")],
    );
    refused("version: 1\nports", &[&format!("2:6: {CUT_OFF}")]);
    let quote = "2:8: the quote that opens here is never closed; close it, or is the file cut off?";
    refused("version: 1\nports: \"a\n", &[quote]);
}

#[test]
fn every_cut_of_a_json_file_is_refused() {
    let text = r#"{"version": 1, "networks": [{"name": "n", "kind": "flat"}], "ports": []}"#;
    accepted(text);
    for end in 0..text.len() {
        assert_ne!(errors(&text[..end]).len(), 0, "{}", &text[..end]);
    }
}

#[test]
fn tabs_and_indentation() {
    let tab = "a tab where YAML wants spaces; write spaces";
    refused(
        "version: 1\nports:\n\t- name: x\n",
        &[&format!("3:2: {tab}")],
    );
    refused("version:\t1\n", &[&format!("1:10: {tab}")]);
    refused(
        "version: 1\nports:\n  - name: x\n   mac: y\n",
        &[&format!("4:4: {INDENTATION}")],
    );
    refused("version: 1\n- a\n", &[&format!("2:3: {INDENTATION}")]);
}

#[test]
fn brackets_quotes_and_signs() {
    refused(
        "version: 1\nports: ]\n",
        &["2:8: a bracket closes that was never opened; remove it"],
    );
    let missing = "1:22: a ',' or a closing bracket is missing before this";
    refused("{\"version\": 1 \"ports\": []}", &[missing]);
    refused(
        "version: 1\nports: [a, b\nhost: x\n",
        &["3:5: a ':' inside [ ]; is a ']' missing above?"],
    );
    let colon =
        "2:8: a ':' where none can be; align the keys, and put a text that holds ': ' in quotes";
    refused("version: 1\nhost: a: b\n", &[colon]);
    let sign = "2:8: no text begins with this character, unless it is in quotes; write quotes";
    refused("version: 1\nports: @x\n", &[sign]);
    let escape = "2:8: no such escape in a text in double quotes; write \\\\ for a backslash";
    refused("version: 1\nports: \"a\\qb\"\n", &[escape]);
    refused(
        "{\"version\": 1,, \"ports\": []}",
        &["1:15: a value is missing here"],
    );
    let trailing = "2:11: more text follows the closing quote; put all of it into the quotes";
    refused("version: 1\nhost: \"a\" b\n", &[trailing]);
    refused(
        "version: 1\nports: []#x\n",
        &["2:10: write a space before the '#' of a comment"],
    );
}

#[test]
fn what_yaml_has_and_a_policy_does_not() {
    let second =
        "a second document begins here; a policy is one document: remove the line and join both";
    refused("version: 1\n---\nports: []\n", &[&format!("2:1: {second}")]);
    let anchor = "1:10: anchors are not read; remove the word that begins with '&'";
    let alias = "2:8: aliases are not read; write the value out, without the '*'";
    refused("version: &x 1\nports: *x\n", &[anchor, alias]);
    let unknown =
        "2:8: aliases are not read; if the '*' belongs to the text, put the text in quotes";
    refused("version: 1\nports: *x\n", &[unknown]);
    let tag = "1:10: tags are not read; remove the word that begins with '!'";
    refused("version: !!int 1\nports: []\n", &[tag]);
    refused(
        "version: 1\n<<: {}\nports: []\n",
        &["2:1: merge keys are not read; write the keys out"],
    );
}

#[test]
fn depth_is_bounded() {
    refused(
        &"[".repeat(100),
        &["1:33: nested more than 32 levels deep; no policy is"],
    );
    refused(
        &"- ".repeat(10_000),
        &["1:65: nested more than 32 levels deep; no policy is"],
    );
    refused(&"[".repeat(1000), &["1:256: nested too deep; no policy is"]);
}

#[test]
fn control_characters_end_no_file_early() {
    let zero = "1:11: the file holds a control character (0x00); is it damaged?";
    refused("version: 1\0\0\0\0", &[zero]);
    let escape = "2:3: the file holds a control character (0x1b); is it damaged?";
    refused("version: 1\n# \u{1b}[2J", &[escape]);
}

#[test]
fn bytes_that_are_no_text() {
    let error = |bytes: &[u8]| Policy::parse_bytes(bytes, "p").unwrap_err().to_string();
    assert_eq!(
        error(b"version: 1\n# M\xfcller\n"),
        "p:2:4: the byte 0xfc is not UTF-8; save it as UTF-8"
    );
    assert_eq!(
        error(b"\xff\xfev\0e\0r\0"),
        "p:1:1: the file is UTF-16; save it as UTF-8"
    );
    assert_eq!(error(b""), format!("p:{EMPTY}"));
}
