//! A port that is put in force beside a policy: what it leaves alone, what leaves it alone, and what
//! becomes of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bed::{Bed, STRICT, arp, policy};
use vifguard_driver::{Applied, Desired, Driver, Error, Result, State};
use vifguard_inventory::note_of;
use vifguard_lab::Tap;
use vifguard_netlink::link::{self, Change};
use vifguard_netlink::nft::{Batch, Connection, Family, TableId};
use vifguard_nft::{Binding, Nft, names};
use vifguard_policy::Policy;

/// A policy of somebody else's, with a port `vm` of 02:00:00:00:00:0c and 192.0.2.12 on `vm-1`.
const OTHER: &str = "version: 1
networks: [{ name: vms, kind: private }]
ports:
  - { name: vm, network: vms, device: vm-1, mac: \"02:00:00:00:00:0c\", addresses: [192.0.2.12, 198.51.100.0/24, \"2001:db8::/64\"], guards: { dhcp-server: off } }
";
const WEB: ([u8; 4], u8) = ([192, 0, 2, 10], 0x0a);
const VM: ([u8; 4], u8) = ([192, 0, 2, 12], 0x0c);
const FORGED: [u8; 4] = [192, 0, 2, 66];

impl Bed {
    /// A tap that says that it was made for a port.
    fn plug_for(&self, device: &str, port: &str) -> Tap {
        let tap = self.plug(device);
        let note = note_of(port);
        let noted = self.in_host(|| link::change(tap.link().index(), Change::Alias(&note)));
        noted.unwrap();
        tap
    }

    fn admit(&mut self, text: &str) -> Result<Applied> {
        let desired = Desired::of(&Policy::parse(text, "test").unwrap());
        let host = self.host.clone();
        host.run(|| self.driver.admit(&desired)).unwrap()
    }

    fn dismiss(&mut self, port: &str) {
        let host = self.host.clone();
        host.run(|| self.driver.dismiss(port)).unwrap().unwrap();
    }

    /// Does the guest send as itself, and not as somebody else?
    fn holds(&self, tap: &Tap, (ip, mac): ([u8; 4], u8)) {
        assert_eq!(self.passes(tap, mac, [ip, FORGED]), [true, false]);
    }

    fn passes(&self, tap: &Tap, mac: u8, ips: [[u8; 4]; 2]) -> [bool; 2] {
        let mut watch = self.watch();
        for ip in ips {
            tap.write(&arp(mac, ip)).unwrap();
        }
        // A bridge hands frames on before the write returns.
        let seen = watch.drain().unwrap();
        ips.map(|ip| seen.iter().any(|it| it.frame.starts_with(&arp(mac, ip))))
    }
}

fn names(state: &State) -> Vec<&str> {
    assert!(state.drift.is_empty(), "{:?}", state.drift);
    state.ports.iter().map(|port| port.port.as_str()).collect()
}

fn beds() -> impl Iterator<Item = Bed> {
    let drivers = [Nft::new(), Nft::with_binding(Binding::ByDevice)];
    drivers.into_iter().filter_map(Bed::new)
}

#[test]
fn what_is_in_force_stays_and_is_as_before_when_it_goes() {
    for mut bed in beds() {
        bed.apply(STRICT);
        let web = bed.plug("tap-web");
        bed.apply(STRICT);
        let before = bed.state();
        let vm = bed.plug_for("vm-1", "vm");
        let applied = bed.admit(OTHER).unwrap();
        assert_eq!(applied.added, ["vm"]);
        assert!(applied.removed.is_empty() && applied.changed.is_empty());
        assert_eq!(names(&bed.state()), ["vm", "web"]);
        bed.holds(&vm, VM);
        bed.holds(&web, WEB);
        let counted = bed.counters();
        assert_eq!(counted.of("vm-1").passed, 1);
        assert_eq!(counted.of("vm-1").refused_total(), 1);
        drop(vm);
        bed.dismiss("vm");
        assert_eq!(bed.state(), before);
        bed.holds(&web, WEB);
        assert!(bed.apply(STRICT).is_nothing(), "nothing was left behind");
    }
}

#[test]
fn on_a_host_without_a_policy_it_is_the_only_one() {
    for mut bed in beds() {
        let vm = bed.plug_for("vm-1", "vm");
        let other = bed.plug("vm-10");
        bed.admit(OTHER).unwrap();
        bed.holds(&vm, VM);
        let ips = [WEB.0, FORGED];
        assert_eq!(bed.passes(&other, WEB.1, ips), [true, true], "not guarded");
        drop(vm);
        bed.dismiss("vm");
        let state = bed.state();
        assert_eq!(names(&state), Vec::<&str>::new());
        assert!(state.guarded.is_empty(), "{:?}", state.guarded);
    }
}

#[test]
fn a_policy_that_does_not_name_it_leaves_it_in_force_while_its_guest_runs() {
    for mut bed in beds() {
        let web = bed.plug("tap-web");
        let vm = bed.plug_for("vm-1", "vm");
        bed.apply(STRICT);
        bed.admit(OTHER).unwrap();
        let more = format!("{STRICT}{}", policy::port("db", "tap-db", 0x0b));
        assert_eq!(bed.apply(&more).added, ["db"]);
        assert_eq!(bed.apply(STRICT).removed, ["db"]);
        assert!(bed.apply(STRICT).is_nothing());
        bed.holds(&vm, VM);
        bed.apply(&policy::of(""));
        assert_eq!(names(&bed.state()), ["vm"]);
        bed.holds(&vm, VM);
        bed.apply(STRICT);
        bed.holds(&web, WEB);
        drop(vm);
        assert_eq!(bed.apply(STRICT).removed, ["vm"], "left over");
        assert_eq!(names(&bed.state()), ["web"]);
    }
}

#[test]
fn a_policy_that_names_it_has_the_last_word_on_what_it_may_send() {
    for mut bed in beds() {
        let vm = bed.plug_for("vm-1", "vm");
        bed.admit(OTHER).unwrap();
        assert!(bed.apply(OTHER).is_nothing());
        let moved = OTHER.replace("192.0.2.12", "192.0.2.66");
        assert_eq!(bed.apply(&moved).changed, ["vm"]);
        let passes = bed.passes(&vm, VM.1, [VM.0, FORGED]);
        assert_eq!(passes, [false, true]);
    }
}

#[test]
fn what_was_left_over_goes_when_the_next_one_comes() {
    for mut bed in beds() {
        let vm = bed.plug_for("vm-1", "vm");
        bed.admit(OTHER).unwrap();
        drop(vm);
        // Somebody else's interface under the name of the one that is gone.
        let _stranger = bed.plug("vm-1");
        let next = OTHER.replace("name: vm,", "name: next,");
        let next = next.replace("vm-1", "vm-2");
        let tap = bed.plug_for("vm-2", "next");
        assert_eq!(bed.admit(&next).unwrap().removed, ["vm"]);
        assert_eq!(names(&bed.state()), ["next"]);
        bed.holds(&tap, VM);
    }
}

#[test]
fn a_port_that_a_policy_awaits_is_awaited_again() {
    for mut bed in beds() {
        bed.apply(STRICT);
        let before = bed.state();
        let tap = bed.plug_for("tap-web", "web");
        bed.admit(STRICT).unwrap();
        bed.holds(&tap, WEB);
        drop(tap);
        bed.dismiss("web");
        assert_eq!(bed.state(), before);
    }
}

#[test]
fn whoever_takes_everything_away_takes_it_too() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let vm = bed.plug_for("vm-1", "vm");
    bed.admit(OTHER).unwrap();
    bed.driver_removes();
    assert!(!bed.state().present);
    assert_eq!(bed.passes(&vm, VM.1, [VM.0, FORGED]), [true, true]);
    // What its guardian does in the end finds nothing to do.
    bed.dismiss("vm");
    assert!(!bed.state().present);
}

