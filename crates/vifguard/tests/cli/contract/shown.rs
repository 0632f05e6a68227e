use super::{held_later, own};
use crate::support::{TempFile, vifguard, vifguard_reading};
use vifguard_contract::Contract;

#[test]
fn the_matrix_has_every_driver_and_every_feature() {
    let ran = vifguard(&["contract", "matrix"]).ends(0);
    let mut lines = ran.out.lines();
    let head = lines.next().unwrap();
    for driver in &own().drivers {
        assert!(head.contains(&driver.name.to_uppercase()), "{head}");
    }
    for feature in &own().features {
        let row = ran
            .out
            .lines()
            .find(|line| line.starts_with(&format!("{} ", feature.id)));
        let cells: Vec<&str> = row.unwrap().split_whitespace().rev().take(5).collect();
        let said = own()
            .drivers
            .iter()
            .rev()
            .map(|driver| driver.declared(&feature.id));
        let said: Vec<&str> = said.map(|declared| declared.name()).collect();
        assert_eq!(cells, said, "{}", feature.id);
    }
    ran.says("advisory, required from 0.3.0")
        .says("all of baseline")
        .says("waits for nft, ovs, and not for nwfilter, xapi, null");
    let file = TempFile::new(held_later());
    vifguard(&[
        "contract",
        "matrix",
        "--release",
        "0.3.0",
        "--file",
        file.path(),
    ])
    .ends(0)
    .says("waits for nft, ovs, nwfilter, and not for xapi, null")
    .never_says("required from");
}

#[test]
fn the_matrix_in_other_forms() {
    let markdown = vifguard(&["contract", "matrix", "--format", "markdown"]).ends(0);
    let markdown = markdown
        .says("| `mac` | required | full |")
        .says("## ovs: OpenFlow");
    let markdown = markdown.says("- `events`, none: refused frames are counted, not sampled");
    let columns = |line: &str| line.matches(" | ").count();
    let mut table = markdown.out.lines().filter(|line| line.starts_with('|'));
    let width = columns(table.next().unwrap());
    assert!(table.all(|line| columns(line) == width), "{}", markdown.out);
    vifguard(&["contract", "matrix", "--format", "html"])
        .ends(0)
        .says("<!doctype html>")
        .says("<td class=\"full\">full</td>")
        .says("title=\"refused frames are counted, not sampled\"")
        .says("nft@vifguard.example&gt;\"");
    // What programs get, without and with what is around every answer.
    let bare = vifguard(&["contract", "matrix", "--format", "json"]).ends(0);
    let bare: serde_json::Value = serde_json::from_str(&bare.out).unwrap();
    let whole = vifguard(&["contract", "matrix", "--json"]).ends(0).json();
    assert_eq!(whole["command"], "contract");
    assert_eq!(whole["result"], bare);
    assert_eq!(bare["digest"], own().digest());
    let mac = &bare["features"][0];
    assert_eq!(mac["feature"], "mac");
    assert_eq!(mac["level"], "required");
    assert_eq!(mac["cells"][0]["declared"], "full");
    assert!(mac["cells"][0]["proof"].is_null());
}

#[test]
fn the_plan_names_who_owes_what() {
    let file = TempFile::new(held_later());
    let plan = |release: &str, more: &[&str]| {
        let plan = [
            "contract",
            "plan",
            "--file",
            file.path(),
            "--release",
            release,
        ];
        vifguard(&[&plan, more].concat()).ends(0)
    };
    let ran = plan("0.3.0", &[])
        .says("0.1.0 is in the making")
        .says("nft, Maintainers of the nft driver <nft@vifguard.example>\n  owes nothing")
        .says("<nwfilter@vifguard.example>, held from 0.3.0 on\n  by 0.3.0: fdb, missing: a bridge learns");
    // It is held to nothing.
    ran.never_says("null");
    plan("0.1.0", &[]).says("ovs, ").never_says("nwfilter");
    let json = plan("0.3.0", &["--json"]).json();
    let drivers = json["result"]["drivers"].as_array().unwrap();
    let late = drivers
        .iter()
        .find(|driver| driver["driver"] == "nwfilter")
        .unwrap();
    assert_eq!(late["owed"][0]["by"], "0.3.0");
    assert_eq!(late["owed"][0]["lack"], "missing");
    assert_eq!(
        late["maintainers"][0]["contact"],
        "nwfilter@vifguard.example"
    );
}

#[test]
fn another_contract_may_be_asked_about() {
    let waltz = "[[feature]]\nid = \"waltz\"\nkind = \"extended\"\n\
                 promise = \"A waltz is played through the PC speaker.\"\n\
                 levels = { \"0.1.0\" = \"optional\" }\n\n[profiles]";
    let text = Contract::TEXT.replacen("[profiles]", waltz, 1);
    let file = TempFile::new(&text);
    vifguard(&["contract", "matrix", "--file", file.path()])
        .ends(0)
        .says("\nwaltz ");
    vifguard_reading(&text, &["contract", "matrix", "-f", "-"])
        .ends(0)
        .says("\nwaltz ");
}

#[test]
fn a_wrong_contract_is_65_with_every_place() {
    let text = Contract::TEXT
        .replacen("kind = \"guard\"", "kind = \"gaurd\"", 1)
        .replacen("\"ipv6\", \"fdb\"", "\"ipv6\", \"fbd\"", 1);
    let file = TempFile::new(text);
    let ran = vifguard(&["contract", "matrix", "-f", file.path()]).ends(65);
    let ran = ran
        .says("feature mac: \"gaurd\" is no kind; write guard, property or extended")
        .says("profile baseline: there is no feature \"fbd\"")
        .says("correct the file");
    assert_eq!(ran.out, "");
    assert!(
        ran.err.contains(&format!("{}:", file.path())),
        "{}",
        ran.err
    );
    vifguard(&["contract", "matrix", "-f", "/nowhere/contract.toml"]).ends(66);
}

#[test]
fn wrong_usage() {
    vifguard(&["contract"]).ends(2);
    vifguard(&["contract", "check"]).ends(2).says("--release");
    vifguard(&[
        "contract",
        "check",
        "--release",
        "0.1.0",
        "--change",
        "main",
    ])
    .ends(2);
    vifguard(&["contract", "plan"]).ends(2);
    vifguard(&["contract", "plan", "--release", "next"])
        .ends(2)
        .says("three numbers");
    vifguard(&["contract", "matrix", "--format", "pdf"])
        .ends(2)
        .says("markdown");
    vifguard(&["contract", "plan", "--release", "9.9.9"])
        .ends(65)
        .says("the contract has no release 9.9.9")
        .says("name one of 0.1.0");
}
