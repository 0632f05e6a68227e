use vifguard_lab::Netns;

use crate::support::{TempFile, inside, nft, policy};

#[test]
fn only_the_difference_is_applied() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1", "tap2"]));
    let enforce = || inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    enforce()
        .says("2 added, 0 changed, 0 removed, 0 unchanged")
        .says("+ port-1");
    enforce().says("nothing to do: 2 ports are as they should be");
    file.write(&policy(&["tap1", "tap2", "tap3"]));
    enforce()
        .says("1 added, 0 changed, 0 removed, 2 unchanged")
        .says("+ port-3");
    let other_mac = policy(&["tap1", "tap2"]).replace("00:00:02", "00:00:22");
    file.write(&other_mac);
    enforce()
        .says("0 added, 1 changed, 1 removed, 1 unchanged")
        .says("~ port-2")
        .says("- port-3");
    enforce().says("nothing to do");
}

#[test]
fn json_lists_what_was_done() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    let json = inside(&netns, &["enforce", "--json", "-f", file.path()])
        .ends(0)
        .json();
    let result = &json["result"];
    assert_eq!(result["driver"], "nft");
    assert_eq!(result["ports"], 1);
    assert_eq!(result["added"][0], "port-1");
    assert_eq!(result["awaited"][0], "port-1");
    for list in ["changed", "removed", "repaired", "silenced", "degraded"] {
        assert_eq!(result[list].as_array().unwrap().len(), 0, "{list}");
    }
    let json = inside(&netns, &["enforce", "--json", "-f", file.path()])
        .ends(0)
        .json();
    assert_eq!(json["result"]["unchanged"], 1);
}

#[test]
fn what_somebody_else_changed_is_repaired() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    nft(&netns, &["flush", "chain", "netdev", "vifguard", "judge"]).ends(0);
    inside(&netns, &["enforce", "-f", file.path()])
        .ends(0)
        .says("put right")
        .says("judge");
    inside(&netns, &["enforce", "-f", file.path()])
        .ends(0)
        .says("nothing to do");
    inside(&netns, &["status"]).ends(0);
}

#[test]
fn other_tables_live_on() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    nft(&netns, &["add", "table", "inet", "theirs"]).ends(0);
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    inside(&netns, &["release", "--all"]).ends(0);
    nft(&netns, &["list", "tables"])
        .ends(0)
        .says("inet theirs")
        .never_says("vifguard");
}

#[test]
fn a_driver_that_cannot_is_refused_and_another_named() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let plain = policy(&["tap1"]).replace("guarded_interfaces: [\"tap*\"]", "");
    let file = TempFile::new(&plain);
    let args = ["enforce", "--driver", "null", "-f", file.path()];
    inside(&netns, &args)
        .ends(69)
        .says("port port-1 needs mac, arp, ipv4, nd, ipv6, router, dhcp-server, l2, and the driver null")
        .says("cannot do it here: this driver guards nothing")
        .says("use --driver nft");
    file.write(&plain.replace("network: net,", "network: net, enforcement: best-effort,"));
    inside(&netns, &args)
        .ends(0)
        .says("degraded: port port-1 without mac");
}

/// At boot guards come before hypervisors; later one that does not answer is an error.
#[test]
fn a_hypervisor_that_does_not_answer_yet_has_no_guests() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _tap = netns.tap("tap0").unwrap();
    let text = policy(&["tap0"])
        + "  - { name: guest, network: net, mac: \"02:00:00:00:99:01\", xen: { domain: nowhere } }\n";
    let file = TempFile::new(text);
    let kept = TempFile::new("");
    let now = ["enforce", "-f", file.path()];
    inside(&netns, &now)
        .ends(69)
        .says("ports are bound by Xen, which does not answer");
    let at_boot = [&now[..], &["--last-good", kept.path()]].concat();
    inside(&netns, &at_boot)
        .ends(0)
        .says("1 port in force by nft")
        .says("port guest: Xen domain nowhere, VIF 0");
    // Something is in force: who does not answer may well have guests.
    inside(&netns, &at_boot).ends(69);
}
