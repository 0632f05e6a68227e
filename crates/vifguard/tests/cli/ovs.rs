//! Ports on a real Open vSwitch: the driver is chosen, and nobody has to know.

mod around;

use std::time::Duration;

use vifguard_lab::ovs::Switch;
use vifguard_lab::{Netns, Tap, TapOptions, wait_until};

use crate::support::{PROGRAM, Ran, TempFile};
use crate::watch::Watcher;

const PATIENCE: Duration = Duration::from_secs(30);

/// Two ports on the switch, by name and by what its database says, and one on no switch.
const POLICY: &str = "version: 1
host: { guarded_interfaces: [\"tap-*\"] }
networks: [{ name: net, kind: private }]
ports:
  - { name: web, network: net, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
  - { name: db, network: net, ovs: { iface-id: i-db }, mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }
  - { name: off, network: net, device: tap-off, mac: \"02:00:00:00:00:0c\", addresses: [192.0.2.12] }
";

struct Bed {
    switch: Switch,
    uplink: Tap,
    web: Tap,
    db: Tap,
    _off: Tap,
    file: TempFile,
}

impl Bed {
    fn new() -> Option<Bed> {
        if !vifguard_lab::ovs::available() {
            return None;
        }
        let switch = Switch::new().unwrap();
        let tap = |name: &str| switch.tap(name, TapOptions::default()).unwrap();
        let (uplink, web, db) = (tap("uplink"), tap("tap-web"), tap("tap-db"));
        switch
            .vsctl(&["set", "interface", "tap-db", "external_ids:iface-id=i-db"])
            .unwrap();
        switch
            .ofctl("add-flow", &["table=0,priority=0,actions=NORMAL"])
            .unwrap();
        let _off = switch.host().tap("tap-off").unwrap();
        Some(Bed {
            _off,
            uplink,
            web,
            db,
            switch,
            file: TempFile::new(POLICY),
        })
    }

    fn host(&self) -> &Netns {
        self.switch.host()
    }

    /// Runs the program where the switch is found as its own tools find it.
    fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.host().command(PROGRAM);
        command.env("OVS_RUNDIR", self.switch.rundir());
        Ran::of(command.args(args).output().unwrap())
    }

    fn enforce(&self) -> Ran {
        self.run(&["enforce", "-f", self.file.path()])
    }

    /// Which of a good and a forged frame of a port come out at the uplink.
    fn through(&self, tap: &Tap, mac: u8, own: u8) -> [bool; 2] {
        self.uplink.drain().unwrap();
        let frames = [own, 99].map(|last| arp(mac, last));
        frames.iter().for_each(|frame| tap.write(frame).unwrap());
        let mut seen = Vec::new();
        while let Some(frame) = self.uplink.read(Duration::from_millis(300)).unwrap() {
            seen.push(frame);
        }
        frames.map(|frame| seen.contains(&frame))
    }
}

/// A gratuitous ARP request.
fn arp(mac: u8, last: u8) -> Vec<u8> {
    let mac = [2, 0, 0, 0, 0, mac];
    let ip = [192, 0, 2, last];
    let head = [8, 6, 0, 1, 8, 0, 6, 4, 0, 1];
    [&[0xff; 6][..], &mac, &head, &mac, &ip, &[0; 6], &ip].concat()
}

#[test]
fn each_port_gets_the_driver_that_its_interface_needs() {
    let Some(bed) = Bed::new() else {
        return;
    };
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, true]);
    bed.enforce()
        .ends(0)
        .says("3 ports in force by nft and ovs on br0: 3 added");
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, false]);
    assert_eq!(bed.through(&bed.db, 0x0b, 11), [true, false]);
    bed.enforce().ends(0).says("nothing to do: 3 ports");

    let status = bed.run(&["status", "--json"]).ends(0).json();
    let ports = status["result"]["ports"].as_array().unwrap();
    let of = |port: &str| -> Vec<&str> {
        let rows = ports.iter().filter(|row| row["port"] == port);
        rows.map(|row| row["driver"].as_str().unwrap()).collect()
    };
    // What the host's own stack takes from an interface on the switch is judged, too.
    assert_eq!(of("web"), ["nft", "ovs"]);
    assert_eq!(of("db"), ["nft", "ovs"]);
    assert_eq!(of("off"), ["nft"]);
    let refused = |row: &&serde_json::Value| {
        row["port"] == "web" && row["driver"] == "ovs" && row["refused"]["arp-ip"] == 1
    };
    assert!(ports.iter().any(|row| refused(&row)), "{ports:#?}");

    bed.run(&["plan", "-f", bed.file.path()])
        .ends(0)
        .says("no difference from what is there");
    bed.run(&["verify", "-f", bed.file.path()])
        .ends(0)
        .says("ovs on br0: what is there for 2 ports is what was planned; not proved")
        .says("equal: the kernel judges");
    bed.run(&["doctor"])
        .ends(0)
        .says("driver ovs on br0\n  full: arp, ")
        .says("Open vSwitch: 1 guest's interface");
}

