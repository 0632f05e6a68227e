//! The hotplug script for Xen, on a tap that is called as a guest's interface is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use vifguard_lab::{Netns, Place};

use crate::support::{PROGRAM, Ran, guarding};

const SCRIPT: &str = include_str!("../../../../contrib/xen/vif-vifguard");

/// The script as it is, but for where it looks for the policy and for programs.
fn install(place: &Place) {
    let here = place.path().display();
    let script = SCRIPT
        .replace("POLICY=/etc/vifguard", &format!("POLICY={here}"))
        .replace("PATH=/usr/local/sbin:", &format!("PATH={here}:"));
    let program = format!("#!/bin/sh\nexec {PROGRAM} \"$@\"\n");
    let next = "#!/bin/sh\necho 'handed over'\n";
    for (name, text) in [
        ("vif-vifguard", script.as_str()),
        ("vifguard", &program),
        ("vif-bridge", next),
    ] {
        let file = place.path().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn online(netns: &Netns, place: &Path, policy: &str) -> Ran {
    fs::write(place.join("policy.yaml"), policy).unwrap();
    let mut command = netns.command("sh");
    command.arg(place.join("vif-vifguard")).arg("online");
    Ran::of(command.env("vif", "vif1.0").output().unwrap())
}

/// In audit mode an interface without a port is in the answer of `status` as soon as it has sent something.
#[test]
fn an_interface_without_a_port_stays_down_whatever_it_sent() {
    if !vifguard_lab::available() {
        return;
    }
    let (netns, place) = (Netns::new("host").unwrap(), Place::new().unwrap());
    install(&place);
    let tap = netns.tap("vif1.0").unwrap();
    let _other = netns.tap("vif2.0").unwrap();
    tap.link().up().unwrap();
    let audit = |devices: &[&str]| {
        let policy = guarding("[\"vif*\"]", devices);
        policy.replace("host: {", "host: { unknown: audit,")
    };
    let stranger = audit(&["vif2.0"]);
    online(&netns, place.path(), &stranger)
        .ends(1)
        .says("no port of");
    let frame = [&[0xff; 6][..], &[2, 0, 0, 0, 0, 9], &[8, 6], &[0; 46]].concat();
    tap.write(&frame).unwrap();
    let status = netns.command(PROGRAM).args(["status"]).output().unwrap();
    Ran::of(status).says("vif1.0");
    online(&netns, place.path(), &stranger)
        .ends(1)
        .says("vif1.0 stays down: no port of")
        .never_says("handed over");
    online(&netns, place.path(), &audit(&["vif1.0"]))
        .ends(0)
        .says("handed over");
    // A name is no pattern.
    online(&netns, place.path(), &audit(&["vif1x0"]))
        .ends(1)
        .says("no port of");
}
