//! Two drivers on one host: neither leaves the other's guards behind unsaid.

use vifguard_lab::libvirt::Libvirtd;
use vifguard_lab::{Place, wait_until};

use crate::support::{PATIENCE, Program};

const POLICY: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10],
      enforcement: best-effort }
";
const EMPTY: &str = "version: 1\nports: []\n";

/// A host with a libvirt of its own and the interface of the policy.
fn on_a_host(scene: impl FnOnce(&Libvirtd, &Program<'_>)) {
    if !vifguard_lab::libvirt::available() {
        return;
    }
    let (host, place) = (Libvirtd::new().unwrap(), Place::new().unwrap());
    let _web = host.bridged().tap("tap-web").unwrap();
    scene(&host, &Program::on(&host, &place));
}

#[test]
fn one_is_not_put_beside_another_unasked() {
    on_a_host(|_, program| {
        let file = program.policy(POLICY);
        program.does(&["enforce", "--driver", "nwfilter", "-f", &file]);
        let other = POLICY.replace("192.0.2.10", "192.0.2.20");
        let remedy = "vifguard release --all --driver nwfilter";
        // With the port, and without it.
        for policy in [other.as_str(), EMPTY] {
            let file = program.policy(policy);
            for command in ["enforce", "plan", "verify"] {
                let said = program.ends(1, &[command, "-f", &file]);
                assert!(said.contains("nwfilter holds 1 port: web"), "{said}");
                assert!(command == "verify" || said.contains(remedy), "{said}");
            }
            let status = program.says(&["status"]);
            assert!(!status.contains(" nft "), "{status}");
        }
        // From one to the other, never open.
        let file = program.policy(&other);
        program.does(&["enforce", "--beside", "-f", &file]);
        let said = program.ends(1, &["enforce", "--driver", "nwfilter", "-f", &file]);
        assert!(said.contains("nft holds 1 port: web"), "{said}");
        program.does(&["release", "--all", "--driver", "nwfilter"]);
        program.does(&["enforce", "-f", &file]);
        program.does(&["verify", "-f", &file]);
        let said = program.does(&["release", "--all"]);
        assert!(said.contains("nothing of vifguard remains"), "{said}");
    });
}

#[test]
fn one_that_is_away_may_hold_something() {
    on_a_host(|host, program| {
        let file = program.policy(POLICY);
        program.does(&["enforce", "-f", &file]);
        program.does(&["enforce", "--beside", "--driver", "nwfilter", "-f", &file]);
        host.stop().unwrap();
        // Its rules are in the kernel, whether or not anybody says where it is.
        let said = program.ends(1, &["status"]);
        assert!(said.contains("not known: nwfilter"), "{said}");
        let said = program.ends(1, &["enforce", "-f", &program.policy(EMPTY)]);
        assert!(said.contains("nwfilter may guard tap-web"), "{said}");
        let said = program.ends(1, &["release", "--all"]);
        assert!(said.contains("1 port released"), "{said}");
        assert!(said.contains("not known: nwfilter"), "{said}");
        assert!(!said.contains("nothing of vifguard remains"), "{said}");
        host.start().unwrap();
        let said = program.does(&["release", "--all"]);
        assert!(said.contains("nothing of vifguard remains"), "{said}");
    });
}

/// What libvirt has no events for ends in its rules, and these are heard.
#[test]
fn what_others_do_to_its_filters_is_put_right() {
    on_a_host(|host, program| {
        let file = program.policy(POLICY);
        let watcher = program.watch_by("nwfilter", "watch.log", &file);
        let is_whole = || {
            let status = program.says(&["status", "--driver", "nwfilter"]);
            status.contains("1 port in force") && !status.contains("behind our back")
        };
        assert!(wait_until(PATIENCE, is_whole), "{}", watcher.said());
        // To look is no change, or it would look for ever.
        let listing = ["-t", "nat", "-L"];
        let listed = host.host().command("ebtables").args(listing).output();
        assert!(listed.unwrap().status.success());
        assert!(watcher.rests());
        let said = || watcher.said().len();
        let before = said();
        host.virsh(&["nwfilter-binding-delete", "tap-web"]).unwrap();
        assert!(
            wait_until(PATIENCE, || said() > before),
            "{}",
            watcher.said()
        );
        assert!(wait_until(PATIENCE, is_whole), "{}", watcher.said());
        let before = said();
        let flush = ["-t", "nat", "-F", "libvirt-I-tap-web"];
        let flushed = host.host().command("ebtables").args(flush).status();
        assert!(flushed.unwrap().success());
        assert!(
            wait_until(PATIENCE, || said() > before),
            "{}",
            watcher.said()
        );
        assert!(wait_until(PATIENCE, is_whole), "{}", watcher.said());
    });
}

/// A hypervisor that is away hides the guests that it has, and no others.
#[test]
fn a_libvirt_that_is_away_does_not_keep_other_ports_from_being_put_right() {
    on_a_host(|host, program| {
        let db =
            "  - { name: db, network: lan, libvirt: { domain: db }, mac: \"02:00:00:00:00:0b\",
      addresses: [192.0.2.11] }\n";
        let file = program.policy(&format!("{POLICY}{db}"));
        let watcher = program.watch("watch.log", &file);
        host.stop().unwrap();
        watcher.says("libvirt, which does not answer");
        let table = ["delete", "table", "netdev", "vifguard"];
        let deleted = host.host().command("nft").args(table).status();
        assert!(deleted.unwrap().success());
        let is_whole = || {
            program
                .says(&["status", "--driver", "nft"])
                .contains("1 port in force")
        };
        assert!(wait_until(PATIENCE, is_whole), "{}", watcher.said());
        assert!(
            watcher
                .said()
                .contains("what was in force stays in force; it is tried again")
        );
    });
}

/// One that cannot release does not say that nothing was changed where another has.
#[test]
fn what_was_released_before_a_failure_is_said() {
    on_a_host(|host, program| {
        let file = program.policy(POLICY);
        program.does(&["enforce", "-f", &file]);
        program.does(&["libvirt", "define", "-f", &file]);
        let binding = "<filterbinding><owner><name>web</name>\
        <uuid>5d0c5e6e-1ab0-4a11-8a11-000100000001</uuid></owner><portdev name='tap-web'/>\
        <mac address='02:00:00:00:00:0a'/><filterref filter='vifguard-port-web'/></filterbinding>";
        host.virsh_with(&["nwfilter-binding-create"], binding)
            .unwrap();
        let said = program.ends(1, &["release", "--all"]);
        assert!(said.contains("a running domain names the filter"), "{said}");
        assert!(said.contains("elsewhere 1 port was released"), "{said}");
        assert!(said.contains("what the others did stays so"), "{said}");
        assert!(!said.contains("nothing was changed"), "{said}");
    });
}