#[test]
fn a_port_is_released_wherever_it_is_in_force() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.enforce().ends(0);
    bed.run(&["release", "--port", "db"])
        .ends(0)
        .says("1 port released")
        .says("silent from now on: tap-db");
    let status = bed.run(&["status", "--json"]).json();
    assert!(!status["result"]["ports"].to_string().contains("\"db\""));
    bed.run(&["release", "--all"])
        .ends(0)
        .says("2 ports released; nothing of vifguard remains");
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, true]);
    assert_eq!(bed.through(&bed.db, 0x0b, 11), [true, true]);
}

/// netdev ingress comes too late there: whoever insists on it is told so.
#[test]
fn nft_alone_is_refused_where_a_switch_in_userspace_takes_the_frames() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.run(&["enforce", "--driver", "nft", "-f", bed.file.path()])
        .ends(1)
        .says("the driver nft cannot guard 2 ports:")
        .says("port web: the bridge br0 has its datapath in userspace")
        .says("let the driver be chosen (--driver auto)");
    bed.run(&["status"]).ends(1).says("nothing is in force");
    bed.run(&["enforce", "--driver", "ovs", "-f", bed.file.path()])
        .ends(1)
        .says("port off: no bridge of Open vSwitch has an interface tap-off");
}

/// Nothing depends on what bridges are called, where a port is on none.
#[test]
fn a_port_on_no_bridge_is_told_whatever_bridges_are_called() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let anew = "del-br br0 -- add-br ovs1 -- set bridge ovs1 datapath_type=netdev fail_mode=secure";
    let words: Vec<&str> = anew.split(' ').collect();
    bed.switch.vsctl(&words).unwrap();
    bed.file.write(
        "version: 1
networks: [{ name: net, kind: private }]
ports:
  - { name: off, network: net, device: tap-off, mac: \"02:00:00:00:00:0c\", addresses: [192.0.2.12] }
",
    );
    bed.run(&["enforce", "--driver", "ovs", "-f", bed.file.path()])
        .ends(1)
        .says("port off: no bridge of Open vSwitch has an interface tap-off");
}

#[test]
fn the_database_may_be_named() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let database = format!("unix:{}/db.sock", bed.switch.rundir().display());
    let enforce = ["enforce", "-f", bed.file.path(), "--ovsdb", &database];
    let mut command = bed.host().command(PROGRAM);
    command.env("OVS_RUNDIR", "/nowhere");
    Ran::of(command.args(enforce).output().unwrap())
        .ends(0)
        .says("nft and ovs on br0");
    let nowhere = [
        "enforce",
        "-f",
        bed.file.path(),
        "--ovsdb",
        "unix:/nowhere/db.sock",
    ];
    Ran::of(bed.host().command(PROGRAM).args(nowhere).output().unwrap())
        .ends(69)
        .says("does not answer");
    bed.run(&["status", "--ovs-next-table", "210"])
        .ends(2)
        .says("--ovs-next-table 210 is one of the guards' own (200 to 225)");
}

#[test]
fn a_bridge_that_fails_open_is_refused() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.switch
        .vsctl(&["set-fail-mode", Switch::BRIDGE, "standalone"])
        .unwrap();
    bed.enforce()
        .ends(69)
        .says("its fail_mode is not secure")
        .says("ovs-vsctl set-fail-mode br0 secure");
}

