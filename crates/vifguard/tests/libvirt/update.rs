//! What happens when libvirt itself changes the filter of a running domain's interface, and how nothing
//! passes meanwhile.

use std::time::Instant;

use vifguard_lab::libvirt::Libvirtd;
use vifguard_machine::domain::{Domain, interface};

use crate::scene::{POLICY, frames};
use crate::support::{Image, MAC, Observer, Program, TALKER, alone};

const SHIPPED: &str =
    "<filterref filter='clean-traffic'><parameter name='IP' value='192.0.2.10'/></filterref>";

#[test]
fn libvirts_own_update_under_flood_with_and_without_a_gate() {
    let Some(_alone) = alone() else {
        return;
    };
    // What both filters let pass, and refuse.
    let mut frames = frames();
    frames.good.truncate(2);
    frames.forged.truncate(5);
    let image = Image::new(TALKER, &frames.all());
    let host = Libvirtd::new().unwrap();
    let program = Program::on(&host, &image.place);
    let file = program.policy(POLICY);
    // The domain names a filter of ours, whose name does not change with the policy.
    program.does(&["libvirt", "define", "-f", &file]);
    let ours = program.does(&["libvirt", "snippet", "-f", &file, "--port", "web"]);
    let domain = Domain::start(&host, &image.domain("web", SHIPPED), false).unwrap();
    let device = domain.devices(&host).unwrap().remove(0);
    let target = |filter: &str| format!("{filter}<target dev='{device}'/>");
    let update = |filter: &str| {
        let card = interface("br0", MAC, &target(filter));
        host.virsh_with(&["update-device", "web", "--live"], &card)
            .unwrap();
    };
    let mut observer = Observer::on(&host, &frames);
    observer.await_good(100);
    observer.nothing_leaked();

    let changed = |observer: &mut Observer<'_>, what: &str| {
        let (start, before) = (Instant::now(), observer.passed);
        std::thread::scope(|scope| {
            let done = scope.spawn(|| {
                update(&ours);
                update(SHIPPED);
                update(&ours);
            });
            while !done.is_finished() {
                observer.look();
            }
            done.join().unwrap();
        });
        let leaked: u64 = observer.leaked.drain().map(|(_, count)| count).sum();
        let passed = observer.passed - before;
        println!(
            "{what}: 3 updates in {:?}, {passed} good frames passed, {leaked} forged ones",
            start.elapsed()
        );
        leaked
    };
    let open = changed(&mut observer, "libvirt's own update-device");
    // The gate: the same port in nftables, for as long as libvirt is at it.
    program.does(&["enforce", "--yes", "--beside", "-f", &file]);
    let gated = changed(&mut observer, "the same with nft's guards before it");
    assert_eq!(gated, 0);
    assert!(
        open > 0,
        "libvirt has learned to change filters without a gap: say so in docs/libvirt.md"
    );
    // Of the gate alone: a filter that the domain names is not to be taken from it.
    program.does(&["release", "--all", "--driver", "nft"]);
    observer.await_good(10);
    observer.nothing_leaked();

    // The policy changes; the domain's XML does not.
    let more = POLICY.replace("192.0.2.10,", "192.0.2.10, 192.0.2.77,");
    let file = program.policy(&more);
    let said = program.does(&["libvirt", "define", "-f", &file]);
    assert!(said.contains("1 changed"), "{said}");
    observer.await_good(10);
    observer.nothing_leaked();
}
