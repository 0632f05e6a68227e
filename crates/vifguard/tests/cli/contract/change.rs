use vifguard_contract::Contract;

use crate::support::{TempFile, vifguard};

#[track_caller]
pub(super) fn changed(from: &str, to: &str) -> String {
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
    ran.says("ok: nothing stands against the change: the contract in vifguard ")
        .says(&format!(" against {}", base.path()));
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
    .says("1 objection against the change: ");
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
    assert_eq!(json["result"]["old"], base.path());
    assert_eq!(json["result"]["new"], new.path());
    assert!(json["result"]["commit"].is_null());
}
