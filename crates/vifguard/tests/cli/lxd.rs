//! Containers of a real LXD: their administrator sends what the container's own stack makes of false addresses,
//! and what arrives on the bridge is what counts.

use vifguard_lab::Capture;
use vifguard_lab::lxd::{self, Lxd};

use crate::run::guest::PATIENCE;
use crate::support::{Ran, TempFile, inside};

const POLICY: &str = "version: 1
host: { guarded_interfaces: [\"lxd-*\"] }
networks: [{ name: net, kind: private }]
ports:
  - { name: c1, network: net, device: lxd-c1, mac: \"02:00:00:00:00:01\", addresses: [10.0.0.1] }
";
const SECOND: &str = "  - { name: c1-2, network: net, device: lxd-c1-2, mac: \"02:00:00:00:00:02\", \
                      addresses: [10.0.0.2] }\n";
const OWN: &str = "ip addr add 10.0.0.1/24 dev eth0; ip link set eth0 up";
/// busybox ends with 1, since nobody answers.
const ASK: &str = "arping -c 1 -w 1 -I eth0 10.0.0.9 >/dev/null; test $? = 1";

struct Bed {
    lxd: Lxd,
    file: TempFile,
    watch: Capture,
    /// Who sent packets to 10.0.0.9, by the last byte of its address.
    pinged: Vec<u8>,
    _witness: vifguard_lab::Tap,
}

impl Bed {
    /// One container with a NIC, not started, on a host that awaits it.
    fn new() -> Option<Bed> {
        if !lxd::available() {
            return None;
        }
        let lxd = Lxd::new().unwrap();
        let witness = lxd.tap("witness").unwrap();
        let watch = Capture::on(lxd.host(), "witness").unwrap();
        lxd.container("c1").unwrap();
        lxd.nic("c1", "eth0", "lxd-c1", "02:00:00:00:00:01")
            .unwrap();
        let bed = Bed {
            lxd,
            file: TempFile::new(POLICY),
            watch,
            pinged: Vec::new(),
            _witness: witness,
        };
        bed.run(&["enforce", "-f", bed.file.path()])
            .ends(0)
            .says("yet to come");
        Some(bed)
    }

    fn run(&self, args: &[&str]) -> Ran {
        inside(self.lxd.host(), args)
    }

    fn shell(&self, line: &str) {
        self.lxd.shell("c1", line).unwrap();
    }

    /// The next who asked for 10.0.0.9, by the last bytes of MAC and address, so many of them. The last question
    /// of the container was a good one, so nothing comes after it.
    fn asked(&mut self, count: usize) -> Vec<(u8, u8)> {
        let mut asked = Vec::new();
        while asked.len() < count {
            let it = self.watch.recv(PATIENCE).unwrap();
            let frame = it.expect("a good question did not arrive").frame;
            if frame.get(12..14) == Some(&[8, 0]) && frame.get(30..34) == Some(&[10, 0, 0, 9]) {
                self.pinged.push(frame[29]);
            }
            if frame.get(12..14) == Some(&[8, 6]) && frame.get(38..42) == Some(&[10, 0, 0, 9]) {
                asked.push((frame[11], frame[31]));
            }
        }
        asked
    }

    fn refused(&self, device: &str, reason: &str) -> u64 {
        let status = self.run(&["status", "--json"]).json();
        let result = &status["result"];
        let lists = [&result["ports"], &result["strangers"]];
        let mut all = lists
            .into_iter()
            .filter_map(|list| list.as_array())
            .flatten();
        let it = all.find(|it| it["device"] == device);
        it.map_or(0, |it| it["refused"][reason].as_u64().unwrap_or(0))
    }
}

#[test]
fn a_container_sends_as_itself_and_as_nobody_else() {
    let Some(mut bed) = Bed::new() else { return };
    bed.lxd.lxc(&["start", "c1"]).unwrap();
    bed.shell(&format!("{OWN}; {ASK}"));
    assert_eq!(bed.asked(1), [(1, 1)]);
    // Another address, beside its own and in its place.
    let as_66 = ASK.replace("-I", "-s 10.0.0.66 -I");
    bed.shell(&format!(
        "ip addr add 10.0.0.66/24 dev eth0; {as_66}; {ASK}"
    ));
    // Another MAC.
    let other_mac = |mac: &str| format!("ip link set eth0 down address {mac} up");
    bed.shell(&format!("{}; {ASK}", other_mac("02:00:00:00:00:09")));
    // A packet, to somebody whose MAC it knows.
    let ping = |from: &str| format!("ping -c 1 -W 1 -I {from} 10.0.0.9 >/dev/null; test $? = 1");
    bed.shell(&format!(
        "{}; arp -s 10.0.0.9 02:00:00:00:00:63; {}; {}; arp -d 10.0.0.9; {ASK}",
        other_mac("02:00:00:00:00:01"),
        ping("10.0.0.66"),
        ping("10.0.0.1")
    ));
    assert_eq!(bed.asked(2), [(1, 1), (1, 1)]);
    assert_eq!(bed.pinged, [1]);
    for reason in ["arp-ip", "mac", "ipv4"] {
        let refused = bed.refused("lxd-c1", reason);
        assert!(refused > 0, "{reason}: {:?}", bed.run(&["status"]));
    }
    let learned = |mac: u8| {
        let mac = [2, 0, 0, 0, 0, mac];
        bed.lxd.host().learned_port(Lxd::BRIDGE, mac).unwrap()
    };
    assert_eq!(learned(1).as_deref(), Some("lxd-c1"));
    assert_eq!(learned(9), None);
}

#[test]
fn a_container_that_is_started_again_and_a_nic_that_is_plugged_in_are_guarded_from_the_first_frame()
{
    let Some(mut bed) = Bed::new() else { return };
    bed.lxd.lxc(&["start", "c1"]).unwrap();
    bed.shell(OWN);
    bed.lxd.lxc(&["restart", "--force", "c1"]).unwrap();
    // The very first thing is a lie.
    let lie = "ip addr add 10.0.0.66/24 dev eth0; ip link set eth0 up";
    bed.shell(&format!(
        "{lie}; {ASK}; ip addr del 10.0.0.66/24 dev eth0; {OWN}; {ASK}"
    ));
    assert_eq!(bed.asked(1), [(1, 1)]);
    assert!(bed.refused("lxd-c1", "arp-ip") > 0);
    // A second NIC, which has no port yet, while the container runs.
    bed.lxd
        .nic("c1", "eth1", "lxd-c1-2", "02:00:00:00:00:02")
        .unwrap();
    let second = |line: &str| {
        line.replace("eth0", "eth1")
            .replace("10.0.0.1/", "10.0.0.2/")
    };
    bed.shell(&format!("{}; {}; {ASK}", second(OWN), second(ASK)));
    assert_eq!(bed.asked(1), [(1, 1)]);
    assert!(bed.refused("lxd-c1-2", "unknown-port") > 0);
    bed.file.write(&format!("{POLICY}{SECOND}"));
    bed.run(&["enforce", "-f", bed.file.path()])
        .ends(0)
        .says("+ c1-2");
    bed.shell(&second(ASK));
    assert_eq!(bed.asked(1), [(2, 2)]);
    bed.run(&["status"]).ends(0).says("2 ports in force");
}
