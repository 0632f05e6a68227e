//! systemd's own opinion of the unit.

use std::fs;
use std::process::Command;

use super::Disk;
use super::unit::{Unit, directory};
use crate::support::PROGRAM;

/// What systemd says about a hypervisor that has the drop-in; nothing if there is no systemd here.
fn complaints(unit: &str) -> Option<String> {
    let disk = Disk::new();
    let drop_in = disk.0.join("libvirtd.service.d");
    fs::create_dir(&drop_in).unwrap();
    let write = |name: &str, text: &str| fs::write(disk.0.join(name), text).unwrap();
    write("vifguard.service", unit);
    write("libvirtd.service", "[Service]\nExecStart=/bin/true\n");
    fs::copy(
        directory().join("hypervisor.conf"),
        drop_in.join("vifguard.conf"),
    )
    .unwrap();
    let verify = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .args(["vifguard.service", "libvirtd.service"].map(|name| disk.0.join(name)))
        .env("SYSTEMD_UNIT_PATH", format!("{}:", disk.0.display()))
        .output()
        .ok()?;
    let said = String::from_utf8(verify.stderr).unwrap();
    Some(said)
}

#[test]
fn systemd_has_no_complaint() {
    let unit = Unit::read("vifguard.service").text;
    let unit = unit.replace("/usr/bin/vifguard", PROGRAM);
    let Some(said) = complaints(&unit) else {
        eprintln!("SKIPPED systemd_has_no_complaint: there is no systemd-analyze");
        return;
    };
    assert_eq!(said, "");
    // It does look.
    for (right, wrong) in [(PROGRAM, "/nowhere/vifguard"), ("Before=lxd", "Befor=lxd")] {
        let said = complaints(&unit.replace(right, wrong)).unwrap();
        assert!(!said.is_empty(), "{wrong} is fine with it");
    }
}
