//! Ports come, change and go, with a real libvirt.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use bed::{Bed, STRICT, arp, policy};
use vifguard_driver::{Driver, Scope};
use vifguard_nwfilter::of_port;
use vifguard_policy::Guard;
use vifguard_verdict::Reason;

const OWN: [u8; 4] = [192, 0, 2, 10];
const OTHER: [u8; 4] = [192, 0, 2, 66];

#[test]
fn a_port_is_guarded_changed_and_released() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let witness = bed.plug("witness");
    let web = bed.plug("tap-web");
    let (good, forged) = (arp(0x0a, OWN), arp(0x0a, OTHER));
    assert_eq!(bed.arrived(&witness, &web, &[&good, &forged]), [true, true]);

    let applied = bed.apply(STRICT);
    assert_eq!(applied.added, ["web"]);
    assert_eq!(
        bed.arrived(&witness, &web, &[&good, &forged]),
        [true, false]
    );
    let counters = bed.counters().of("tap-web");
    assert_eq!((counters.passed, counters.refused_total()), (1, 1));
    assert_eq!(counters.refused[&Reason::ArpIp], 1);
    let state = bed.state();
    assert_eq!(state.drift, []);
    assert!(state.ports[0].guards.has(Guard::Nd) && !state.ports[0].degraded.is_empty());

    // Said again, nothing is done.
    let again = bed.apply(STRICT);
    assert!(again.is_nothing() && again.unchanged == 1, "{again:?}");

    let applied = bed.apply(&STRICT.replace("192.0.2.10", "192.0.2.66"));
    assert_eq!(applied.changed, ["web"]);
    assert_eq!(
        bed.arrived(&witness, &web, &[&good, &forged]),
        [false, true]
    );

    let released = bed.inside(|driver| driver.remove(&Scope::Port("web".to_owned())));
    assert_eq!(released.unwrap(), ["web"]);
    assert_eq!(bed.arrived(&witness, &web, &[&good, &forged]), [true, true]);
    let listed = bed.libvirtd.virsh(&["nwfilter-list"]).unwrap();
    assert!(!listed.contains("vifguard"), "{listed}");
    let rules = bed
        .libvirtd
        .host()
        .command("ebtables")
        .args(["-t", "nat", "-L"])
        .output();
    let rules = String::from_utf8(rules.unwrap().stdout).unwrap();
    assert!(!rules.contains("tap-web"), "{rules}");
}

#[test]
fn what_somebody_changes_is_seen_and_put_right() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let witness = bed.plug("witness");
    let web = bed.plug("tap-web");
    let (good, forged) = (arp(0x0a, OWN), arp(0x0a, OTHER));
    bed.apply(STRICT);
    let ebtables = |bed: &Bed, arguments: &[&str]| {
        let mut command = bed.libvirtd.host().command("ebtables");
        let done = command
            .args(["-t", "nat"])
            .args(arguments)
            .status()
            .unwrap();
        assert!(done.success());
    };
    type Harm = fn(&Bed, &dyn Fn(&Bed, &[&str]));
    let harms: [Harm; 4] = [
        // Everything that libvirt has written.
        |bed, ebtables| ebtables(bed, &["-F", "PREROUTING"]),
        // One rule.
        |bed, ebtables| ebtables(bed, &["-D", "I-tap-web-arp-ip", "-p", "ARP", "-j", "DROP"]),
        // The binding.
        |bed, _| {
            let gone = bed.libvirtd.virsh(&["nwfilter-binding-delete", "tap-web"]);
            gone.unwrap();
        },
        // A filter itself.
        |bed, _| {
            let name = "vifguard-on-tap-web";
            let text = bed.libvirtd.virsh(&["nwfilter-dumpxml", name]).unwrap();
            let open = text.replace("action='drop'", "action='accept'");
            assert_ne!(open, text);
            bed.libvirtd
                .virsh_with(&["nwfilter-define"], &open)
                .unwrap();
        },
    ];
    for (number, harm) in harms.into_iter().enumerate() {
        harm(&bed, &ebtables);
        assert_ne!(bed.state().drift, [], "harm {number}");
        let applied = bed.apply(STRICT);
        assert_eq!(applied.repaired.len(), 1, "harm {number}: {applied:?}");
        assert_eq!(bed.state().drift, [], "harm {number}");
        let fates = bed.arrived(&witness, &web, &[&good, &forged]);
        assert_eq!(fates, [true, false], "harm {number}");
    }
}

