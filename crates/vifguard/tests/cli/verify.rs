use vifguard_lab::Netns;

use crate::support::{TempFile, inside, nft, policy, vifguard};

#[test]
fn what_was_enforced_is_equal() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1", "tap2"]));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    inside(&netns, &["verify", "-f", file.path()])
        .ends(0)
        .says(
            "equal: the kernel judges every frame as the policy says, from 2 ports and 1 interface",
        )
        .says("2 ports have no interface yet");
    let _tap = netns.tap("tap1").unwrap();
    let json = inside(&netns, &["verify", "--json", "-f", file.path()])
        .ends(0)
        .json();
    let result = &json["result"];
    assert_eq!(result["equal"], true);
    assert_eq!(result["present"], true);
    assert_eq!(result["ports"], 2);
    assert_eq!(result["awaited"][0], "port-2");
    assert_eq!(result["proofs"], 2);
    for list in ["differences", "unread"] {
        assert_eq!(result[list].as_array().unwrap().len(), 0, "{list}");
    }
}

/// The frame that it shows is one that `explain` judges as it says.
#[test]
fn a_difference_is_a_frame_with_both_verdicts() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1", "tap2"]));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    let accept = [
        "add",
        "rule",
        "netdev",
        "vifguard",
        "strict.a.ip4.source",
        "accept",
    ];
    nft(
        &netns,
        &[
            "flush",
            "chain",
            "netdev",
            "vifguard",
            "strict.a.ip4.source",
        ],
    )
    .ends(0);
    nft(&netns, &accept).ends(0);
    let ran = inside(&netns, &["verify", "-f", file.path()])
        .ends(1)
        .says("port port-1 on tap1: the kernel lets through what it must not")
        .says("  kernel: passes\n")
        .says("    strict.a.ip4.source rule 1: accept\n")
        .says("  policy: dropped, counted as ipv4\n    rule 5.3: The IPv4 source is own.\n")
        .says("is not own; own: 10.0.0.1")
        .says("one more is judged by the same rules, and was not looked at")
        .says("not equal: 1 difference; the kernel judges")
        .says("from 0 ports and 1 interface without a port; 1 not looked at");
    let frame = ran.out.split("frame (60 bytes): ").nth(1).unwrap();
    let frame = frame.lines().next().unwrap();
    let args = [
        "explain",
        "-f",
        file.path(),
        "--port",
        "port-1",
        "--hex",
        frame,
    ];
    vifguard(&args).ends(1).says("refused, ipv4");
    let json = inside(&netns, &["verify", "--json", "-f", file.path()])
        .ends(1)
        .json();
    let found = &json["result"]["differences"][0];
    assert_eq!(json["result"]["equal"], false);
    assert_eq!(json["result"]["unexamined"], 1);
    assert_eq!(found["port"], "port-1");
    assert_eq!(found["kind"], "passes");
    assert_eq!(found["frame"], frame);
    assert_eq!(found["kernel"]["fate"], "pass");
    assert_eq!(found["policy"]["fate"], "drop");
    assert_eq!(found["policy"]["counted"][0], "ipv4");
    assert_eq!(found["ground"]["rule"], "5.3");
    assert_eq!(found["alike"], 1);
}

#[test]
fn what_cannot_be_read_is_not_vouched_for() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    let chain = "strict.a.ip4.source";
    let log = ["insert", "rule", "netdev", "vifguard", chain, "log"];
    nft(&netns, &log).ends(0);
    inside(&netns, &["verify", "-f", file.path()])
        .ends(1)
        .says("port port-1 on tap1: nothing is known, since this cannot be read:")
        .says("chain strict.a.ip4.source, rule 1: it has an expression \"log\"");
}

#[test]
fn nothing_in_force_is_not_equal() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _tap = netns.tap("tap1").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    inside(&netns, &["verify", "-f", file.path()])
        .ends(1)
        .says("nothing is in force by nft")
        .says("no base chain of ours sees it");
    inside(&netns, &["verify", "--driver", "null", "-f", file.path()])
        .ends(69)
        .says("use --driver nft");
}
