//! A driver of somebody else's: the one in `examples/ebtables`, on a real bridge, and what may be wrong
//! before a program is even asked.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use vifguard_conformance::properties::resident;
use vifguard_conformance::{Must, Place};
use vifguard_external::{External, Options};
use vifguard_lab::{Bridged, Netns, Tap, wait_until};

use crate::support::{PROGRAM, Ran, TempFile, inside, vifguard};
use crate::watch::Watcher;

/// One port, of which three guards are asked.
const POLICY: &str = "version: 1
host: { guarded_interfaces: [\"tap*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - name: web
    network: lan
    device: tap-web
    mac: \"02:00:00:00:00:0a\"
    addresses: [192.0.2.10]
    profile: open
    guards: { mac: on, arp: on, l2: on }
";

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/ebtables/vifguard-ebtables")
}

/// One of the programs that the crate's own tests are made with.
fn script(name: &str) -> PathBuf {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drivers/external/tests/programs");
    scripts.join(name)
}

/// Runs it with the example as its driver.
fn with_example(netns: &Netns, args: &[&str]) -> Ran {
    let program = example();
    let mut all = vec![
        args[0],
        "--driver",
        "external",
        "--program",
        program.to_str().unwrap(),
    ];
    all.extend(&args[1..]);
    inside(netns, &all)
}

/// A gratuitous ARP request.
fn arp(source: u8, sender: u8, address: u8) -> Vec<u8> {
    let mac = |last| [2, 0, 0, 0, 0, last];
    let ip = [192, 0, 2, address];
    let mut frame = [
        &[0xff; 6][..],
        &mac(source),
        &[8, 6, 0, 1, 8, 0, 6, 4, 0, 1],
    ]
    .concat();
    frame.extend(mac(sender));
    frame.extend(ip);
    frame.extend([0; 6]);
    frame.extend(ip);
    frame
}

/// Which of the frames come out at the other tap.
fn arrived(to: &Tap, from: &Tap, frames: &[Vec<u8>]) -> Vec<bool> {
    to.drain().unwrap();
    for frame in frames {
        from.write(frame).unwrap();
    }
    // The kernel hands them on in the call that writes them.
    let mut seen = Vec::new();
    while let Some(frame) = to.read(Duration::ZERO).unwrap() {
        seen.push(frame);
    }
    frames.iter().map(|frame| seen.contains(frame)).collect()
}

fn frames() -> Vec<Vec<u8>> {
    vec![
        arp(0x0a, 0x0a, 10),
        arp(0x0b, 0x0a, 10),
        arp(0x0a, 0x0b, 10),
        arp(0x0a, 0x0a, 11),
    ]
}

#[test]
fn it_guards_a_port() {
    if !vifguard_lab::available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    let host = &lab.host;
    let file = TempFile::new(POLICY);
    let there = lab.tap("there").unwrap();
    let web = lab.tap("tap-web").unwrap();
    assert_eq!(arrived(&there, &web, &frames()), [true; 4]);

    with_example(host, &["plan", "-f", file.path()])
        .ends(0)
        .says("-A vg.tap-web:");
    assert_eq!(
        arrived(&there, &web, &frames()),
        [true; 4],
        "a plan changes nothing"
    );

    with_example(host, &["enforce", "-f", file.path()])
        .ends(0)
        .says("1 port in force by external: 1 added")
        .says("+ web");
    assert_eq!(
        arrived(&there, &web, &frames()),
        [true, false, false, false]
    );
    with_example(host, &["enforce", "-f", file.path()])
        .ends(0)
        .says("nothing to do");

    let status = with_example(host, &["status", "--json"]).ends(0).json();
    let port = &status["result"]["ports"][0];
    assert_eq!(port["port"], "web", "{status}");
    assert_eq!(port["passed"], 1, "{status}");
    assert_eq!(port["refused"]["mac"], 1, "{status}");
    assert_eq!(port["refused"]["arp-mac"], 1, "{status}");
    assert_eq!(port["refused"]["arp-ip"], 1, "{status}");

    // Another one of the pattern has no port.
    let other = lab.tap("tap-other").unwrap();
    assert_eq!(arrived(&there, &other, &frames()), [false; 4]);

    with_example(host, &["release", "--port", "db"])
        .ends(1)
        .says("no port \"db\" is in force");
    with_example(host, &["release", "--port", "web"])
        .ends(0)
        .says("silent from now on: tap-web");
    assert_eq!(arrived(&there, &web, &frames()), [false; 4]);
    with_example(host, &["release", "--all"]).ends(0);
    assert_eq!(arrived(&there, &web, &frames()), [true; 4]);
    let left = Ran::of(host.command("ebtables-nft-save").output().unwrap());
    left.ends(0).never_says("vg.").never_says("vifguard");
}

#[test]
fn what_somebody_else_changed_is_seen_and_put_right() {
    if !vifguard_lab::available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    let host = &lab.host;
    let file = TempFile::new(POLICY);
    let _web = lab.tap("tap-web").unwrap();
    with_example(host, &["enforce", "-f", file.path()]).ends(0);
    let meddle = |args: &[&str]| {
        let ran = host
            .command("ebtables-nft")
            .args(["-t", "nat"])
            .args(args)
            .output();
        Ran::of(ran.unwrap()).ends(0);
    };
    for meddling in [
        &["-F", "vg.tap-web:in"][..],
        &["-I", "PREROUTING", "1", "-j", "ACCEPT"],
        &["-D", "PREROUTING", "-j", "vifguard"],
        &["-I", "vifguard", "1", "-i", "tap-web", "-j", "ACCEPT"],
    ] {
        meddle(meddling);
        with_example(host, &["status"]).ends(1);
        with_example(host, &["enforce", "-f", file.path()])
            .ends(0)
            .says("put right");
        with_example(host, &["status"]).ends(0);
    }
    let mut command = host.command(PROGRAM);
    command.args(["enforce", "--driver", "external", "--program"]);
    command.arg(example());
    let watcher = Watcher::with(command, &file);
    meddle(&["-F", "vg.tap-web:in"]);
    watcher.says("put right");
}

#[test]
fn what_it_declares_is_shown() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    with_example(&netns, &["doctor"])
        .ends(0)
        .says("driver external")
        .says("ebtables-nft, table nat, chain PREROUTING")
        .says("none: host: only what a Linux bridge forwards is judged");
}

