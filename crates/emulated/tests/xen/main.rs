//! The real Xen, emulated: a guest's real network card (netfront), its real `vif` in dom0, `xl`, `vifguard`
//! with nftables on dom0's kernel, and the hotplug script of contrib/xen.
//!
//! The guest sends the corpus' frames, as far as they suppose the standard policy, by its card. Each is looked
//! for on dom0's bridge, and counted.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod dom0;
mod domu;
mod frames;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use vifguard_lab::{Netns, Place};
use vifguard_machine::{Flavour, Kernel, Machine, Package, Spec};

use frames::{Frames, ROUNDS};

/// For all of it; without anybody else on the processors it takes a quarter.
const PATIENCE: Duration = Duration::from_secs(1200);

#[test]
#[ignore = "boots the Xen hypervisor in an emulated machine, for minutes: cargo xtask test-xen"]
fn a_guests_card_on_xen_is_guarded_in_dom0() {
    if !vifguard_machine::available() {
        return;
    }
    let place = Place::new().unwrap();
    let frames = Frames::of_corpus();
    let guest = domu::Guest::write(&frames, place.path());
    let kernel = Kernel::debian(Flavour::Generic).unwrap();
    let initrd = place.path().join("dom0");
    let policy = frames.policy();
    dom0::files(&kernel, &guest, &policy, place.path())
        .write(&initrd)
        .unwrap();

    let begun = Instant::now();
    let spec = hypervisor(place.path(), &kernel, &initrd);
    let mut machine = Machine::build(&spec, &Netns::new("machine").unwrap()).unwrap();
    machine.go().unwrap();
    let console = machine.console();
    let said = console.take_lines("dom0 is done", PATIENCE).unwrap();
    println!("{} seconds", begun.elapsed().as_secs());
    machine.wait_for_end(PATIENCE).unwrap();

    let said = said.join("\n");
    dom0::assert_fail_closed(&said);
    let seen: BTreeSet<String> = said
        .lines()
        .filter_map(|line| line.split_once("frame "))
        .map(|(_, frame)| frame.trim().to_owned())
        .collect();
    frames.assert_fates(&seen);
    frames.assert_counts(&dom0::counts(&said));
    println!(
        "{} frames from a real netfront card, {ROUNDS} times: {} passed, {} were refused",
        frames.all.len(),
        frames.passing(),
        frames.all.len() - frames.passing()
    );
}

/// Xen's own files, and what its kernels are told.
fn hypervisor(scratch: &Path, kernel: &Kernel, initrd: &Path) -> Spec {
    let package = Package::fetch("xen-hypervisor-4.17-amd64").unwrap();
    let packed = package.file("boot/xen-4.17-amd64.gz").unwrap();
    let xen = scratch.join("xen");
    // QEMU starts the program itself (multiboot), not what is packed.
    let unpacked = Command::new("gzip")
        .args(["--decompress", "--stdout"])
        .arg(packed)
        .output()
        .unwrap();
    assert!(unpacked.status.success());
    fs::write(&xen, unpacked.stdout).unwrap();
    let arguments = "console=com1 com1=115200,8n1 dom0_mem=900M,max:900M noreboot=0 loglvl=warning";
    let of_dom0 = "console=hvc0 panic=-1 ipv6.disable=1 quiet";
    let files = [(kernel.image.as_path(), of_dom0), (initrd, "")];
    // Other models of QEMU's have what its emulation of this guest does not bear.
    let spec = Spec::multiboot(&xen, arguments, &files);
    spec.processor("qemu64").megabytes(1536).shown()
}
