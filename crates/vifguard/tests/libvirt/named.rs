//! A driver that is chosen by name only is seen by commands that name none, where it holds something.

use vifguard_lab::Place;
use vifguard_lab::libvirt::Libvirtd;

use crate::support::{Program, alone};

const POLICY: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10],
      enforcement: best-effort }
";

#[test]
fn what_was_asked_for_by_name_is_shown_and_released_with_the_rest() {
    let Some(_alone) = alone() else {
        return;
    };
    let (host, place) = (Libvirtd::new().unwrap(), Place::new().unwrap());
    let _tap = host.bridged().tap("tap-web").unwrap();
    let program = Program::on(&host, &place);
    let file = program.policy(POLICY);
    program.does(&["enforce", "-f", &file, "--driver", "nwfilter"]);
    let filters = || host.virsh(&["nwfilter-list"]).unwrap();
    assert!(filters().contains("vifguard-"));
    let status = program.says(&["status"]);
    assert!(status.contains("tap-web"), "{status}");
    assert!(status.contains("nwfilter"), "{status}");
    let released = program.does(&["release", "--all"]);
    assert!(
        released.contains("nothing of vifguard remains"),
        "{released}"
    );
    assert!(released.contains("- web"), "{released}");
    assert!(!filters().contains("vifguard-"));
}
