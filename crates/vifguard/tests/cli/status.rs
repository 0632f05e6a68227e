use vifguard_lab::Netns;

use crate::support::{TempFile, inside, nft, policy};

fn frame(mac: u8, sender: [u8; 4]) -> Vec<u8> {
    let mut frame = vec![0xff; 6];
    frame.extend([2, 0, 0, 0, 0, mac]);
    frame.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, mac]);
    frame.extend(sender);
    frame.extend([0; 6]);
    frame.extend([10, 0, 0, 254]);
    frame.resize(60, 0);
    frame
}

#[test]
fn ports_are_shown_with_their_counters() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let taps = ["tap1", "tap2", "tap3"].map(|name| netns.tap(name).unwrap());
    let text = policy(&["tap1", "tap2"]).replace(
        "device: tap2",
        "guards: { dhcp-server: off }, mode: audit, device: tap2",
    );
    let file = TempFile::new(text);
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    taps.iter().for_each(|tap| tap.link().up().unwrap());
    let [one, two, three] = &taps;
    for _ in 0..3 {
        one.write(&frame(1, [10, 0, 0, 1])).unwrap();
        one.write(&frame(1, [10, 0, 0, 9])).unwrap();
        two.write(&frame(9, [10, 0, 0, 2])).unwrap();
        three.write(&frame(9, [10, 0, 0, 9])).unwrap();
    }
    let json = inside(&netns, &["status", "--json"]).ends(0).json();
    let [first, second] = [&json["result"]["ports"][0], &json["result"]["ports"][1]];
    assert_eq!(first["port"], "port-1");
    assert_eq!(first["device"], "tap1");
    assert_eq!(first["mode"], "enforce");
    assert!(first["passed"].as_u64().unwrap() >= 3);
    assert_eq!(first["refused"]["arp-ip"], 3);
    assert_eq!(first["guards"].as_array().unwrap().len(), 8);
    assert_eq!(second["mode"], "audit");
    assert_eq!(second["audited"]["mac"], 3);
    let stranger = &json["result"]["strangers"][0];
    assert_eq!(stranger["device"], "tap3");
    assert!(stranger["refused"]["unknown-port"].as_u64().unwrap() >= 3);
    assert_eq!(json["result"]["guarded"][0], "tap*");
    assert_eq!(json["result"]["unknown"], "refuse");
    assert_eq!(json["result"]["present"], true);
    inside(&netns, &["status"])
        .ends(0)
        .says("PORT    DEVICE  DRIVER  GUARDS")
        .says("strict without dhcp-server  audit")
        .says("arp-ip 3")
        .says("(mac 3)")
        .says("unknown-port")
        .says("guarded: tap*; without a port, frames are refused");
}

#[test]
fn drift_is_listed_and_ends_with_1() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    nft(&netns, &["flush", "chain", "netdev", "vifguard", "judge"]).ends(0);
    inside(&netns, &["status"])
        .ends(1)
        .says("changed behind our back")
        .says("judge");
    let json = inside(&netns, &["status", "--json"]).ends(1).json();
    assert!(!json["result"]["drift"].as_array().unwrap().is_empty());
}

#[test]
fn nothing_in_force_is_not_in_order() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let json = inside(&netns, &["status", "--json"]).ends(1).json();
    assert_eq!(json["result"]["present"], false);
}

/// What is bound by name alone does not follow a rename; whoever asks must be told.
#[test]
fn an_interface_that_is_gone_is_named() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let tap = netns.tap("nic7").unwrap();
    let text = policy(&["nic7", "tap1"]);
    let file = TempFile::new(text);
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    inside(&netns, &["status"])
        .ends(0)
        .says("1 interface yet to come");
    drop(tap);
    inside(&netns, &["status"])
        .ends(1)
        .says("there is no interface nic7");
    let json = inside(&netns, &["status", "--json"]).ends(1).json();
    assert_eq!(json["result"]["ports"][0]["absent"], true);
}
