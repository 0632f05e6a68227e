//! A real QEMU with a real virtio NIC. Without a disk it boots from the network: its ROM asks for an address by
//! DHCP, three seconds after it was switched on.

use std::process::Command;

use super::guest::{Guest, Host, PATIENCE};
use vifguard_lab::{Capture, wait_until};

const QEMU: &str = "qemu-system-x86_64";
const GUEST: &str = "-accel tcg -m 64 -display none -serial none -monitor none -boot n -netdev";

fn available() -> bool {
    let is_there = Command::new(QEMU).arg("--version").output().is_ok();
    assert!(
        is_there || std::env::var_os("VIFGUARD_REQUIRE_LAB").is_none(),
        "SKIPPED would be wrong here: there is no {QEMU}"
    );
    if !is_there {
        eprintln!("SKIPPED: there is no {QEMU} (Debian: qemu-system-x86 and ipxe-qemu)");
    }
    is_there
}

/// Its words, with this NIC.
fn words<'a>(netdev: &'a str, device: &'a str) -> Vec<&'a str> {
    let mut words = vec![QEMU];
    words.extend(GUEST.split(' '));
    words.extend([netdev, "-device", device]);
    words
}

fn asks(watch: &mut Capture, mac: u8) {
    let is_it = |frame: &[u8]| {
        frame.get(6..12) == Some(&[2, 0, 0, 0, 0, mac])
            && frame.get(34..38) == Some(&[0, 68, 0, 67])
    };
    loop {
        let frame = watch
            .recv(PATIENCE)
            .unwrap()
            .expect("no DHCP discover came");
        assert_ne!(
            frame.frame.get(6..12),
            Some(&[2, 0, 0, 0, 0, 9][..]),
            "a false MAC came by"
        );
        if is_it(&frame.frame) {
            return;
        }
    }
}

const NETDEVS: [(&str, &[&str]); 3] = [
    ("tap,id=n0,fd={fd}", &[]),
    ("tap,id=n0,ifname={tap},script=no,downscript=no", &[]),
    ("tap,id=n0,fds={fds}", &["--queues", "2"]),
];

#[test]
fn a_guest_asks_for_its_address_by_its_own_mac() {
    let Some(host) = Host::new() else { return };
    if !available() {
        return;
    }
    for (netdev, options) in NETDEVS {
        let mut watch = host.watch();
        let device = match options {
            [] => "virtio-net-pci,netdev=n0,mac={mac}",
            _ => "virtio-net-pci,netdev=n0,mac={mac},mq=on,vectors=6",
        };
        let qemu = words(netdev, device);
        let args = [options, &["--"], &qemu].concat();
        let guest = Guest::start_with(&host, "web-1", &args);
        asks(&mut watch, 1);
        host.run(&["status"]).ends(0).says("web-1  tap-web1");
        guest.ends();
        host.is_bare();
    }
}

/// Two guests: what the second sends tells that time enough has passed for the first.
#[test]
fn a_guest_with_another_mac_is_not_heard() {
    let Some(host) = Host::new() else { return };
    if !available() {
        return;
    }
    let mut watch = host.watch();
    let liar = words(
        "tap,id=n0,fd={fd}",
        "virtio-net-pci,netdev=n0,mac=02:00:00:00:00:09",
    );
    let liar = Guest::start(&host, "web-1", &liar);
    let refused = || {
        let status = host.run(&["status", "--json"]).json();
        let refused = &status["result"]["ports"][0]["refused"]["mac"];
        refused.as_u64().unwrap_or(0) >= 2
    };
    assert!(
        wait_until(PATIENCE, refused),
        "{:?}",
        host.run(&["status", "--json"])
    );
    let honest = words("tap,id=n0,fd={fd}", "virtio-net-pci,netdev=n0,mac={mac}");
    let honest = Guest::start(&host, "web-2", &honest);
    asks(&mut watch, 2);
    let learned = host
        .lab
        .host
        .learned_port("br0", [2, 0, 0, 0, 0, 9])
        .unwrap();
    assert_eq!(learned, None);
    liar.ends();
    honest.ends();
    host.is_bare();
}
