use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{PROGRAM, Ran, is_a_report, vifguard};

/// A directory for a report, that goes with it.
struct Reported(vifguard_lab::Place);

impl Reported {
    fn new() -> Reported {
        Reported(vifguard_lab::Place::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let directory = self.path().display().to_string();
        let report = ["--report", directory.as_str()];
        vifguard(&[&["conformance", "run"], arguments, &report].concat())
    }

    /// What was written, as its schema says.
    #[track_caller]
    fn document(&self) -> Value {
        let text = fs::read_to_string(self.path().join("report.json")).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        is_a_report(&document);
        document
    }
}

#[test]
fn a_driver_that_guards_nothing_fails_each_guard() {
    if !vifguard_lab::available() {
        return;
    }
    let reported = Reported::new();
    reported
        .run(&["--driver", "null"])
        .ends(1)
        .says("holds nothing of what was asked for (profile baseline)");
    let document = reported.document();
    assert_eq!(document["outcome"], "holds-nothing");
    let features = document["features"].as_array().unwrap();
    let guards = [
        "mac",
        "arp",
        "ipv4",
        "nd",
        "ipv6",
        "router",
        "dhcp-server",
        "l2",
    ];
    for guard in guards.iter().chain(&["form", "nd-form"]) {
        let feature = features.iter().find(|it| it["id"] == *guard).unwrap();
        assert_eq!(feature["declared"], "none", "{guard}");
        assert_eq!(feature["found"], "none", "{guard}: {feature}");
        assert_eq!(feature["verdict"], "proven", "{guard}");
    }
    // What was not tried is said and counted.
    let skipped = document["skipped"].as_array().unwrap();
    for feature in ["atomic", "drift", "audit"] {
        assert!(skipped.iter().any(|it| it["what"] == feature), "{feature}");
    }
    assert!(skipped.iter().any(|it| it["frames"].as_u64() > Some(0)));
    let junit = fs::read_to_string(reported.path().join("junit.xml")).unwrap();
    let junit = roxmltree::Document::parse(&junit).unwrap();
    // What is declared holds; that nothing is there of what was asked for is a failure of its own.
    assert_eq!(junit.root_element().attribute("failures"), Some("1"));
    let page = fs::read_to_string(reported.path().join("index.html")).unwrap();
    assert!(page.contains("<h2 id=\"leaked\">Leaked: "));
}

/// What is passed over in silence is taken for done.
#[test]
fn patience_is_for_hooks() {
    let run = ["conformance", "run", "--driver", "null", "--patience", "5"];
    vifguard(&run).ends(2).says("--patience");
}

#[test]
fn a_feature_of_a_driver_is_shown_by_itself() {
    if !vifguard_lab::available() {
        return;
    }
    let reported = Reported::new();
    let ran = reported.run(&[
        "--driver",
        "nft",
        "--feature",
        "arp",
        "--feature",
        "drift",
        "--json",
    ]);
    let answer = ran.ends(0).json();
    let document = reported.document();
    assert_eq!(answer["result"], document);
    let features = document["features"].as_array().unwrap();
    assert_eq!(features.len(), 2, "{features:?}");
    let of = |id: &str| features.iter().find(|it| it["id"] == id).unwrap();
    assert_eq!(
        (&of("arp")["found"], &of("arp")["verdict"]),
        (&"full".into(), &"proven".into())
    );
    assert_eq!(of("drift")["verdict"], "proven", "{features:?}");
    let skipped = document["skipped"].as_array().unwrap();
    assert!(
        skipped
            .iter()
            .any(|it| it["why"] == "they were not asked for")
    );
    assert_eq!(document["differences"].as_array().unwrap().len(), 0);
}

#[test]
fn a_profile_that_is_asked_for_is_held_against_the_driver() {
    if !vifguard_lab::available() {
        return;
    }
    vifguard(&[
        "conformance",
        "run",
        "--driver",
        "null",
        "--feature",
        "arp",
        "--profile",
        "baseline",
    ])
    .ends(1)
    .says("features of the profile baseline are not there");
    vifguard(&[
        "conformance",
        "run",
        "--driver",
        "null",
        "--profile",
        "basline",
    ])
    .ends(2)
    .says("did you mean baseline?");
}

#[test]
fn one_case_is_sent_alone_and_captured() {
    if !vifguard_lab::available() {
        return;
    }
    let reported = Reported::new();
    let file = reported.path().join("it.pcapng").display().to_string();
    let case = "arp-probe-for-the-neighbour";
    let run = |driver: &str| {
        vifguard(&[
            "conformance",
            "case",
            case,
            "--driver",
            driver,
            "--pcap",
            &file,
        ])
    };
    let captured = || {
        let bytes = fs::read(&file).unwrap();
        let mut reader = pcap_file::pcapng::PcapNgReader::new(bytes.as_slice()).unwrap();
        let mut sent = 0;
        let mut came = 0;
        while let Some(block) = reader.next_block() {
            if let pcap_file::pcapng::Block::EnhancedPacket(packet) = block.unwrap() {
                sent += usize::from(packet.interface_id == 0);
                came += usize::from(packet.interface_id == 1);
            }
        }
        (sent, came)
    };
    run("nft").ends(0).says("counted as arp-ip").says("ARP");
    assert_eq!(captured().0, 1);
    run("null")
        .ends(1)
        .says("came through")
        .says("not as the contract says");
    let (sent, came) = captured();
    assert_eq!(sent, 1);
    assert!(came >= 1);
    run_open(case);
}

/// With no guards on, the same frame passes, and that is as it must be.
fn run_open(case: &str) {
    vifguard(&[
        "conformance",
        "case",
        case,
        "--driver",
        "null",
        "--choice",
        "open",
    ])
    .ends(0);
    vifguard(&[
        "conformance",
        "case",
        case,
        "--driver",
        "null",
        "--choice",
        "opn",
    ])
    .ends(65)
    .says("it is as: strict, forwarder");
}

#[test]
fn cases_are_listed_by_what_they_show() {
    let all = vifguard(&["conformance", "list", "--json"]).ends(0).json();
    let all = all["result"]["cases"].as_array().unwrap().len();
    let ran = vifguard(&["conformance", "list", "--feature", "arp", "--json"]);
    let some = ran.ends(0).json();
    let some = some["result"]["cases"].as_array().unwrap();
    assert!(!some.is_empty() && some.len() < all);
    for case in some {
        let features = case["features"].as_array().unwrap();
        assert!(features.contains(&"arp".into()), "{case}");
    }
    vifguard(&["conformance", "list", "--feature", "arp"])
        .ends(0)
        .says("arp-probe-for-the-neighbour");
}

#[test]
fn a_case_that_is_not_there_is_named() {
    vifguard(&["conformance", "case", "arp-prob", "--driver", "null"])
        .ends(65)
        .says("did you mean arp-probe?");
}

#[test]
fn a_driver_without_a_lab_says_why() {
    if !vifguard_lab::available() {
        return;
    }
    vifguard(&["conformance", "run", "--driver", "xapi"])
        .ends(69)
        .says("no lab has one");
}

/// It is found out before minutes are spent on what cannot be written.
#[test]
fn a_report_that_cannot_be_written_is_no_run() {
    if !vifguard_lab::available() {
        return;
    }
    let run = [
        "conformance",
        "run",
        "--driver",
        "null",
        "--report",
        "/proc/nowhere",
    ];
    vifguard(&run)
        .ends(74)
        .says("/proc/nowhere")
        .never_says("corpus");
}

/// What a lab is made of may be missing; the package is named.
#[test]
fn a_server_that_is_missing_is_named() {
    if !vifguard_lab::available() {
        return;
    }
    for (driver, package) in [
        ("ovs", "openvswitch-switch"),
        ("nwfilter", "libvirt-clients"),
    ] {
        let mut command = Command::new(PROGRAM);
        command.args(["conformance", "run", "--driver", driver]);
        command.env("PATH", "/nowhere");
        let ran = Ran::of(command.output().unwrap());
        ran.ends(69).says(package);
    }
}

#[test]
fn without_rights_it_says_so() {
    if !vifguard_lab::available() {
        return;
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set", "-sys_admin,-net_admin", PROGRAM]);
    command.args(["conformance", "run", "--driver", "null"]);
    Ran::of(command.output().unwrap()).ends(77).says("as root");
}
