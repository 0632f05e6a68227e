//! A guest moves between two hosts, each with guards of its own, and never stops sending.

use std::time::Instant;

use vifguard_lab::Place;
use vifguard_lab::libvirt::Libvirtd;
use vifguard_machine::domain::Domain;

use crate::scene::{POLICY, frames};
use crate::support::{Image, Observer, Program, TALKER, alone};

#[test]
fn a_guest_that_migrates_is_guarded_where_it_comes() {
    let Some(_alone) = alone() else {
        return;
    };
    let frames = frames();
    let image = Image::new(TALKER, &frames.all());
    let (here, there) = (Libvirtd::new().unwrap(), Libvirtd::new().unwrap());
    let (program, other) = (
        Program::on(&here, &image.place),
        Program::on(&there, &image.place),
    );
    let file = program.policy(POLICY);
    let _watchers = [
        program.watch("here.log", &file),
        other.watch("there.log", &file),
    ];
    let (mut before, mut after) = (Observer::on(&here, &frames), Observer::on(&there, &frames));
    let _domain = Domain::start(&here, &image.domain("web", ""), false).unwrap();
    before.await_good(100);
    moves([&here, &there], &image.place, &mut before, &mut after);
}

/// Moves the guest from one host to the other: good frames come there in the end, and nothing forged on either.
pub(crate) fn moves(
    [here, there]: [&Libvirtd; 2],
    place: &Place,
    before: &mut Observer<'_>,
    after: &mut Observer<'_>,
) {
    let way = format!("unix://{}", place.path().join("way").display());
    let target = there.uri();
    let start = Instant::now();
    let arguments = [
        "migrate",
        "--live",
        "--unsafe",
        "web",
        &target,
        "--migrateuri",
        &way,
    ];
    std::thread::scope(|scope| {
        let moved = scope.spawn(|| here.virsh(&arguments).unwrap());
        while !moved.is_finished() {
            before.look();
            after.look();
        }
        moved.join().unwrap();
    });
    println!("migrated after {:?}", start.elapsed());
    after.await_good(100);
    let silence = after.first.unwrap().duration_since(before.last.unwrap());
    println!(
        "{} good frames here, {} there, {silence:?} between the last and the first",
        before.passed, after.passed
    );
    before.nothing_leaked();
    after.nothing_leaked();
}
