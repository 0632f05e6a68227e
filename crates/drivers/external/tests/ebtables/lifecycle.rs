use vifguard_driver::{Desired, Driver, Error, Feature, Scope, Support};
use vifguard_external::External;
use vifguard_lab::Bridged;
use vifguard_policy::Policy;

use crate::driver;

const PORTS: &str = "version: 1
host: { guarded_interfaces: [\"tap*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
  - { name: db, network: lan, device: tap-web.1, mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }
";

struct Bed {
    lab: Bridged,
    driver: External,
}

impl Bed {
    fn new() -> Option<Bed> {
        let driver = driver()?;
        let lab = Bridged::new().unwrap();
        Some(Bed { lab, driver })
    }

    fn inside<T>(&mut self, work: impl FnOnce(&mut External) -> T) -> T {
        let host = self.lab.host.clone();
        host.run(|| work(&mut self.driver)).unwrap()
    }
}

fn desired(text: &str) -> Desired {
    Desired::of(&Policy::parse(text, "test").unwrap_or_else(|errors| panic!("{errors}")))
}

/// One interface's name goes on where the other's ends.
#[test]
fn ports_come_change_and_go_each_for_itself() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let both = desired(PORTS);
    let applied = bed.inside(|driver| driver.apply(&both).unwrap());
    assert_eq!(applied.added, ["db", "web"]);
    let again = bed.inside(|driver| driver.apply(&both).unwrap());
    assert!(again.is_nothing(), "{again:?}");
    assert_eq!(again.unchanged, 2);
    let other = desired(&PORTS.replace("192.0.2.10", "192.0.2.12"));
    let preview = bed.inside(|driver| driver.preview(&other).unwrap());
    assert!(!preview.difference.is_empty());
    assert!(
        preview
            .difference
            .iter()
            .all(|line| line.contains("vg.tap-web:")),
        "{:?}",
        preview.difference
    );
    let applied = bed.inside(|driver| driver.apply(&other).unwrap());
    assert_eq!(
        (applied.changed, applied.unchanged),
        (vec!["web".to_owned()], 1)
    );
    let state = bed.inside(|driver| driver.observe().unwrap());
    assert_eq!(state.ports.len(), 2);
    assert!(state.drift.is_empty(), "{:?}", state.drift);
    let port = Scope::Port("web".to_owned());
    let released = bed.inside(|driver| driver.remove(&port).unwrap());
    assert_eq!(released, ["web"]);
    let state = bed.inside(|driver| driver.observe().unwrap());
    assert_eq!(state.ports[0].port, "db");
    assert_eq!(state.guarded, ["tap*"]);
    assert!(state.drift.is_empty(), "{:?}", state.drift);
    let unknown = bed.inside(|driver| driver.remove(&port).unwrap_err());
    assert!(matches!(unknown, Error::NoSuchPort(_)), "{unknown}");
    assert_eq!(
        bed.inside(|driver| driver.remove(&Scope::All).unwrap()),
        ["db"]
    );
    assert!(!bed.inside(|driver| driver.observe().unwrap()).present);
}

#[test]
fn what_rules_of_ebtables_cannot_say_is_refused() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let both = desired(PORTS);
    bed.inside(|driver| driver.apply(&both).unwrap());
    let mut numbered = both.clone();
    numbered.ports[0].index = Some(7);
    let odd = desired(&PORTS.replace("tap-web.1", "tap+"));
    let long = desired(&PORTS.replace("tap*", "fifteen-letters*"));
    for (wrong, words) in [
        (numbered, "interface number 7"),
        (odd, "signs in its name"),
        (long, "no rule for the interfaces fifteen-letters*"),
    ] {
        let error = bed.inside(|driver| driver.apply(&wrong).unwrap_err());
        assert!(error.to_string().contains(words), "{error}");
        let same = bed.inside(|driver| driver.apply(&both).unwrap());
        assert!(same.is_nothing(), "{same:?}");
    }
}

/// A port whose interface is not there, and no other is to be taken for it.
#[test]
fn a_port_that_is_awaited_is_closed() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let mut awaited = desired(PORTS);
    awaited.ports[0].index = Some(0);
    bed.inside(|driver| driver.apply(&awaited).unwrap());
    let tap = bed.lab.tap("tap-web").unwrap();
    let own = [&[0xff; 6][..], &[2, 0, 0, 0, 0, 0x0a], &[0x08, 0x06]].concat();
    tap.write(&own).unwrap();
    let counted = bed
        .inside(|driver| driver.counters().unwrap())
        .of("tap-web");
    assert_eq!((counted.passed, counted.refused_total()), (0, 1));
}

#[test]
fn what_it_says_of_learning_follows_from_the_bridges() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let can = bed.inside(|driver| driver.probe().unwrap());
    let Support::None(sentence) = can.of(Feature::Fdb) else {
        panic!("{:?}", can.of(Feature::Fdb));
    };
    assert!(sentence.starts_with("br0 learns"), "{sentence}");
    let mut ip = bed.lab.host.command("ip");
    ip.args([
        "link",
        "set",
        "br0",
        "type",
        "bridge",
        "no_linklocal_learn",
        "1",
    ]);
    assert!(ip.status().unwrap().success());
    let can = bed.inside(|driver| driver.probe().unwrap());
    assert_eq!(can.of(Feature::Fdb), Support::Full);
}
