//! The conversation in `docs/external-drivers.md`: each of its lines is one that is really said, by the
//! schema, and what vifguard says in it is what it says.

use boon::{Compiler, Schemas};
use serde_json::Value;
use vifguard_external::schema;
use vifguard_external::wire::{Asked, Call, Request, Scope};

use crate::desired;

const DOC: &str = include_str!("../../../../../docs/external-drivers.md");

/// The lines of a conversation, `>` to the program and `<` from it.
fn transcript() -> Vec<(bool, Value)> {
    let (_, rest) = DOC.split_once("```transcript\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    text.lines()
        .map(|line| {
            let (whose, json) = line.split_once(' ').unwrap();
            (whose == ">", serde_json::from_str(json).unwrap())
        })
        .collect()
}

fn valid(name: &str, value: &Value) -> Result<(), String> {
    let mut compiler = Compiler::new();
    compiler.add_resource("lines.json", schema()).unwrap();
    let mut schemas = Schemas::new();
    let place = format!("lines.json#/$defs/{name}");
    let index = compiler.compile(&place, &mut schemas).unwrap();
    let answer = schemas.validate(value, index);
    answer.map_err(|error| format!("{name}: {error:#}\n{value}"))
}

#[test]
fn every_line_of_it_is_one_of_the_protocols() {
    let lines = transcript();
    let mut asked = String::new();
    let mut calls = Vec::new();
    for (ours, line) in &lines {
        let name = match (ours, line.get("event"), line.get("error")) {
            (true, ..) => {
                asked = line["call"].as_str().unwrap().to_owned();
                calls.push(asked.clone());
                "request".to_owned()
            }
            (false, Some(_), _) => "event".to_owned(),
            (false, _, Some(_)) => "failure".to_owned(),
            (false, ..) => format!("answer-to-{asked}"),
        };
        valid(&name, line).unwrap_or_else(|error| panic!("{error}"));
    }
    calls.sort_unstable();
    calls.dedup();
    let all = [
        "apply", "counters", "hello", "observe", "preview", "probe", "remove", "watch",
    ];
    assert_eq!(calls, all, "every call is shown");
}

/// What vifguard says is what the schema says that it says.
#[test]
fn every_request_is_valid() {
    let asked = || Asked::from(&desired());
    let calls = [
        Call::Hello {
            protocol: 1,
            vifguard: "0.1.0".to_owned(),
        },
        Call::Probe,
        Call::Preview { desired: asked() },
        Call::Apply { desired: asked() },
        Call::Observe,
        Call::Counters,
        Call::Remove { scope: Scope::All },
        Call::Remove {
            scope: Scope::Port("web".to_owned()),
        },
        Call::Watch,
    ];
    for call in calls {
        let request = serde_json::to_value(Request { id: 1, call }).unwrap();
        valid("request", &request).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn a_port_is_spelled_out() {
    let asked = serde_json::to_value(Asked::from(&desired())).unwrap();
    let port = &asked["ports"][0];
    assert_eq!(
        asked["host"]["guarded"],
        serde_json::json!(["tap*", "vnet7"])
    );
    assert_eq!(
        port["v4"],
        serde_json::json!(["192.0.2.10/32", "198.51.100.0/28"])
    );
    assert_eq!(
        port["v6"],
        serde_json::json!(["2001:db8::a/128", "fe80::ff:fe00:a/128"])
    );
    let others = &port["link_local"]["any-but"];
    assert!(
        others.as_array().unwrap().contains(&"fe80::1/128".into()),
        "{others}"
    );
    assert!(port["index"].is_null());
}

/// The schema refuses what the reader refuses.
#[test]
fn other_lines_are_not_valid() {
    for (name, line) in [
        ("request", r#"{"id":1,"call":"dance"}"#),
        (
            "answer-to-probe",
            r#"{"id":1,"ok":{"features":{"mac":{"level":"mostly"}}}}"#,
        ),
        (
            "answer-to-counters",
            r#"{"id":1,"ok":{"devices":{"t":{"refused":{"bad-luck":1}}}}}"#,
        ),
        ("answer-to-observe", r#"{"id":1,"ok":{"present":true}}"#),
        ("failure", r#"{"id":1,"error":{"kind":"step"}}"#),
        ("event", r#"{"event":"rain"}"#),
    ] {
        let line = serde_json::from_str(line).unwrap();
        assert!(valid(name, &line).is_err(), "{name}: {line}");
    }
}
