use vifguard_lab::{Netns, Tap};

use crate::support::{TempFile, guarding, inside, policy};

fn tap(netns: &Netns, name: &str) -> Tap {
    let tap = netns.tap(name).unwrap();
    tap.link().up().unwrap();
    tap
}

#[test]
fn what_would_fall_silent_needs_yes_once() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let (_one, _two) = (tap(&netns, "tap1"), tap(&netns, "tap2"));
    let file = TempFile::new(policy(&["tap1"]));
    let enforce = ["enforce", "-f", file.path()];
    inside(&netns, &enforce)
        .ends(1)
        .says("1 interface in use would fall silent")
        .says("tap2 (up)")
        .says("--yes")
        .never_says("tap1 (");
    inside(&netns, &["status"])
        .ends(1)
        .says("nothing is in force");
    inside(&netns, &["enforce", "--yes", "-f", file.path()])
        .ends(0)
        .says("silent from now on");
    // Now it is silent, and no news.
    inside(&netns, &enforce).ends(0).says("nothing to do");
    // tap1 loses its port: that is news.
    file.write(&policy(&[]));
    inside(&netns, &enforce)
        .ends(1)
        .says("tap1 (up)")
        .never_says("tap2");
    inside(&netns, &["status"]).ends(0).says("port-1");
}

#[test]
fn in_audit_nothing_is_asked() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _tap = tap(&netns, "tap1");
    let file = TempFile::new(policy(&[]).replace("[\"tap*\"]", "[\"tap*\"], unknown: audit"));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    // From audit to refuse it does fall silent.
    file.write(&policy(&[]));
    inside(&netns, &["enforce", "-f", file.path()])
        .ends(1)
        .says("tap1 (up)");
}

#[test]
fn the_default_route_is_never_guarded() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let uplink = tap(&netns, "tap0");
    let refused = |text: String, by: &str| {
        let file = TempFile::new(text);
        let ran = inside(&netns, &["enforce", "--yes", "-f", file.path()]).ends(1);
        ran.says(by)
            .says("default route")
            .says("--yes does not override")
            .says("nothing was changed");
    };
    let route = uplink
        .link()
        .add_default_route("192.0.2.254".parse().unwrap());
    route.unwrap();
    refused(policy(&[]), "tap* would guard tap0, which carries the IPv4");
    refused(guarding("[]", &["tap0"]), "port port-1 would guard tap0");
    uplink
        .link()
        .delete_route("0.0.0.0/0".parse().unwrap())
        .unwrap();
    uplink
        .link()
        .add_default_route("fe80::1".parse().unwrap())
        .unwrap();
    refused(policy(&[]), "tap* would guard tap0, which carries the IPv6");
    uplink.link().delete_route("::/0".parse().unwrap()).unwrap();
    let file = TempFile::new(policy(&[]));
    inside(&netns, &["enforce", "--yes", "-f", file.path()]).ends(0);
}

/// As policy routing, VRFs and VPNs have them.
#[test]
fn a_default_route_is_seen_wherever_it_stands() {
    if !vifguard_lab::available() {
        return;
    }
    let routes = [
        (
            "route add default dev tap0 table 100",
            "the IPv4 default route of table 100",
        ),
        (
            "-6 route add default via fe80::1 dev tap0 table 7",
            "the IPv6 default route of table 7",
        ),
        (
            "route add 128.0.0.0/1 dev tap0",
            "half of the IPv4 default route (128.0.0.0/1)",
        ),
        (
            "-6 route add ::/1 dev tap0",
            "half of the IPv6 default route (::/1)",
        ),
    ];
    let file = TempFile::new(policy(&[]));
    for (route, said) in routes {
        let netns = Netns::new("host").unwrap();
        let _uplink = tap(&netns, "tap0");
        let ran = netns.command("ip").args(route.split(' ')).status();
        assert!(ran.unwrap().success(), "{route}");
        inside(&netns, &["enforce", "--yes", "-f", file.path()])
            .ends(1)
            .says(&format!("tap* would guard tap0, which carries {said}"));
    }
}

#[test]
fn loopback_is_never_guarded() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    for text in [guarding("[\"l*\"]", &[]), guarding("[]", &["lo"])] {
        let file = TempFile::new(text);
        let ran = inside(&netns, &["enforce", "--yes", "-f", file.path()]);
        assert!(matches!(ran.code, Some(1 | 65)), "{ran:?}");
        ran.says(" lo");
    }
}

#[test]
fn a_bridges_guests_are_guarded() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let bridge = netns.bridge("br0").unwrap();
    let guest = tap(&netns, "tap1");
    guest.link().set_master(&bridge).unwrap();
    bridge
        .add_default_route("192.0.2.254".parse().unwrap())
        .unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    let file = TempFile::new(guarding("[\"br*\"]", &["tap1"]));
    inside(&netns, &["enforce", "--yes", "-f", file.path()])
        .ends(1)
        .says("br0, which carries");
}
