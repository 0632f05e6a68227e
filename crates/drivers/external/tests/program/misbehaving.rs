use std::path::Path;
use std::time::Duration;

use vifguard_driver::{Driver, Error, Scope};
use vifguard_external::{External, Options};

use crate::{desired, driver, options, path, ports, runs};

/// Asks for counters, and checks that the error names the program, the call, and has these words.
#[track_caller]
fn says(script: &str, words: &[&str]) {
    let error = driver(script).counters().unwrap_err();
    of(&error, script, "counters", words);
}

#[track_caller]
fn of(error: &Error, script: &str, call: &str, words: &[&str]) {
    let text = error.to_string();
    let name = path(script).display().to_string();
    for word in [call, name.as_str()].iter().chain(words) {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
}

#[test]
fn one_that_ends_before_it_answers() {
    says(
        "dies",
        &[
            "exit status: 3",
            "it complained: no luck today",
            "tell whoever maintains it",
        ],
    );
}

#[test]
fn one_that_cannot_begin() {
    let error = driver("dies-at-once").counters().unwrap_err();
    of(
        &error,
        "dies-at-once",
        "hello",
        &["127", "cannot find my library"],
    );
    let error = driver("no-such").counters().unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    of(
        &error,
        "no-such",
        "hello",
        &["No such file", "check the path"],
    );
    let error = driver("plain").counters().unwrap_err();
    of(
        &error,
        "plain",
        "hello",
        &[
            "cannot be started",
            "check the path, its rights and its first line",
        ],
    );
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"));
    let error = External::new(Options::of(directory))
        .counters()
        .unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
}

#[test]
fn one_that_says_something_else() {
    says(
        "garbage",
        &[
            "\"Traceback (most recent call last):\"",
            "tell whoever maintains it",
        ],
    );
    says("neither", &["neither ok nor error", "{\\\"id\\\":2}"]);
    says("extra", &["unknown field `weather`"]);
    says("wrong-id", &["answered request 7 when 2 was asked"]);
    says("torn", &["its answer breaks off", "{\\\"id\\\":2,\\\"ok"]);
}

#[test]
fn one_that_says_too_much() {
    says("long", &["longer than 1048576 bytes", "xxx…"]);
    let mut driver = driver("unasked");
    driver.counters().unwrap();
    // What it says beside its answer may come a moment later: then it is the answer to the wrong request.
    let text = driver.counters().unwrap_err().to_string();
    let wrong = text.contains("nobody asked") || text.contains("answered request 2 when 3");
    assert!(wrong, "{text}");
}

#[test]
fn words_that_are_not_the_contracts() {
    for (script, words) in [
        (
            "level",
            ["unknown variant `mostly`", "`full`, `partial`, `none`"],
        ),
        (
            "sentence",
            ["mac: a level other than full needs a sentence", "protocol"],
        ),
    ] {
        let error = driver(script).probe().unwrap_err();
        of(&error, script, "probe", &words);
    }
    says("reason", &["\"bad-luck\" is none of runt, mac, vlan"]);
}

/// "As it should be" is said of a port only if the program said so.
#[test]
fn a_port_that_is_not_accounted_for() {
    let asked = [
        (&["web"][..], "a port \"a\", which was not asked for"),
        (&["a", "b"], "it accounts for 3 ports, and was asked for 2"),
        (
            &["a", "b", "e", "f", "g"],
            "it accounts for 3 ports, and was asked for 5",
        ),
        (&["a", "b", "c", "e"], ""),
    ];
    for (names, words) in asked {
        let answer = driver("good").apply(&ports(names));
        match words {
            "" => drop(answer.unwrap()),
            words => of(&answer.unwrap_err(), "good", "apply", &[words]),
        }
    }
}

#[test]
fn a_protocol_of_another_time() {
    let error = driver("protocol").counters().unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    of(
        &error,
        "protocol",
        "hello",
        &[
            "speaks protocol 2, and this vifguard speaks 1",
            "install a release",
        ],
    );
}

/// Whatever it waits for, it is ended, with what it started.
#[test]
fn one_that_does_not_answer() {
    let options = Options {
        patience: Duration::from_millis(300),
        ..options("stuck")
    };
    let error = External::new(options).counters().unwrap_err();
    of(
        &error,
        "stuck",
        "counters",
        &[
            "gave no answer for 0.3 s and was ended",
            "see what is in force",
        ],
    );
    let text = error.to_string();
    let (_, started) = text.split_once("waiting for ").unwrap();
    let started: String = started.chars().take_while(char::is_ascii_digit).collect();
    assert!(!runs(&started), "{started} still runs");
}

#[test]
fn one_that_closes_its_output() {
    says("silent", &["closed its output before it answered"]);
}

/// More than a pipe holds: who writes and waits for the reader would wait for ever.
#[test]
fn one_that_does_not_listen() {
    let options = Options {
        patience: Duration::from_millis(300),
        ..options("deaf")
    };
    let mut long = desired();
    let port = long.ports[0].clone();
    long.ports.resize(10_000, port);
    let error = External::new(options).preview(&long).unwrap_err();
    of(&error, "deaf", "preview", &["gave no answer"]);
}

#[test]
fn what_it_refuses_itself() {
    let mut driver = driver("refuses");
    let unsupported = driver.probe().unwrap_err();
    assert!(
        matches!(unsupported, Error::Unsupported { .. }),
        "{unsupported}"
    );
    assert!(
        unsupported.to_string().contains("no tables here"),
        "{unsupported}"
    );
    assert!(
        unsupported.to_string().contains("install them"),
        "{unsupported}"
    );
    let privilege = driver.preview(&desired()).unwrap_err();
    assert!(matches!(privilege, Error::Privilege), "{privilege}");
    let port = driver.apply(&desired()).unwrap_err();
    assert!(
        matches!(&port, Error::Port { port, .. } if port == "web"),
        "{port}"
    );
    let disturbed = driver.observe().unwrap_err();
    assert!(matches!(disturbed, Error::Disturbed { .. }), "{disturbed}");
    let failed = driver.counters().unwrap_err();
    of(
        &failed,
        "refuses",
        "counters",
        &["it could not read the table: it is locked"],
    );
    let unknown = driver.remove(&Scope::Port("web".to_owned())).unwrap_err();
    assert!(matches!(unknown, Error::NoSuchPort(_)), "{unknown}");
}

/// After an error a new one is asked, and nothing of the old one is left.
#[test]
fn the_next_question_goes_to_another() {
    let mut driver = driver("dies");
    for _ in 0..2 {
        let error = driver.counters().unwrap_err();
        of(&error, "dies", "counters", &["exit status: 3"]);
    }
}

#[test]
fn one_that_does_not_go_is_ended() {
    let mut driver = driver("lingers");
    let process = driver.observe().unwrap().drift[0].what.clone();
    assert!(runs(&process));
    drop(driver);
    assert!(!runs(&process));
}
