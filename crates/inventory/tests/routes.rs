//! Routes of a real kernel, in a namespace of their own.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, not in their helpers"
)]

use vifguard_inventory::Links;
use vifguard_lab::Netns;

/// A host with two interfaces, x1 and x2, that have addresses.
fn host() -> (Netns, Vec<vifguard_lab::Tap>) {
    let netns = Netns::new("host").unwrap();
    let taps = ["x1", "x2"].map(|name| netns.tap(name).unwrap());
    for (i, tap) in taps.iter().enumerate() {
        tap.link().up().unwrap();
        tap.link()
            .add_address(format!("10.0.{i}.1/24").parse().unwrap())
            .unwrap();
    }
    (netns, taps.into())
}

/// Runs `ip` with each line of arguments.
#[track_caller]
fn ip(netns: &Netns, lines: &[&str]) {
    for line in lines {
        let ran = netns.command("ip").args(line.split_whitespace()).output();
        let ran = ran.unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "ip {line}: {said}");
    }
}

/// What the inventory says of them, in the order of the text.
fn ways(netns: &Netns) -> Vec<String> {
    let links = netns.run(Links::read).unwrap().unwrap();
    let way = |route: &vifguard_inventory::DefaultRoute| {
        format!("{}: {route}", links.at(route.device).unwrap().name)
    };
    let mut ways: Vec<String> = links.default_routes.iter().map(way).collect();
    ways.sort_unstable();
    ways
}

#[test]
fn all_tables_are_looked_at() {
    if !vifguard_lab::available() {
        return;
    }
    let (netns, _taps) = host();
    assert_eq!(ways(&netns), Vec::<String>::new());
    ip(
        &netns,
        &[
            "route add default via 10.0.0.254 table 100",
            "route add default via 10.0.1.254 table 4711",
            "-6 route add default via fe80::1 dev x2 table 100",
            "route add blackhole default table 7",
        ],
    );
    let expected = [
        "x1: the IPv4 default route of table 100",
        "x2: the IPv4 default route of table 4711",
        "x2: the IPv6 default route of table 100",
    ];
    assert_eq!(ways(&netns), expected);
}

#[test]
fn halves_are_seen() {
    if !vifguard_lab::available() {
        return;
    }
    let (netns, _taps) = host();
    ip(
        &netns,
        &[
            "route add 0.0.0.0/1 via 10.0.0.254",
            "route add 128.0.0.0/1 via 10.0.1.254",
            "-6 route add ::/1 via fe80::1 dev x1",
            "-6 route add 8000::/1 via fe80::1 dev x2",
            "route add 192.0.0.0/2 via 10.0.1.254",
        ],
    );
    let expected = [
        "x1: half of the IPv4 default route (0.0.0.0/1)",
        "x1: half of the IPv6 default route (::/1)",
        "x2: half of the IPv4 default route (128.0.0.0/1)",
        "x2: half of the IPv6 default route (8000::/1)",
    ];
    assert_eq!(ways(&netns), expected);
}

#[test]
fn several_next_hops_are_seen() {
    if !vifguard_lab::available() {
        return;
    }
    let (netns, _taps) = host();
    ip(
        &netns,
        &[
            "route add default nexthop via 10.0.0.254 nexthop via 10.0.1.254",
            "-6 route add default table 9 nexthop via fe80::1 dev x1 nexthop via fe80::1 dev x2",
        ],
    );
    let expected = [
        "x1: the IPv4 default route",
        "x1: the IPv6 default route of table 9",
        "x2: the IPv4 default route",
        "x2: the IPv6 default route of table 9",
    ];
    assert_eq!(ways(&netns), expected);
}

/// With `nexthop_compat_mode` off the kernel names an object and no interface.
#[test]
fn next_hop_objects_are_seen() {
    if !vifguard_lab::available() {
        return;
    }
    for compatible in ["1", "0"] {
        let (netns, _taps) = host();
        let key = "net/ipv4/nexthop_compat_mode";
        netns.sysctl(key, compatible).unwrap();
        ip(
            &netns,
            &[
                "nexthop add id 1 via 10.0.0.254 dev x1",
                "nexthop add id 2 via 10.0.1.254 dev x2",
                "nexthop add id 3 group 1/2",
                "nexthop add id 4 via fe80::1 dev x2",
                "route add default nhid 1",
                "route add default table 8 nhid 3",
                "-6 route add default nhid 4",
            ],
        );
        let expected = [
            "x1: the IPv4 default route",
            "x1: the IPv4 default route of table 8",
            "x2: the IPv4 default route of table 8",
            "x2: the IPv6 default route",
        ];
        assert_eq!(ways(&netns), expected, "compat mode {compatible}");
    }
}
