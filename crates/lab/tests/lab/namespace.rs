//! A namespace as a value: threads come back, namespaces go, the machine's own is out of reach.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;
use std::thread;

use nix::sys::signal::{SigSet, Signal};
use vifguard_lab::{Bridged, Error, Netns, available, refuse_home, wait_until};

use crate::support::{PATIENCE, spec};

/// The number of the calling thread's namespace.
fn here() -> u64 {
    let link = fs::read_link("/proc/thread-self/ns/net").unwrap();
    let text = link.to_string_lossy().into_owned();
    text.trim_start_matches("net:[")
        .trim_end_matches(']')
        .parse()
        .unwrap()
}

#[test]
fn a_guard_brings_its_thread_back() {
    if !available() {
        return;
    }
    let before = here();
    let (outer, inner) = (Netns::new("outer").unwrap(), Netns::new("inner").unwrap());
    assert_eq!(here(), before, "making a namespace moved the thread");
    {
        let _outer = outer.enter().unwrap();
        assert_eq!(here(), outer.id().inode());
        assert_eq!(inner.run(here).unwrap(), inner.id().inode());
        assert_eq!(here(), outer.id().inode());
    }
    assert_eq!(here(), before);
}

#[test]
fn a_guard_brings_its_thread_back_from_a_panic() {
    if !available() {
        return;
    }
    let before = here();
    let netns = Netns::new("panics").unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _inside = netns.enter().unwrap();
        panic!("as a failing assertion does");
    }));
    assert!(panicked.is_err());
    assert_eq!(here(), before);
    let panicked = catch_unwind(AssertUnwindSafe(|| netns.run(|| panic!("inside run"))));
    assert!(panicked.is_err());
    assert_eq!(here(), before);
}

#[test]
fn threads_live_inside() {
    if !available() {
        return;
    }
    let netns = Netns::new("threads").unwrap();
    let inside = netns.spawn(here).unwrap();
    assert_eq!(inside.join().unwrap(), netns.id().inode());
    assert_ne!(here(), netns.id().inode());
}

#[test]
fn the_machines_own_namespace_is_refused() {
    if !available() {
        return;
    }
    assert!(matches!(refuse_home(), Err(Error::Home)));
    assert!(matches!(Netns::current(), Err(Error::Home)));
    let netns = Netns::new("own").unwrap();
    let adopted = netns.run(Netns::current).unwrap().unwrap();
    assert_eq!(adopted, netns);
}

/// Others name a namespace by a file of a process in it.
#[test]
fn a_namespace_is_adopted_by_its_file() {
    if !available() {
        return;
    }
    for own in ["/proc/self/ns/net", "/proc/1/ns/net"] {
        let refused = Netns::at(Path::new(own));
        assert!(matches!(refused, Err(Error::Home)), "{own}: {refused:?}");
    }
    let before = here();
    let netns = Netns::new("theirs").unwrap();
    let mut sleep = Command::new("sleep");
    sleep.arg("1000");
    let daemon = netns.daemon(sleep).unwrap();
    let file = format!("/proc/{}/ns/net", daemon.id());
    let adopted = Netns::at(Path::new(&file)).unwrap();
    assert_eq!(adopted, netns);
    assert!(adopted.has_link("lo").unwrap());
    assert_eq!(here(), before, "adopting a namespace moved the thread");
    let absent = Netns::at(Path::new("/nowhere")).unwrap_err();
    assert!(absent.to_string().contains("/nowhere"), "{absent}");
}

/// What this program holds back for a while, a child of it could never be ended by.
#[test]
fn a_child_holds_no_signals_back() {
    if !available() {
        return;
    }
    let netns = Netns::new("signals").unwrap();
    let held = SigSet::from_iter([Signal::SIGTERM, Signal::SIGINT]);
    held.thread_block().unwrap();
    let mut grep = netns.command("grep");
    let said = grep.args(["SigBlk", "/proc/self/status"]).output();
    held.thread_unblock().unwrap();
    let said = String::from_utf8(said.unwrap().stdout).unwrap();
    assert_eq!(said, "SigBlk:\t0000000000000000\n");
}