#[test]
fn what_cannot_be_guarded_is_refused_by_name() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let refused = |bed: &mut Bed, text: &str| bed.try_apply(text).unwrap_err().to_string();
    // No rule of libvirt's sees an interface that is in no bridge.
    let alone = bed.libvirtd.host().tap("tap-web").unwrap();
    let said = refused(&mut bed, STRICT);
    assert!(
        said.contains("port web") && said.contains("in no Linux bridge"),
        "{said}"
    );
    drop(alone);
    let _web = bed.plug("tap-web");
    let said = refused(
        &mut bed,
        &STRICT.replace("name: web,", "name: web, mode: audit,"),
    );
    assert!(
        said.contains("port web") && said.contains("audit"),
        "{said}"
    );
    // Somebody else's filter is not taken off.
    let binding = "<filterbinding><owner><name>x</name><uuid>5d0c5e6e-1ab0-4a11-8a11-000000000001</uuid>\
        </owner><portdev name='tap-web'/><mac address='02:00:00:00:00:0a'/>\
        <filterref filter='no-mac-spoofing'/></filterbinding>";
    bed.libvirtd
        .virsh_with(&["nwfilter-binding-create"], binding)
        .unwrap();
    let said = refused(&mut bed, STRICT);
    assert!(said.contains("no-mac-spoofing"), "{said}");
    let released = bed.inside(|driver| driver.remove(&Scope::All)).unwrap();
    assert_eq!(released, Vec::<String>::new());
    let listed = bed.libvirtd.virsh(&["nwfilter-binding-list"]).unwrap();
    assert!(listed.contains("no-mac-spoofing"), "{listed}");
}

#[test]
fn filters_that_domains_name_stay_and_refuse_without_a_port() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let witness = bed.plug("witness");
    let web = bed.plug("tap-web");
    let identities = policy(STRICT).identities();
    let defined = bed.inside(|driver| driver.define(&identities)).unwrap();
    assert_eq!(defined.added, ["web"]);
    // A policy whose port is elsewhere leaves the template alone.
    assert!(
        bed.apply(STRICT.replace("tap-web", "tap-xyz").as_str())
            .is_nothing()
    );
    // As libvirt binds it when the domain starts.
    let binding = format!(
        "<filterbinding><owner><name>web</name><uuid>5d0c5e6e-1ab0-4a11-8a11-000000000001</uuid></owner>\
         <portdev name='tap-web'/><mac address='02:00:00:00:00:0a'/><filterref filter='{}'/></filterbinding>",
        of_port("web")
    );
    bed.libvirtd
        .virsh_with(&["nwfilter-binding-create"], &binding)
        .unwrap();
    let (good, forged) = (arp(0x0a, OWN), arp(0x0a, OTHER));
    assert_eq!(
        bed.arrived(&witness, &web, &[&good, &forged]),
        [true, false]
    );
    // The port gets what the policy says now, by the filter that its domain names.
    bed.apply(&STRICT.replace("192.0.2.10", "192.0.2.66"));
    assert_eq!(
        bed.arrived(&witness, &web, &[&good, &forged]),
        [false, true]
    );
    // Without a port in the policy, it is not heard.
    bed.apply("version: 1\nports: []\n");
    assert_eq!(
        bed.arrived(&witness, &web, &[&good, &forged]),
        [false, false]
    );
    assert_eq!(
        bed.counters().of("tap-web").refused[&Reason::UnknownPort],
        2
    );
    // What a running domain names cannot be released behind its back.
    let refused = bed.inside(|driver| driver.remove(&Scope::All)).unwrap_err();
    assert!(refused.to_string().contains("domain"), "{refused}");
}

/// Its rules are bound to its name, and libvirt takes none away for an interface that goes.
#[test]
fn an_interface_that_comes_back_under_its_name_is_guarded_already() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let witness = bed.plug("witness");
    let web = bed.plug("tap-web");
    let (good, forged) = (arp(0x0a, OWN), arp(0x0a, OTHER));
    bed.apply(STRICT);
    drop(web);
    let applied = bed.apply(STRICT);
    assert!(applied.is_nothing(), "{applied:?}");
    assert_eq!(bed.state().drift, []);
    let web = bed.plug("tap-web");
    assert_eq!(
        bed.arrived(&witness, &web, &[&good, &forged]),
        [true, false]
    );
    // Away while libvirt is killed, and while the policy changes: what old and new refuse never passes.
    drop(web);
    bed.libvirtd.kill();
    bed.libvirtd.start().unwrap();
    let more = STRICT.replace("192.0.2.10]", "192.0.2.10, 192.0.2.77]");
    let (added, applied) = (arp(0x0a, [192, 0, 2, 77]), bed.apply(&more));
    assert_eq!(applied.changed, ["web"]);
    let drift = bed.state().drift;
    assert!(
        drift.iter().any(|it| it.what.contains("tap-web is away")),
        "{drift:?}"
    );
    let web = bed.plug("tap-web");
    assert_eq!(
        bed.arrived(&witness, &web, &[&good, &forged]),
        [true, false]
    );
    bed.apply(&more);
    assert_eq!(bed.state().drift, []);
    assert_eq!(
        bed.arrived(&witness, &web, &[&good, &forged, &added]),
        [true, false, true]
    );
    // Without a port, nothing of it stays.
    drop(web);
    let applied = bed.apply("version: 1\nports: []\n");
    assert_eq!(applied.removed, ["web"]);
    let bound = bed.libvirtd.virsh(&["nwfilter-binding-list"]).unwrap();
    assert!(!bound.contains("tap-web"), "{bound}");
}