/// Its flows are gone with it: the bridge is closed until they are there again, and nobody has to ask.
#[test]
fn a_switch_that_is_started_anew_gets_its_guards_back() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.enforce().ends(0);
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, false]);
    bed.switch.kill();
    bed.switch.start().unwrap();
    // No flow of anybody's is there.
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [false, false]);
    bed.run(&["status"])
        .ends(1)
        .says("port web: its bridge br0 takes frames before netdev ingress, and holds no guards");
    let mut command = bed.host().command(PROGRAM);
    command.env("OVS_RUNDIR", bed.switch.rundir());
    let _watcher = Watcher::of(command, &bed.file);
    for _ in 0..2 {
        bed.switch.kill();
        bed.switch.start().unwrap();
        let guarded = || bed.run(&["status"]).code == Some(0);
        assert!(wait_until(PATIENCE, guarded), "{:?}", bed.run(&["status"]));
        // Whoever made the operator's flows makes them again.
        let flow = ["table=0,priority=0,actions=NORMAL"];
        bed.switch.ofctl("add-flow", &flow).unwrap();
        assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, false]);
    }
}

/// Somebody takes the way to the guards away.
#[test]
fn flows_that_somebody_deletes_are_put_back() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let mut command = bed.host().command(PROGRAM);
    command.env("OVS_RUNDIR", bed.switch.rundir());
    bed.enforce().ends(0);
    let watcher = Watcher::of(command, &bed.file);
    bed.switch.ofctl("del-flows", &["table=0"]).unwrap();
    watcher.says("put right");
    let flow = ["table=0,priority=0,actions=NORMAL"];
    bed.switch.ofctl("add-flow", &flow).unwrap();
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, false]);
}

/// The same name with another number, and then with another guest.
#[test]
fn an_interface_that_is_made_anew_has_the_guards_of_its_own_port() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let mut command = bed.host().command(PROGRAM);
    command.env("OVS_RUNDIR", bed.switch.rundir());
    let _watcher = Watcher::of(command, &bed.file);
    for _ in 0..3 {
        bed.switch.vsctl(&["del-port", "br0", "tap-db"]).unwrap();
        bed.switch.vsctl(&["add-port", "br0", "tap-db"]).unwrap();
        // Nobody says whose it is: nothing passes.
        assert_eq!(bed.through(&bed.db, 0x0b, 11), [false, false]);
        bed.switch
            .vsctl(&["set", "interface", "tap-db", "external_ids:iface-id=i-db"])
            .unwrap();
        let back = || bed.through(&bed.db, 0x0b, 11) == [true, false];
        assert!(wait_until(PATIENCE, back), "{:?}", bed.run(&["status"]));
    }
}

/// The switch gives each interface a number that none had before, whatever it is called: so nobody inherits.
#[test]
fn who_comes_after_a_port_has_none_until_somebody_says_so() {
    let Some(bed) = Bed::new() else {
        return;
    };
    assert_eq!(bed.enforce().code, Some(0));
    assert_eq!(bed.through(&bed.db, 0x0b, 11), [true, false]);
    bed.switch.vsctl(&["del-port", "br0", "tap-db"]).unwrap();
    let other = bed.switch.tap("tap-x", TapOptions::default()).unwrap();
    assert_eq!(bed.through(&other, 0x0b, 11), [false, false]);
    bed.switch.vsctl(&["add-port", "br0", "tap-db"]).unwrap();
    assert_eq!(bed.through(&bed.db, 0x0b, 11), [false, false]);
    bed.switch
        .vsctl(&["set", "interface", "tap-db", "external_ids:iface-id=i-db"])
        .unwrap();
    assert_eq!(bed.through(&bed.db, 0x0b, 11), [false, false]);
    assert_eq!(bed.enforce().code, Some(0));
    assert_eq!(bed.through(&bed.db, 0x0b, 11), [true, false]);
}

