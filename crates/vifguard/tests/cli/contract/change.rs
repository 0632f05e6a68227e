use std::process::Command;

use vifguard_contract::Contract;

use super::Directory;
use crate::support::{PROGRAM, Ran, TempFile, vifguard};

#[track_caller]
fn changed(from: &str, to: &str) -> String {
    assert!(Contract::TEXT.contains(from), "there is no {from}");
    Contract::TEXT.replacen(from, to, 1)
}

const WALTZ: &str = "[[feature]]
id = \"waltz\"
kind = \"extended\"
promise = \"A waltz is played through the PC speaker.\"
levels = { \"0.1.0\" = \"advisory\" }
check = \"waltz\"

[profiles]";

#[test]
fn the_contract_may_stay_as_it_is() {
    let base = TempFile::new(Contract::TEXT);
    let ran = vifguard(&["contract", "check", "--change", base.path()]).ends(0);
    ran.says("ok: nothing stands against the change from");
}

#[test]
fn a_feature_may_be_added_though_every_driver_lacks_it() {
    let base = TempFile::new(Contract::TEXT);
    let new = TempFile::new(changed("[profiles]", WALTZ));
    vifguard(&[
        "contract",
        "check",
        "--change",
        base.path(),
        "-f",
        new.path(),
    ])
    .ends(0)
    .says("feature waltz is new: advisory at 0.1.0")
    .says("ok: ");
}

#[test]
fn what_must_not_be_merged_is_said_with_what_to_do() {
    let base = TempFile::new(Contract::TEXT);
    let asks = |text: &str| {
        let new = TempFile::new(text);
        vifguard(&[
            "contract",
            "check",
            "--change",
            base.path(),
            "-f",
            new.path(),
        ])
    };
    asks(&changed(
        "[profiles]",
        &WALTZ.replace("advisory", "required"),
    ))
    .ends(1)
    .says("notice: feature waltz: it becomes required at 0.1.0, where it was not there")
    .says("instead: let it be advisory, and required at 0.3.0 or later")
    .says("1 objection against the change from");
    asks(&changed(
        "promise = \"the IPv4 source\"",
        "promise = \"the source\"",
    ))
    .ends(1)
    .says("promise: feature ipv4: its promise was changed");
    let ran = asks(&changed(
        "mac = \"full\"",
        "mac = { none = \"too much work\" }",
    ))
    .ends(1);
    ran.says("loss: driver nft: it had mac full and now says none")
        .says("<nft@vifguard.example> answers for it");
}

#[test]
fn a_change_in_a_form_for_programs() {
    let base = TempFile::new(Contract::TEXT);
    let new = TempFile::new(changed(
        "promise = \"the IPv4 source\"",
        "promise = \"the source\"",
    ));
    let args = [
        "contract",
        "check",
        "--change",
        base.path(),
        "-f",
        new.path(),
        "--json",
    ];
    let json = vifguard(&args).ends(1).json();
    let objection = &json["result"]["objections"][0];
    assert_eq!(objection["rule"], "promise");
    assert_eq!(objection["object"], "feature ipv4");
    assert_eq!(json["result"]["base"], base.path());
}

/// As a CI asks, of a revision of the repository.
#[test]
fn a_revision_is_a_base() {
    let repository = Directory::new("git");
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args([
            "-c",
            "user.name=n",
            "-c",
            "user.email=n@example.org",
            "-c",
            "commit.gpgsign=false",
        ]);
        // No hooks, and nothing of whoever runs the test.
        git.env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        let ran = git
            .args(arguments)
            .current_dir(repository.path())
            .output()
            .unwrap();
        assert!(ran.status.success(), "{arguments:?}: {ran:?}");
    };
    let asks = |arguments: &[&str]| {
        let mut program = Command::new(PROGRAM);
        program
            .args(["contract", "check", "--change"])
            .args(arguments);
        Ran::of(program.current_dir(repository.path()).output().unwrap())
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    repository.write("other.txt", "nothing yet");
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "before"]);
    git(&["tag", "before"]);
    repository.write("contract/contract.toml", Contract::TEXT);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "the contract"]);
    asks(&["main"])
        .ends(0)
        .says("ok: nothing stands against the change from main");
    // The file of the working tree, against the same file of a revision.
    let file = "contract/contract.toml";
    repository.write(
        file,
        &changed("promise = \"the IPv4 source\"", "promise = \"the source\""),
    );
    asks(&["HEAD", "-f", file])
        .ends(1)
        .says("promise: feature ipv4");
    asks(&["before"])
        .ends(66)
        .says("before:contract/contract.toml");
    asks(&["no-such-branch"])
        .ends(66)
        .says("neither a file nor a revision");
    asks(&["--change=--help"]).ends(2);
    let dashed = ["contract", "check", "--change=--exec=x"];
    vifguard(&dashed)
        .ends(66)
        .says("neither a file nor a revision");
}