#[test]
fn a_new_namespace_begins_the_same_everywhere() {
    if !available() {
        return;
    }
    let netns = Netns::new("fresh").unwrap();
    for table in ["ip", "ip6", "arp"] {
        let key = format!("net.bridge.bridge-nf-call-{table}tables");
        // A kernel without bridge netfilter has none.
        assert!(
            netns.read_sysctl(&key).map_or(true, |value| value == "0"),
            "{key}"
        );
    }
    assert_eq!(
        netns.read_sysctl("net.ipv6.conf.all.disable_ipv6").unwrap(),
        "0"
    );
    let links = netns.links().unwrap();
    let lo = links.iter().find(|link| link.name == "lo").unwrap();
    assert!(lo.up);
    assert!(
        netns
            .addresses()
            .unwrap()
            .iter()
            .any(|address| address.net.addr().is_loopback())
    );
}

#[test]
fn sysctls_are_the_namespaces_own() {
    if !available() {
        return;
    }
    let key = "net.ipv4.conf.all.arp_ignore";
    let (one, two) = (Netns::new("one").unwrap(), Netns::new("two").unwrap());
    one.sysctl(key, "1").unwrap();
    assert_eq!(one.read_sysctl(key).unwrap(), "1");
    assert_eq!(two.read_sysctl(key).unwrap(), "0");
    for foreign in ["kernel.panic", "net/../kernel/panic"] {
        assert!(
            matches!(one.sysctl(foreign, "0"), Err(Error::ForeignSysctl { .. })),
            "{foreign}"
        );
    }
    let wrong = one
        .sysctl("net.ipv4.no_such_key", "0")
        .unwrap_err()
        .to_string();
    assert!(
        wrong.contains("namespace one: cannot set net.ipv4.no_such_key"),
        "{wrong}"
    );
}

/// The kernel deletes a pair when the namespace of either end is gone: the end here tells about the one there.
#[test]
fn nothing_remains_after_the_last_handle() {
    if !available() {
        return;
    }
    let witness = Netns::new("witness").unwrap();
    let lab = Bridged::new().unwrap();
    let guest = lab.guest(&spec(1)).unwrap();
    let ids = [lab.host.id().inode(), guest.netns().id().inode()];
    witness.veth("w-host", &lab.host, "seen").unwrap();
    witness.veth("w-guest", guest.netns(), "seen").unwrap();
    let capture = guest.capture().unwrap();
    drop((lab, guest));
    // Sockets hold their namespace, so a capture can still be read after the rest is gone.
    assert!(witness.has_link("w-guest").unwrap());
    drop(capture);
    let gone = |name| wait_until(PATIENCE, || !witness.has_link(name).unwrap());
    assert!(
        gone("w-host") && gone("w-guest"),
        "a namespace outlived its last handle"
    );
    for id in ids {
        assert_eq!(holders(id), Vec::<String>::new());
    }
}

/// Files and threads of this process that hold the namespace, and mounts of it.
fn holders(inode: u64) -> Vec<String> {
    let name = format!("net:[{inode}]");
    let links = |dir: &str| {
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let mut paths = links("/proc/self/fd");
    paths.extend(
        links("/proc/self/task")
            .into_iter()
            .map(|task| task.join("ns/net")),
    );
    let held = paths
        .into_iter()
        .filter(|path| fs::read_link(path).is_ok_and(|target| target.to_string_lossy() == name));
    let mut found: Vec<_> = held.map(|path| path.display().to_string()).collect();
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    found.extend(
        mounts
            .lines()
            .filter(|line| line.contains(&name))
            .map(str::to_owned),
    );
    found
}

#[test]
fn labs_in_parallel_do_not_meet() {
    if !available() {
        return;
    }
    let threads: Vec<_> = (0..8).map(|_| thread::spawn(same_names_in_each)).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

fn same_names_in_each() {
    let before = here();
    for _ in 0..3 {
        let lab = Bridged::new().unwrap();
        let guests = [1, 2].map(|number| lab.guest(&spec(number)).unwrap());
        let names: Vec<_> = lab
            .host
            .links()
            .unwrap()
            .into_iter()
            .map(|link| link.name)
            .collect();
        assert_eq!(names, ["lo", "br0", "tap-1", "tap-2"]);
        assert_eq!(guests[0].netns().links().unwrap().len(), 2);
    }
    assert_eq!(here(), before);
}