/// Flows that are as they were left guard nothing if what is around them changed: `status` ends with 1 for each.
#[test]
fn what_goes_around_the_guards_is_seen() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let ofctl = |command: &str, flow: &str| bed.switch.ofctl(command, &[flow]).unwrap();
    let sees = |what: &str| {
        bed.run(&["status"]).ends(1).says(what);
    };
    bed.enforce().ends(0);
    ofctl(
        "add-flow",
        "table=201,priority=65535,actions=set_field:0x80000000->reg15,resubmit(,0)",
    );
    sees("somebody else has flows in the tables of the guards (200 to 225)");
    bed.enforce()
        .ends(69)
        .says("choose tables that nobody uses");
    bed.run(&["plan", "-f", bed.file.path()]).ends(69);
    ofctl("del-flows", "table=201,cookie=0/-1");
    bed.run(&["status"]).ends(0);

    ofctl("add-flow", "priority=65535,in_port=tap-web,actions=NORMAL");
    sees("a flow of priority 65535 in table 0");
    bed.enforce().ends(69).says("give it a lower priority");
    ofctl("del-flows", "cookie=0/-1,in_port=tap-web");

    let vsctl = |line: &[&str]| bed.switch.vsctl(line).unwrap();
    // The switch throws all flows away.
    vsctl(&["set-fail-mode", "br0", "standalone"]);
    sees("holds no guards");
    // Before anything is changed anywhere, and by plan as by enforce.
    bed.run(&["plan", "-f", bed.file.path()]).ends(69);
    bed.enforce().ends(69).never_says("in force by nft");
    vsctl(&["set-fail-mode", "br0", "secure"]);
    bed.enforce().ends(0);
    ofctl("add-flow", "table=0,priority=0,actions=NORMAL");
    bed.run(&["status"]).ends(0);

    vsctl(&["del-port", "br0", "tap-web"]);
    let again = [
        "add-port",
        "br0",
        "tap-web",
        "--",
        "set",
        "interface",
        "tap-web",
        "ofport_request=78",
    ];
    vsctl(&again);
    sees("port web: its guards are on number");
    bed.enforce().ends(0);
    bed.run(&["status"]).ends(0);
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, false]);
}

/// A pattern means every bridge in userspace, also one that has nothing of the kind yet.
#[test]
fn a_pattern_holds_on_bridges_that_have_nothing_of_the_kind_yet() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let add = [
        "add-br",
        "br1",
        "--",
        "set",
        "bridge",
        "br1",
        "datapath_type=netdev",
        "fail_mode=secure",
    ];
    bed.switch.vsctl(&add).unwrap();
    bed.enforce().ends(0).says("ovs on br1");
    let late = [
        "add-br",
        "br2",
        "--",
        "set",
        "bridge",
        "br2",
        "datapath_type=netdev",
        "fail_mode=secure",
    ];
    bed.switch.vsctl(&late).unwrap();
    bed.switch
        .vsctl(&[
            "del-port", "br0", "tap-db", "--", "add-port", "br2", "tap-db",
        ])
        .unwrap();
    bed.run(&["status"])
        .ends(1)
        .says("a pattern guards tap-db, which bridge br2 takes frames of");
    bed.enforce().ends(0).says("ovs on br2");
    bed.run(&["status"]).ends(0);
}

/// Its flows outlive its database: what it holds cannot be seen, and that is no "nothing".
#[test]
fn a_switch_without_its_database_does_not_pass_for_none() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.enforce().ends(0);
    let sock = bed.switch.rundir().join("db.sock");
    let aside = bed.switch.rundir().join("db.aside");
    std::fs::rename(&sock, &aside).unwrap();
    for args in [
        vec!["status"],
        vec!["release", "--all"],
        vec!["enforce", "-f", bed.file.path()],
    ] {
        bed.run(&args).ends(69).says("does not answer");
    }
    std::fs::rename(&aside, &sock).unwrap();
    bed.run(&["status"]).ends(0);
}

/// What a port needs is asked for before its guest is here.
#[test]
fn a_port_that_is_not_here_yet_is_answered_for() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let away = ["remove", "interface", "tap-db", "external_ids", "iface-id"];
    bed.switch.vsctl(&away).unwrap();
    bed.run(&["enforce", "--driver", "null", "-f", bed.file.path()])
        .ends(69)
        .says("port db needs mac")
        .says("use --driver auto");
}
