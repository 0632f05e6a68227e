use vifguard_lab::Netns;

use crate::support::{PROGRAM, Ran, TempFile, inside, nft, policy};

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

/// Only what is not installed and was named by nobody holds nothing for certain.
#[test]
fn whoever_does_not_answer_may_hold_something() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _tap = netns.tap("tap1").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    let with = |variable: &str, value: &str, args: &[&str]| {
        let mut command = netns.command(PROGRAM);
        command.env(variable, value).args(args);
        Ran::of(command.output().unwrap())
    };
    let uri = "qemu+unix:///system?socket=/nonexistent/libvirt-sock";
    for (variable, value, driver) in [
        ("VIFGUARD_XAPI_FINGERPRINT", "zz", "xapi"),
        ("VIFGUARD_XAPI_URL", "unix:/nonexistent/xapi", "xapi"),
        ("LIBVIRT_DEFAULT_URI", uri, "nwfilter"),
    ] {
        if driver == "nwfilter" && !vifguard_lab::libvirt::available() {
            continue;
        }
        let unheard = format!("not known: {driver}");
        inside(&netns, &["enforce", "-f", file.path()]).ends(0);
        with(variable, value, &["status"]).ends(1).says(&unheard);
        with(variable, value, &["release", "--all"])
            .ends(1)
            .says("1 port released")
            .says(&unheard)
            .never_says("nothing of vifguard remains");
    }
}