#[test]
fn what_it_cannot_do_is_refused() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _routed = netns.tap("tap-web").unwrap();
    let file = TempFile::new(POLICY);
    with_example(&netns, &["enforce", "-f", file.path()])
        .ends(1)
        .says("port web: its interface tap-web is in no Linux bridge")
        .says("guard it with the driver nft");
    with_example(&netns, &["status"]).ends(1);
}

/// Its own error is ours.
/// A port that puts up with less is shown as one that does, by whichever driver.
#[test]
fn what_a_port_puts_up_with_is_shown_with_it() {
    if !vifguard_lab::available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    let _web = lab.tap("tap-web").unwrap();
    let audit = POLICY.replace("profile: open", "profile: open\n    mode: audit");
    let file = TempFile::new(&audit);
    with_example(&lab.host, &["enforce", "-f", file.path()])
        .ends(69)
        .says("port web needs audit");
    file.write(&audit.replace("mode: audit", "mode: audit\n    enforcement: best-effort"));
    with_example(&lab.host, &["enforce", "-f", file.path()])
        .ends(0)
        .says("degraded: port web without audit");
    with_example(&lab.host, &["status"])
        .ends(1)
        .says("degraded: port web: without audit: frames from a group");
}

#[test]
fn without_rights_it_only_plans() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(POLICY);
    let powerless = |command: &str| {
        let mut ran = netns.command("setpriv");
        ran.args(["--bounding-set", "-net_admin", PROGRAM, command]);
        ran.args(["--driver", "external", "--program"])
            .arg(example());
        if command != "status" {
            ran.args(["-f", file.path()]);
        }
        Ran::of(ran.output().unwrap())
    };
    powerless("enforce").ends(77).says("needs CAP_NET_ADMIN");
    powerless("status").ends(77);
    powerless("plan")
        .ends(0)
        .says("vg.tap-web:arp DROP")
        .never_says("no difference");
}

#[test]
fn what_is_not_heard_is_said() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new("version: 1\nports: []\n");
    let mut command = netns.command(PROGRAM);
    command.args(["enforce", "--driver", "external", "--program"]);
    command.arg(script("quiet.sh"));
    let watcher = Watcher::with(command, &file);
    watcher.says("not heard, of external: what others change of its guards");
}

