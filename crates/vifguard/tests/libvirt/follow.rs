//! nftables' guards follow a guest while its host changes around it.

use std::time::{Duration, Instant};

use vifguard_machine::domain::interface;

use crate::scene::{NAMED, OTHER, OTHERS_MAC, POLICY, Way, arp, frames, with_guest};
use crate::support::{Frames, MAC, Observer};

/// Guarded by a program that stays.
const WATCHED: Way<'_> = Way {
    policy: POLICY,
    watched: Some("auto"),
    card: NAMED,
    defined: false,
};

#[test]
fn libvirtd_is_killed_and_comes_back() {
    with_guest(
        Way {
            card: "",
            ..WATCHED
        },
        &frames(),
        |mut scene| {
            scene.host.kill();
            println!(
                "killed: good frames after {:?}",
                scene.observer.await_good(100)
            );
            scene.host.start().unwrap();
            println!(
                "started: good frames after {:?}",
                scene.observer.await_good(100)
            );
            scene.observer.nothing_leaked();
        },
    );
}

#[test]
fn a_card_is_pulled_and_put_in_again_under_the_same_name() {
    with_guest(WATCHED, &frames(), |mut scene| {
        let card = interface("br0", MAC, NAMED);
        for round in 0..3 {
            scene.pull(&card);
            let start = Instant::now();
            scene.put_in(&card);
            scene.observer.await_good(20);
            println!(
                "round {round}: good frames {:?} after the card was put in",
                start.elapsed()
            );
        }
        scene.observer.nothing_leaked();
    });
}

#[test]
fn a_card_that_is_called_otherwise_for_a_while_stays_guarded() {
    with_guest(WATCHED, &frames(), |mut scene| {
        for round in 0..3 {
            for [from, to] in [["vg-card", "vg-other"], ["vg-other", "vg-card"]] {
                scene.rename(from, to);
                let start = Instant::now();
                while start.elapsed() < Duration::from_millis(300) {
                    scene.observer.look();
                }
            }
            println!(
                "round {round}: good frames {:?} after the name came back",
                scene.observer.await_good(20)
            );
        }
        scene.observer.nothing_leaked();
    });
}

#[test]
fn a_name_that_was_anothers_is_not_guarded_as_anothers() {
    // What one port owns is forged by the other.
    let (one, other) = (vec![arp(10)], vec![arp(11)]);
    let (before, after) = (
        Frames {
            good: one.clone(),
            forged: other.clone(),
        },
        Frames {
            good: other,
            forged: one,
        },
    );
    let policy = format!("{POLICY}{OTHER}");
    let both = Way {
        policy: &policy,
        ..WATCHED
    };
    with_guest(both, &before, |mut scene| {
        scene.pull(&interface("br0", MAC, NAMED));
        scene.observer.nothing_leaked();
        let mut observer = Observer::on(scene.host, &after);
        let start = Instant::now();
        scene.put_in(&interface("br0", OTHERS_MAC, NAMED));
        observer.await_good(100);
        println!(
            "good frames {:?} after the other card was put in",
            start.elapsed()
        );
        observer.nothing_leaked();
    });
}
