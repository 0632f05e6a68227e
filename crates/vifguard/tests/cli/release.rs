use vifguard_lab::Netns;

use crate::support::{TempFile, inside, nft, policy};

#[test]
fn one_port_and_then_all() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1", "tap2", "eth7"]));
    let _eth7 = netns.tap("eth7").unwrap();
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    inside(&netns, &["release", "--port", "port-1"])
        .ends(0)
        .says("1 port released")
        .says("silent from now on: tap1");
    inside(&netns, &["release", "--port", "port-3"])
        .ends(0)
        .never_says("silent");
    inside(&netns, &["release", "--port", "port-1"])
        .ends(1)
        .says("no port \"port-1\" is in force; did you mean port-2?")
        .says("ports in force: port-2");
    inside(&netns, &["status"])
        .ends(0)
        .says("1 port in force")
        .says("port-2");
    let json = inside(&netns, &["release", "--all", "--json"])
        .ends(0)
        .json();
    assert_eq!(json["result"]["released"][0], "port-2");
    nft(&netns, &["list", "tables"])
        .ends(0)
        .never_says("vifguard");
    inside(&netns, &["release", "--all"])
        .ends(0)
        .says("no port was in force");
}

/// In the form in which enforce lists them.
#[test]
fn json_says_what_falls_silent() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let tap = netns.tap("tap1").unwrap();
    tap.link().up().unwrap();
    let file = TempFile::new(policy(&["tap1", "tap2"]));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    for (port, device, used) in [("port-1", "tap1", "up"), ("port-2", "tap2", "yet to come")] {
        let args = ["release", "--port", port, "--json"];
        let json = inside(&netns, &args).ends(0).json();
        let silenced = &json["result"]["silenced"];
        assert_eq!(silenced[0]["device"], device);
        assert_eq!(silenced[0]["used"], used);
        assert_eq!(silenced.as_array().unwrap().len(), 1);
    }
}
