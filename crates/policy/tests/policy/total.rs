//! Whatever a file holds, reading it ends with a policy or with errors that can be shown.

use proptest::prelude::*;
use proptest::sample::Index;
use vifguard_policy::Policy;

const VALID: &str = r#"
version: 1
host: { guarded_interfaces: ["tap*", vnet0], unknown: audit }
networks:
  - name: public
    kind: flat   # é
    reserved: [192.0.2.1, "fe80::1", { mac: "02:00:00:00:00:fe", shared: true }]
  - { name: lab, kind: private, relaxed_ports: true }
ports:
  - name: web-1
    network: public
    device: tap-web1
    mac: "02:00:00:00:00:01"
    extra_macs: [{ mac: "00:00:5e:00:01:07", shared: true }]
    addresses: [192.0.2.10, "2001:db8::10", { address: 192.0.2.100, shared: true }]
    profile: strict
    guards: { dhcp-server: off, l2: 'on' }
    link_local: any
    ethertypes: [0x88cc, 35021]
    mode: enforce
    enforcement: best-effort
  - name: >-
      folded
    network: lab
    device: tap-2
    mac: 02-00-00-00-00-02
"#;

/// Pieces that mean something to YAML, to JSON, or to a terminal.
const PIECES: [&str; 41] = [
    "",
    " ",
    "\n",
    "\r\n",
    "\t",
    ":",
    ": ",
    "- ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "#",
    " #",
    "&a ",
    "*a",
    "!!str ",
    "! ",
    "|",
    ">",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "<<: ",
    "\\",
    "\\u0000",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "é",
    "\u{202e}",
    "\u{1b}",
    "\0",
    "null",
    "~",
    "0x",
    "\\e",
];

fn check(text: &str) {
    match Policy::parse(text, "p") {
        Ok(policy) => {
            assert_eq!(policy.identities().len(), policy.ports().len());
        }
        Err(errors) => {
            assert!(!errors.as_slice().is_empty());
            for error in errors.as_slice() {
                assert!(error.line >= 1 && error.column >= 1);
                assert!(!error.snippet().contains(['\u{1b}', '\0', '\u{202e}', '\t']));
                assert!(
                    error.excerpt.marked.end
                        <= error
                            .excerpt
                            .text
                            .chars()
                            .count()
                            .max(error.excerpt.marked.start)
                );
            }
        }
    }
}

fn boundary(text: &str, index: &Index) -> usize {
    let mut at = index.index(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[test]
fn the_valid_file_is_valid() {
    assert_eq!(
        Policy::parse(VALID, "p").map(|policy| policy.ports().len()),
        Ok(2)
    );
}

#[test]
fn every_cut_of_it() {
    for (at, _) in VALID.char_indices() {
        check(&VALID[..at]);
        check(&VALID[at..]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn arbitrary_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn arbitrary_bytes(bytes in any::<Vec<u8>>()) {
        if let Err(errors) = Policy::parse_bytes(&bytes, "p") {
            assert!(!errors.to_string().is_empty());
        }
    }

    #[test]
    fn pieces_of_yaml(pieces in prop::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        check(&text);
    }

    #[test]
    fn mutations_of_a_valid_file(
        edits in prop::collection::vec((any::<Index>(), 0..8_usize, 0..PIECES.len()), 1..6),
    ) {
        let mut text = VALID.to_owned();
        for (index, cut, piece) in edits {
            let start = boundary(&text, &index);
            let mut end = (start + cut).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(start..end, PIECES[piece]);
        }
        check(&text);
    }

    #[test]
    fn moved_lines(from in any::<Index>(), to in any::<Index>()) {
        let mut lines: Vec<&str> = VALID.lines().collect();
        let line = lines.remove(from.index(lines.len()));
        lines.insert(to.index(lines.len() + 1), line);
        check(&lines.join("\n"));
    }
}