#[test]
fn an_interface_that_was_guarded_by_its_name_stays_so() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let named = policy::of("").replace("tap-*", "vm-1");
    bed.apply(&named);
    let tap = bed.plug_for("vm-1", "vm");
    bed.admit(OTHER).unwrap();
    bed.holds(&tap, VM);
    drop(tap);
    bed.dismiss("vm");
    assert_eq!(bed.state().guarded, ["vm-1"]);
    assert!(bed.apply(&named).is_nothing());
}

#[test]
fn nothing_is_taken_from_another_port() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let _tap = bed.plug_for("tap-web", "vm");
    let on_its_tap = OTHER.replace("vm-1", "tap-web");
    let error = bed.admit(&on_its_tap).unwrap_err();
    assert!(
        error.to_string().contains("guarded for port web"),
        "{error}"
    );
    let _other = bed.plug_for("vm-1", "web");
    let elsewhere = OTHER.replace("name: vm,", "name: web,");
    let error = bed.admit(&elsewhere).unwrap_err();
    assert!(error.to_string().contains("in force on tap-web"), "{error}");
    assert_eq!(names(&bed.state()), ["web"]);
}

#[test]
fn two_policies_that_disagree_about_a_network_do_not_change_each_other() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let any = |name: &str, device: &str, mac: &str, more: &str| {
        format!(
            "version: 1\nnetworks: [{{ name: net, kind: private }}]\nports:\n  - {{ name: {name}, \
             network: net, device: {device}, mac: \"02:00:00:00:00:{mac}\", link_local: any }}\n{more}"
        )
    };
    let reserved =
        |text: String| text.replace("kind: private", "kind: private, reserved: [\"fe80::1\"]");
    let _one = bed.plug_for("vm-1", "one");
    let _two = bed.plug_for("vm-2", "two");
    bed.admit(&any("one", "vm-1", "01", "")).unwrap();
    let two = any("two", "vm-2", "02", "");
    let error = bed.admit(&reserved(two)).unwrap_err();
    assert!(error.to_string().contains("link_local: any"), "{error}");
    assert!(matches!(error, Error::Port { .. }));
    assert_eq!(names(&bed.state()), ["one"]);
}