/// Programs of a vifguard that was killed end: nobody asks them any more.
#[test]
fn its_programs_do_not_outlive_a_killed_vifguard() {
    if !vifguard_lab::available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    let file = TempFile::new(POLICY);
    let _web = lab.tap("tap-web").unwrap();
    let mut command = lab.host.command(PROGRAM);
    command.args(["enforce", "--driver", "external", "--program"]);
    command.arg(example());
    let watcher = Watcher::with(command, &file);
    let children = children(watcher.id());
    // One that is asked, and one that watches.
    assert_eq!(children.len(), 2, "{children:?}");
    drop(watcher);
    let all_gone = || children.iter().all(|process| parent(process).is_none());
    assert!(
        wait_until(Duration::from_secs(10), all_gone),
        "{children:?}"
    );
}

/// The processes that one has started.
fn children(of: u32) -> Vec<String> {
    let all = std::fs::read_dir("/proc").unwrap();
    let names = all.filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    names.filter(|name| parent(name) == Some(of)).collect()
}

/// Of a process that has not ended.
fn parent(process: &str) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut words = stat.rsplit(')').next()?.split_whitespace();
    (words.next()? != "Z").then(|| words.next()?.parse().ok())?
}

#[test]
fn a_wrong_program_is_refused_before_anything_else() {
    let file = TempFile::new(POLICY);
    let enforce = |args: &[&str]| {
        let mut all = vec!["enforce", "-f", file.path()];
        all.extend(args);
        vifguard(&all)
    };
    enforce(&["--driver", "external"])
        .ends(2)
        .says("--driver external needs --program")
        .says("docs/external-drivers.md");
    let program = example();
    enforce(&["--driver", "nft", "--program", program.to_str().unwrap()])
        .ends(2)
        .says("is of no use to --driver nft");
    enforce(&["--program", program.to_str().unwrap()])
        .ends(2)
        .says("is of no use to --driver auto")
        .says("choose --driver external");
    let external = |path: &str| enforce(&["--driver", "external", "--program", path]).ends(66);
    external("/no/such/program").says("there is no such file");
    external("/").says("is a directory");
    external("/dev/null").says("is no file");
    external(file.path())
        .says("may not be executed")
        .says("chmod +x");
    vifguard(&["demo", "--driver", "external"])
        .ends(2)
        .says("needs --program");
}

#[test]
fn one_that_fails_is_shown_with_what_it_said() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(POLICY);
    let enforce = |name: &str| {
        let program = script(name);
        let program = program.to_str().unwrap();
        inside(
            &netns,
            &[
                "enforce",
                "--driver",
                "external",
                "--program",
                program,
                "-f",
                file.path(),
            ],
        )
    };
    enforce("dies.sh")
        .ends(71)
        .says("probe by ")
        .says("programs/dies.sh")
        .says("no luck today");
    enforce("plain.sh").ends(69).says("cannot be started");
    enforce("protocol.sh").ends(69).says("speaks protocol 2");
    // It declares nothing, so it can do nothing.
    enforce("newer.sh")
        .ends(69)
        .says("the driver external cannot do it here: its program does not say that it can")
        .says("use --driver nft");
}

/// Killed at any moment, it leaves the old policy or the new one; and what a killed one had begun does not
/// come after what the next one did.
#[test]
fn a_killed_enforce_leaves_no_gap() {
    if !vifguard_lab::available() {
        return;
    }
    let mut files = Vec::new();
    let mut driver = External::new(Options::of(example()));
    let all = resident(&mut driver, Place::Bridge, 8, |policy| {
        let file = TempFile::new(policy);
        let mut enforce = Command::new(PROGRAM);
        enforce.args(["enforce", "--yes", "--driver", "external", "--program"]);
        enforce.arg(example()).args(["-f", file.path()]);
        files.push(file);
        Ok(enforce)
    })
    .unwrap();
    for kills in &all {
        println!("{kills}");
        let streams = &kills.outcome.streams;
        // Neighbor discovery is refused whole, whatever is changed or not.
        let at_rest = streams.iter().filter(|fates| {
            fates.must == Must::Pass && fates.name == "na" && fates.passed(0..fates.sent) == 0
        });
        let at_rest: u64 = at_rest.map(|fates| fates.sent).sum();
        assert_eq!((kills.outcome.leaked(), kills.unsettled), (0, 0), "{kills}");
        assert_eq!(kills.outcome.lost(), at_rest, "{kills}");
        assert!(kills.killed > 0, "{kills}");
    }
}
