use crate::support::{TempFile, policy, vifguard, vifguard_reading};

#[test]
fn a_good_policy_is_counted() {
    let file = TempFile::new(policy(&["tap1", "tap2"]));
    let ran = vifguard(&["check", "-f", file.path()]).ends(0);
    assert_eq!(ran.out, "ok: 2 ports on 1 network\n");
    assert_eq!(ran.err, "");
}

#[test]
fn json_counts_too() {
    let file = TempFile::new(policy(&["tap1"]));
    let json = vifguard(&["check", "--json", "-f", file.path()])
        .ends(0)
        .json();
    assert_eq!(json["command"], "check");
    assert_eq!(json["result"]["ports"], 1);
    assert_eq!(json["result"]["networks"], 1);
}

#[test]
fn standard_input_is_a_file_too() {
    vifguard_reading(&policy(&[]), &["check", "-f", "-"])
        .ends(0)
        .says("ok: 0 ports on 1 network");
}

#[test]
fn every_error_is_shown_with_its_place() {
    let text = policy(&["tap1", "tap1"]).replace("kind: private", "kind: privat");
    let file = TempFile::new(text);
    let ran = vifguard(&["check", "-f", file.path()]).ends(65);
    assert_eq!(ran.out, "");
    assert!(
        ran.err.contains(&format!("{}:3:", file.path())),
        "{}",
        ran.err
    );
    assert!(ran.err.contains(" | "), "no snippet in {}", ran.err);
    assert!(ran.err.contains("^^^"), "no mark in {}", ran.err);
    let last = ran.err.lines().last().unwrap();
    assert!(last.contains("correct the file"), "{last}");
}

#[test]
fn errors_have_a_stable_form_for_programs() {
    let text = policy(&["tap1"]).replace("02:00:00:00:00:01", "03:00:00:00:00:01");
    let ran = vifguard_reading(&text, &["check", "-f", "-", "--json"]).ends(65);
    let json = ran.json();
    let error = &json["error"]["policy"][0];
    assert_eq!(error["file"], "standard input");
    assert_eq!(error["line"], 5);
    assert_eq!(error["object"], "port port-1");
    assert_eq!(error["field"], "mac");
    assert_eq!(error["text"], "03:00:00:00:00:01");
    assert!(error["message"].as_str().unwrap().contains("group address"));
    assert!(
        json["error"]["advice"]
            .as_str()
            .unwrap()
            .contains("correct the file")
    );
}

#[test]
fn a_missing_file_is_66() {
    vifguard(&["check", "-f", "/nowhere/policy.yaml"])
        .ends(66)
        .says("/nowhere/policy.yaml");
    vifguard(&["check", "-f", "/"])
        .ends(66)
        .says("not its directory");
}

#[test]
fn a_half_written_file_is_an_error() {
    let text = policy(&["tap1", "tap2"]);
    let begin = text.find("- {").unwrap() + 3;
    let end = text.find(" }\n  -").unwrap();
    for length in (begin..end).step_by(5) {
        vifguard_reading(&text[..length], &["check", "-f", "-"])
            .ends(65)
            .says("nothing was changed");
    }
    // What a crash leaves on some file systems.
    let zeros = text.replace("tap2", "\0\0\0\0");
    vifguard_reading(&zeros, &["check", "-f", "-"])
        .ends(65)
        .says("damaged");
}

#[test]
fn a_name_over_15_bytes_is_an_error_with_its_place() {
    let file = TempFile::new(policy(&["tap-of-the-first-guest"]));
    vifguard(&["check", "-f", file.path()])
        .ends(65)
        .says("at most 15")
        .says(":5:");
}

/// A script that reads nothing from a full disk must not go on as if all were well.
#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let file = TempFile::new(policy(&["tap1"]));
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_vifguard"))
        .args(["check", "-f", file.path()])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(74));
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("the answer cannot be written"), "{said}");
}