#[test]
fn a_table_that_is_made_anew_takes_it_along() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let vm = bed.plug_for("vm-1", "vm");
    bed.admit(OTHER).unwrap();
    bed.in_host(|| {
        let id = TableId {
            family: Family::Netdev,
            name: names::TABLE.to_owned(),
        };
        let mut batch = Batch::new();
        batch.set_dormant(&id, true);
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    let ips = [VM.0, FORGED];
    bed.apply(STRICT);
    assert_eq!(names(&bed.state()), ["vm", "web"]);
    assert_eq!(bed.passes(&vm, VM.1, ips), [true, false]);
    bed.holds(&vm, VM);
}

/// Policies that do not know of it are put in force all the while, by somebody who looked before it came.
#[test]
fn once_admitted_no_policy_that_was_under_way_takes_it_away() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let more = format!("{STRICT}{}", policy::port("db", "tap-db", 0x0b));
    let policies = [STRICT, &more].map(|text| Desired::of(&Policy::parse(text, "test").unwrap()));
    let (host, stop) = (bed.host.clone(), AtomicBool::new(false));
    thread::scope(|scope| {
        let others = scope.spawn(|| {
            let mut driver = Nft::new();
            let mut rounds = 0;
            while !stop.load(Ordering::Relaxed) {
                for desired in &policies {
                    match host.run(|| driver.apply(desired)).unwrap() {
                        Ok(_) | Err(Error::Disturbed { .. }) => rounds += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            rounds
        });
        let end = Stop(&stop);
        for _ in 0..10 {
            let vm = bed.plug_for("vm-1", "vm");
            while let Err(error) = bed.admit(OTHER) {
                assert!(matches!(error, Error::Disturbed { .. }), "{error}");
            }
            for _ in 0..5 {
                bed.holds(&vm, VM);
                thread::sleep(Duration::from_millis(2));
            }
            drop(vm);
            let host = bed.host.clone();
            while let Err(error) = host.run(|| bed.driver.dismiss("vm")).unwrap() {
                assert!(matches!(error, Error::Disturbed { .. }), "{error}");
            }
        }
        drop(end);
        assert!(others.join().unwrap() > 0);
    });
}

/// Ends the others, also when the test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
