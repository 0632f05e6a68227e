//! Coming and going: a second time changes nothing, nothing of others is touched, nothing stays behind.

use std::time::Duration;

use crate::bed::{Bed, STRICT, arp, policy};
use vifguard_driver::{Desired, Driver, Error, Scope};
use vifguard_netlink::nft::{Batch, Connection, Family, TableId};
use vifguard_nft::{Binding, Nft};
use vifguard_policy::{DeviceName, Policy};

#[test]
fn a_second_apply_changes_nothing() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    assert_eq!(bed.apply(STRICT).added, ["web"]);
    let again = bed.apply(STRICT);
    assert!(again.is_nothing() && again.unchanged == 1, "{again:?}");
    let generation = bed.in_host(|| Connection::open().unwrap().generation().unwrap());
    bed.apply(STRICT);
    let after = bed.in_host(|| Connection::open().unwrap().generation().unwrap());
    assert_eq!(generation, after, "not even a transaction");
}

#[test]
fn nothing_remains_and_others_live_on() {
    let Some(mut bed) = Bed::new(Nft::with_binding(Binding::ByDevice)) else {
        return;
    };
    let foreign = TableId {
        family: Family::Netdev,
        name: "somebody".to_owned(),
    };
    bed.in_host(|| {
        let mut batch = Batch::new();
        batch.add_table(&foreign);
        batch.add_chain(&foreign, "theirs");
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    bed.plug("tap-web");
    bed.apply(STRICT);
    assert_eq!(bed.in_host(bed_tables), [1, 1, 2, 1]);
    let host = bed.host.clone();
    host.run(|| bed.driver.remove(&Scope::All))
        .unwrap()
        .unwrap();
    assert_eq!(bed.in_host(bed_tables), [0, 0, 1, 0]);
    let theirs = bed.in_host(|| Connection::open().unwrap().chains(&foreign).unwrap());
    assert_eq!(theirs.len(), 1);
}

fn bed_tables() -> [usize; 4] {
    let mut kernel = Connection::open().unwrap();
    [Family::Inet, Family::Arp, Family::Netdev, Family::Bridge]
        .map(|family| kernel.tables(family).unwrap().len())
}

#[test]
fn one_port_is_released_whole() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let both = format!("{STRICT}{}", policy::port("db", "tap-db", 0x0b));
    bed.apply(&both);
    let host = bed.host.clone();
    host.run(|| bed.driver.remove(&Scope::Port("db".to_owned())))
        .unwrap()
        .unwrap();
    let state = bed.state();
    assert_eq!(state.ports.len(), 1);
    assert!(state.drift.is_empty(), "{:?}", state.drift);
    let again = bed.apply(STRICT);
    assert!(
        again.is_nothing(),
        "nothing of the port was left: {again:?}"
    );
    let missing = host
        .run(|| bed.driver.remove(&Scope::Port("db".to_owned())))
        .unwrap();
    assert!(matches!(missing, Err(Error::NoSuchPort(name)) if name == "db"));
}

/// A Xen guest's card has one for its firmware and one for its driver.
#[test]
fn a_port_may_have_two_interfaces() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let taps = [bed.plug("tap-web"), bed.plug("tap-web-emu")];
    let mut watch = bed.watch();
    let policy = Policy::parse(STRICT, "test").unwrap();
    let devices = ["tap-web", "tap-web-emu"].map(|name| name.parse::<DeviceName>().unwrap());
    let desired = Desired::at(&policy, [devices]);
    let host = bed.host.clone();
    let apply = |bed: &mut Bed| host.run(|| bed.driver.apply(&desired)).unwrap().unwrap();
    apply(&mut bed);
    assert!(apply(&mut bed).is_nothing());
    let state = bed.state();
    assert_eq!((state.ports.len(), state.drift.len()), (2, 0), "{state:?}");
    for tap in &taps {
        tap.write(&arp(0x0a, [192, 0, 2, 99])).unwrap();
        tap.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
        let seen = watch.recv(Duration::from_secs(5)).unwrap().unwrap();
        assert_eq!(seen.frame[28..32], [192, 0, 2, 10]);
    }
    let released = host.run(|| bed.driver.remove(&Scope::Port("web".to_owned())));
    assert_eq!(released.unwrap().unwrap(), ["web"]);
    let state = bed.state();
    assert_eq!((state.ports.len(), state.drift.len()), (0, 0), "{state:?}");
    assert!(!apply(&mut bed).is_nothing());
}

/// Without a pattern each port's interface is bound by its own name, and comes and goes with it.
#[test]
fn ports_by_name_come_and_go() {
    for binding in [Binding::ByName, Binding::ByDevice] {
        let Some(mut bed) = Bed::new(Nft::with_binding(binding)) else {
            return;
        };
        let taps = ["tap-0", "tap-1", "tap-2"].map(|name| bed.plug(name));
        let of = |ports: &[u8]| {
            let port = |n: &u8| policy::port(&format!("p{n}"), &format!("tap-{n}"), 0x10 + n);
            let ports: String = ports.iter().map(port).collect();
            policy::of(&ports).replace("[\"tap-*\"]", "[]")
        };
        let mut watch = bed.watch();
        for ports in [&[0][..], &[0, 1], &[0, 1, 2], &[1, 2], &[2], &[0, 2]] {
            bed.apply(&of(ports));
            assert_eq!(bed.state().drift, [], "{binding:?} {ports:?}");
            for n in 0..3u8 {
                // One that has no port is not guarded: it says what it likes.
                let own = ports.contains(&n);
                taps[usize::from(n)]
                    .write(&arp(0x99, [192, 0, 2, 0x99]))
                    .unwrap();
                let came = watch.drain().unwrap().len();
                assert_eq!(came, usize::from(!own), "{binding:?} {ports:?} tap-{n}");
            }
        }
    }
}

#[test]
fn a_port_without_its_interface_is_an_error_that_says_what_to_do() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let alone = STRICT.replace("[\"tap-*\"]", "[]");
    let error = bed.try_apply(&alone).unwrap_err().to_string();
    assert!(
        error.contains("port web: there is no interface tap-web"),
        "{error}"
    );
    assert!(error.contains("host.guarded_interfaces"), "{error}");
    assert!(!bed.state().present);
}
