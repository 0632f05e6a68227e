//! The nft driver's own tests, and `vifguard doctor`, inside a machine with the kernel of Debian's stable
//! release, which is older than what binds chains by name: the driver has to find the other way by itself.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use vifguard_emulated::{stripped, tests_of};
use vifguard_lab::{Netns, Place};
use vifguard_machine::{Flavour, Initramfs, Kernel, Libraries, Machine, Spec, guest};

/// For all of it; without anybody else on the processors it takes a quarter.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Loaded by whoever asks for them, as on an installed system: the kernel does, by their aliases.
const MODULES: [&str; 15] = [
    "nf_tables",
    "nft_meta_bridge",
    "nft_objref",
    "nft_ct",
    "nft_limit",
    "nft_log",
    "crc32c_generic",
    "bridge",
    "veth",
    "ifb",
    "macvlan",
    "8021q",
    "sch_ingress",
    "cls_u32",
    "act_mirred",
];

/// Which of the driver's tests: those that do not suppose that chains are bound by name. On a bridge the driver
/// finds by itself what `by_device` tells it, and frames at random are left to the kernel at hand.
const RUNS: [&str; 5] = [
    "properties by_device frames_that_are_led refused_frames on_the_way_to_the_host",
    "lifecycle nothing_remains second_apply the_gate_stands gates_know marks_are no_drift flushed",
    "corpus on_a_routed_tap",
    "corpus to_the_host",
    "corpus on_a_bridge --exact",
];

#[test]
#[ignore = "boots an emulated machine for minutes: cargo xtask test-kernel"]
fn the_nft_driver_holds_on_debians_kernel() {
    if !vifguard_machine::available() {
        return;
    }
    let place = Place::new().unwrap();
    let kernel = Kernel::debian(Flavour::Cloud).unwrap();
    let initrd = place.path().join("initrd");
    files(&kernel, place.path()).write(&initrd).unwrap();
    let spec = Spec::booting(&kernel.image, &initrd);
    let spec = spec.megabytes(1024).processors(2).shown();
    let host = Netns::new("machine").unwrap();
    let begun = Instant::now();
    let mut machine = Machine::build(&spec, &host).unwrap();
    machine.go().unwrap();
    let ended = machine.console().wait_for("all is over", PATIENCE);
    println!("{} seconds", begun.elapsed().as_secs());
    ended.unwrap();
    let log = machine.console().log();
    for run in RUNS {
        assert!(log.contains(&format!("{run} ended with 0")), "{run} failed");
    }
    assert!(!log.contains("SKIPPED"), "a test was skipped");
}

fn files(kernel: &Kernel, scratch: &Path) -> Initramfs {
    let libraries = Libraries::of_host();
    let mut files = Initramfs::new().unwrap();
    // A device file that systemd makes without the module.
    files.load(kernel, &["tun"]).unwrap();
    files.offer(kernel, &MODULES).unwrap();
    let vifguard = guest::built("vifguard", "vifguard").unwrap();
    let vifguard = stripped(&vifguard, scratch).unwrap();
    files
        .program("usr/bin/vifguard", &vifguard, &libraries)
        .unwrap();
    for name in ["nft", "ip", "tc"] {
        let program = ["usr/sbin", "sbin", "bin"].map(|place| format!("/{place}/{name}"));
        let program = program.iter().map(Path::new).find(|file| file.exists());
        let program = program.unwrap_or_else(|| panic!("there is no {name} here"));
        files
            .program(&format!("usr/bin/{name}"), program, &libraries)
            .unwrap();
    }
    let mut script = "uname -r\nvifguard doctor\nexport VIFGUARD_REQUIRE_LAB=1\n".to_owned();
    let programs = tests_of("vifguard-nft").unwrap();
    for program in &programs {
        let file = program.stripped(scratch).unwrap();
        files
            .program(&format!("tests/{}", program.name), &file, &libraries)
            .unwrap();
    }
    for run in RUNS {
        script += &format!(
            "echo {run} begins at $(cut -d' ' -f1 /proc/uptime)\n\
             /tests/{run} --test-threads=1 --nocapture\n\
             echo {run} ended with $? at $(cut -d' ' -f1 /proc/uptime)\n"
        );
    }
    script += "echo modules: $(lsmod | cut -d' ' -f1 | tail -n +2)\necho all is over\n";
    files.boot(&script);
    files
}
