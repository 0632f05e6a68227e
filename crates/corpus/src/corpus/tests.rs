use std::error::Error;

use vifguard_policy::Profile;
use vifguard_verdict::{Reason, Verdict};

use super::Corpus;

/// A case of this text, in a file of its own.
fn read(case: &str) -> Result<Corpus, String> {
    Corpus::of(&[("file.json", format!("[{case}]").as_str())])
        .map_err(|error| format!("{error}: {}", error.source().unwrap()))
}

fn case(rest: &str) -> String {
    let eth = r#"{ "eth": { "dst": "02:00:00:00:00:0b", "src": "02:00:00:00:00:0a", "type": 0 } }"#;
    format!(
        r#"{{ "name": "x", "story": "y", "source": ["1"], "frame": [{eth}], "hex": "00 ff", {rest} }}"#
    )
}

const EXPECT: &str =
    r#""expect": { "strict": "l2", "forwarder": "l2", "self-addressed": "l2", "open": "pass" }"#;

#[test]
fn a_case_has_its_bytes_and_its_verdicts() {
    let corpus = read(&case(EXPECT)).unwrap();
    assert_eq!(corpus.cases[0].frame, [0, 0xff]);
    let expected = corpus.cases[0].expect(Profile::Forwarder);
    assert_eq!(expected.verdict, Verdict::Refuse(Reason::L2));
    assert_eq!(expected.passes(), Some(false));
}

#[test]
fn either_leaves_a_driver_the_choice_and_the_judge_none() {
    let either = r#"{ "verdict": "pass", "driver_may": "ipv6-malformed" }"#;
    let expect = EXPECT.replace("\"open\": \"pass\"", &format!("\"open\": {either}"));
    let expected = read(&case(&expect)).unwrap().cases[0].expect(Profile::Open);
    assert_eq!(expected.passes(), None);
    assert!(expected.allows(Verdict::Pass));
    assert!(expected.allows(Verdict::Refuse(Reason::Ipv6Malformed)));
    assert!(!expected.allows(Verdict::Refuse(Reason::Ipv6)));
}

#[test]
fn single_guards_are_switched_over_a_profile() {
    let with = r#""expect_with": [{ "guards": { "l2": "off", "arp": "off" }, "expect": "pass" }]"#;
    let corpus = read(&case(&format!("{EXPECT}, {with}"))).unwrap();
    let labels: Vec<String> = corpus.cases[0]
        .variants()
        .iter()
        .map(|v| v.label())
        .collect();
    assert_eq!(
        labels,
        [
            "strict",
            "forwarder",
            "self-addressed",
            "open",
            "strict-arp-l2"
        ]
    );
    let policy = corpus.cases[0].policy_text(&corpus.cases[0].variants()[4].choice);
    assert!(
        policy.contains("profile: strict\n    guards: { arp: off, l2: off }\n"),
        "{policy}"
    );
}

#[test]
fn what_means_nothing_is_an_error_with_its_place() {
    let errors = [
        (EXPECT.replace("l2", "l3"), "\"l3\" is no verdict"),
        (
            format!("{EXPECT}, \"judge-only\": true"),
            "unknown field `judge-only`",
        ),
        (
            EXPECT.replace("\"open\"", "\"closed\""),
            "unknown field `closed`",
        ),
        (
            format!(
                r#"{EXPECT}, "expect_with": [{{ "guards": {{ "mac": "on" }}, "expect": "pass" }}]"#
            ),
            "guard mac is already so in profile strict",
        ),
        (
            format!(
                r#"{EXPECT}, "expect_with": [{{ "guards": {{ "vlan": "on" }}, "expect": "pass" }}]"#
            ),
            "\"vlan\" is no guard",
        ),
        (
            format!(r#"{EXPECT}, "port": {{ "mac": "02:00:00:00:00:0a", "guards": {{}} }}"#),
            "unknown field `guards`",
        ),
    ];
    for (rest, message) in errors {
        let error = read(&case(&rest)).unwrap_err();
        assert!(error.contains(message), "{error}");
        assert!(error.starts_with("file.json"), "{error}");
    }
    let odd = case(EXPECT).replace("00 ff", "00 f");
    assert!(read(&odd).unwrap_err().contains("an odd number of digits"));
}
