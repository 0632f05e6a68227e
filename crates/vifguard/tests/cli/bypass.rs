//! Interfaces that netdev ingress cannot judge, as real ones as this kernel can make: each is refused, by name and
//! with the cause, and nothing is changed.

use vifguard_lab::Netns;

use crate::support::{Ran, TempFile, inside, named};

fn ip(netns: &Netns, line: &str) -> Ran {
    let mut command = netns.command("ip");
    Ran::of(command.args(line.split(' ')).output().unwrap())
}

#[test]
fn each_is_refused() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _lower = netns.tap("lower").unwrap();
    let mut made = Vec::new();
    for (line, cause) in [
        (
            "link add link lower name g0 type macvtap mode bridge",
            "a macvtap hands",
        ),
        (
            "link add link lower name g0 type macvlan mode bridge",
            "a macvlan hands",
        ),
        (
            "link add link lower name g0 type ipvlan mode l2",
            "a ipvlan hands",
        ),
        (
            "link add link lower name g0 type ipvtap mode l2",
            "a ipvtap hands",
        ),
        (
            "link add g0 type vxlan id 7 dstport 4789 dev lower",
            "a vxlan is a tunnel",
        ),
        ("link add g0 type geneve external", "a geneve is a tunnel"),
        ("tuntap add g0 mode tun", "no Ethernet headers"),
    ] {
        if ip(&netns, line).code != Some(0) {
            // Of what a kernel does not have, nobody can be given one. Its name is tried in the unit tests.
            eprintln!("this kernel does not know it: ip {line}");
            continue;
        }
        made.push(cause);
        let file = TempFile::new(named(&["g0"]));
        for command in ["plan", "enforce"] {
            inside(&netns, &[command, "-f", file.path()])
                .ends(1)
                .says("port port-1: netdev ingress of g0 cannot judge what its guest sends")
                .says(cause)
                .says("give the guest a tap or veth");
        }
        inside(&netns, &["status"])
            .ends(1)
            .says("nothing is in force");
        ip(&netns, "link del g0").ends(0);
    }
    // Nothing is proved by a list of which nothing could be made.
    for cause in ["a macvtap hands", "a macvlan hands", "no Ethernet headers"] {
        assert!(made.contains(&cause), "{cause}: {made:?}");
    }
}
