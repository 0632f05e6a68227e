//! A guest moves between two hosts, each with guards of its own, and never stops sending.

use std::time::Instant;

use vifguard_lab::libvirt::Libvirtd;
use vifguard_machine::domain::Domain;

use crate::scene::{POLICY, frames};
use crate::support::{Frames, Image, Observer, Program, TALKER, alone};

#[test]
fn a_guest_that_migrates_is_guarded_where_it_comes() {
    migrates(POLICY, "", &frames(), |program, name, file| {
        program.watch(&format!("{name}.log"), file)
    });
}

/// A guest whose card says this besides, and two hosts that were prepared for it: nothing forged passes on either.
pub(crate) fn migrates<G>(
    policy: &str,
    card: &str,
    frames: &Frames,
    prepare: impl Fn(&Program<'_>, &str, &str) -> G,
) {
    let Some(_alone) = alone() else {
        return;
    };
    let image = Image::new(TALKER, &frames.all());
    let (here, there) = (Libvirtd::new().unwrap(), Libvirtd::new().unwrap());
    let (program, other) = (
        Program::on(&here, &image.place),
        Program::on(&there, &image.place),
    );
    let file = program.policy(policy);
    let _guards = [
        prepare(&program, "here", &file),
        prepare(&other, "there", &file),
    ];
    let (mut before, mut after) = (Observer::on(&here, frames), Observer::on(&there, frames));
    let _domain = Domain::start(&here, &image.domain("web", card), false).unwrap();
    before.await_good(100);
    let way = format!("unix://{}", image.place.path().join("way").display());
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
