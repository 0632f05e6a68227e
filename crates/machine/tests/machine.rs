//! A real kernel in an emulated machine, with a card on a bridge of the lab.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use vifguard_lab::{Bridged, Capture, Mac, Place};
use vifguard_machine::{Flavour, Initramfs, Kernel, Machine, Spec, guest};

const MAC: Mac = [2, 0, 0, 0, 0, 0x11];
const PATIENCE: Duration = Duration::from_secs(120);

/// Machines have the processors of this one to share: one at a time.
static ONE: Mutex<()> = Mutex::new(());

/// A frame of an EtherType for experiments, told from others by its last byte.
fn frame(source: Mac, number: u8) -> Vec<u8> {
    let mut frame = [&[0xff; 6][..], &source, &[0x88, 0xb5]].concat();
    frame.resize(60, number);
    frame
}

/// Waits for a line on the serial port before each round of frames.
const SCRIPT: &str = "
ip link set eth0 up
echo \"ready $(uname -r) $(cat /sys/class/net/eth0/address)\"
while read round; do vifguard-guest send eth0 /frames; echo \"round $round is over\"; done
";

struct Bed {
    lab: Bridged,
    place: Place,
    spec: Spec,
}

fn bed() -> Bed {
    let kernel = Kernel::debian(Flavour::Cloud).unwrap();
    let mut files = Initramfs::new().unwrap();
    files.load(&kernel, &["virtio_pci", "virtio_net"]).unwrap();
    guest::add_to(&mut files).unwrap();
    let frames = [frame(MAC, 1), frame([2, 0, 0, 0, 0, 0x99], 2)];
    files.text("frames", &guest::frames(&frames));
    files.boot(SCRIPT);
    let place = Place::new().unwrap();
    let initrd = place.path().join("initrd");
    files.write(&initrd).unwrap();
    let spec = Spec::booting(&kernel.image, &initrd);
    Bed {
        lab: Bridged::new().unwrap(),
        place,
        spec: spec.megabytes(128).nic("tap0", MAC),
    }
}

/// On the bridge, before the machine runs.
fn plug(bed: &Bed) {
    let tap = bed.lab.host.link("tap0").unwrap();
    bed.lab.attach(&tap).unwrap();
}

fn sees_a_round(bed: &Bed, machine: &mut Machine, round: &str) {
    let mut bridge = Capture::on(&bed.lab.host, "br0").unwrap();
    machine.say(&format!("{round}\n")).unwrap();
    for number in [1, 2] {
        let is_it = |seen: &vifguard_lab::Captured| {
            seen.ethertype() == 0x88b5 && seen.frame.last() == Some(&number)
        };
        let seen = bridge.until(PATIENCE, is_it).unwrap();
        assert!(
            seen.is_some(),
            "frame {number}: {}",
            machine.console().log()
        );
    }
    let console = machine.console();
    console.wait_for("sent 2 of 2 frames", PATIENCE).unwrap();
    console
        .wait_for(&format!("round {round} is over"), PATIENCE)
        .unwrap();
}

#[test]
fn a_guest_sends_frames_and_goes_on_from_a_saved_state() {
    if !vifguard_machine::available() {
        return;
    }
    let _alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let bed = bed();
    let mut machine = Machine::build(&bed.spec, &bed.lab.host).unwrap();
    plug(&bed);
    machine.go().unwrap();
    let ready = machine.console().wait_for("ready", PATIENCE).unwrap();
    assert!(ready.contains("02:00:00:00:00:11"), "{ready}");
    sees_a_round(&bed, &mut machine, "one");

    let state = bed.place.path().join("state");
    machine.save(&state).unwrap();
    drop(machine);
    let mut machine = Machine::restore(&bed.spec, &bed.lab.host, &state).unwrap();
    plug(&bed);
    machine.go().unwrap();
    sees_a_round(&bed, &mut machine, "two");
}

#[test]
fn a_machine_that_ends_says_so() {
    if !vifguard_machine::available() {
        return;
    }
    let _alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let kernel = Kernel::debian(Flavour::Cloud).unwrap();
    let mut files = Initramfs::new().unwrap();
    files.boot("echo 'nothing to do'");
    let place = Place::new().unwrap();
    let initrd = place.path().join("initrd");
    files.write(&initrd).unwrap();
    let lab = Bridged::new().unwrap();
    let spec = Spec::booting(&kernel.image, &initrd);
    let mut machine = Machine::build(&spec, &lab.host).unwrap();
    machine.go().unwrap();
    machine.wait_for_end(PATIENCE).unwrap();
    let error = machine
        .console()
        .wait_for("never said", PATIENCE)
        .unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("before it ended") && error.contains("nothing to do"),
        "{error}"
    );
}
