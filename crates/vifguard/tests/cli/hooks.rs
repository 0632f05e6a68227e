//! `vifguard conformance run --external`: hooks that do what they are asked, and hooks that do not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use vifguard_lab::{Place, wait_until};

use crate::support::{PROGRAM, Ran, is_a_report, vifguard};

/// A hook that goes with the test, and what it leaves beside itself.
struct Hook {
    place: Place,
    file: PathBuf,
}

impl Hook {
    fn new(text: &str) -> Hook {
        let place = Place::new().unwrap();
        let source = place.path().join("source");
        fs::write(&source, text).unwrap();
        let file = place.path().join("hook");
        // By another process: a child that another thread starts would hold a file open that this one writes,
        // and nothing can be executed that is open for writing.
        let mut install = Command::new("install");
        install.args(["-m", "755"]).arg(&source).arg(&file);
        assert!(install.status().unwrap().success());
        Hook { place, file }
    }

    /// The bare bridge of the documentation, with one of its verbs replaced.
    fn but(verb: &str, does: &str) -> Hook {
        let text = documented();
        let begins = text.find(&format!("\n{verb})\n")).unwrap() + verb.len() + 3;
        let ends = begins + text[begins..].find("    ;;\n").unwrap();
        Hook::new(&format!("{}    {does}\n{}", &text[..begins], &text[ends..]))
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let file = self.file.display().to_string();
        let external = ["conformance", "run", "--external", &file];
        vifguard(&[&external[..], arguments].concat())
    }

    /// The result of a run of few frames.
    #[track_caller]
    fn result(&self, arguments: &[&str]) -> Value {
        let all = [arguments, &["--json"]].concat();
        report(self.run(&all))
    }

    fn note(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }
}

/// What is printed of a hook is a report like any other.
#[track_caller]
fn report(ran: Ran) -> Value {
    let report = ran.ends(0).json()["result"].clone();
    is_a_report(&report);
    report
}

/// The hook in the documentation.
fn documented() -> String {
    let text = include_str!("../../../../docs/conformance-hooks.md");
    let (_, behind) = text.split_once("## A hook, whole\n\n```sh\n").unwrap();
    behind.split_once("```\n").unwrap().0.to_owned()
}

fn shipped(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("examples/hooks").join(name)
}

#[track_caller]
fn feature<'a>(result: &'a Value, id: &str) -> &'a Value {
    let features = result["features"].as_array().unwrap();
    let found = features.iter().find(|it| it["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {features:?}"))
}

#[test]
fn the_hook_of_the_documentation_is_the_one_that_is_shipped() {
    let file = fs::read_to_string(shipped("bare-bridge")).unwrap();
    assert_eq!(file, documented());
}

#[test]
fn a_switch_that_guards_nothing_holds_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    let hook = Hook::new(&documented());
    let result = hook.result(&["--feature", "mac", "--feature", "dhcp-server"]);
    assert_eq!(result["driver"], "bare bridge");
    assert_eq!(result["outcome"], "shown");
    assert_eq!(result["hook"], hook.file.display().to_string());
    for id in ["mac", "dhcp-server"] {
        let feature = feature(&result, id);
        assert_eq!(feature["found"], "none", "{feature}");
        assert_eq!(feature["verdict"], "does-not-hold", "{feature}");
        assert_eq!(feature["declared"], Value::Null, "{feature}");
    }
    let frames = &result["frames"];
    assert_eq!(frames["refused"], 0, "{frames}");
    assert!(frames["passed"].as_u64() > Some(0), "{frames}");
    // Nothing that must pass was lost, and every leak comes with its frame and how to see it again.
    let differences = result["differences"].as_array().unwrap();
    assert!(!differences.is_empty());
    for it in differences {
        assert_eq!(it["kind"], "leaked", "{it}");
        assert!(it["again"].as_str().unwrap().contains("--external"), "{it}");
    }
}

/// One rule of nf_tables in the bridge's prerouting, before it learns.
const GUARDS_IPV4: &str = r#"for address in $VIFGUARD_IPV4 $VIFGUARD_MACS; do
        case $address in */*) echo "one address" >&2; exit 3 ;; esac
    done
    [ "$VIFGUARD_MACS" = "$VIFGUARD_MAC" ] || { echo "one MAC only" >&2; exit 3; }
    case $VIFGUARD_GUARDS in *ipv4*) ;; *) echo "always on" >&2; exit 3 ;; esac
    nft add table bridge guard
    nft add chain bridge guard "$VIFGUARD_NAME" '{ type filter hook prerouting priority -300; }'
    nft add rule bridge guard "$VIFGUARD_NAME" iifname "$VIFGUARD_DEVICE" ether type ip \
        ip saddr != "$VIFGUARD_IPV4" drop
    ip link set "$VIFGUARD_DEVICE" master br0 up"#;

/// The same that lets a guarded port be connected otherwise than the witness.
fn guarding() -> Hook {
    let text = documented().replace(
        "plug | guard)\n",
        "plug) ip link set \"$VIFGUARD_DEVICE\" master br0 up ;;\nguard)\n",
    );
    let (before, behind) = text.split_once("guard)\n").unwrap();
    let (_, behind) = behind.split_once("    ;;\n").unwrap();
    Hook::new(&format!(
        "{before}guard)\n    {GUARDS_IPV4}\n    ;;\n{behind}"
    ))
}

#[test]
fn a_switch_that_guards_one_thing_holds_that() {
    if !vifguard_lab::available() {
        return;
    }
    let hook = guarding();
    let result = hook.result(&["--feature", "ipv4", "--feature", "arp", "--feature", "fdb"]);
    let ipv4 = feature(&result, "ipv4");
    // Port 0.0.0.0 of a DHCP client and of IGMP is refused with the rest.
    assert_eq!(ipv4["found"], "partial", "{ipv4}");
    assert_eq!(ipv4["verdict"], "holds", "{ipv4}");
    assert_eq!(feature(&result, "arp")["verdict"], "does-not-hold");
    let fdb = feature(&result, "fdb");
    assert_eq!(fdb["verdict"], "holds", "{fdb}");
    // It takes one MAC; what it was not asked for is counted with its own words.
    let skipped = result["skipped"].as_array().unwrap();
    let said = |why: &str| {
        skipped
            .iter()
            .any(|it| it["why"] == why && it["policies"] != 0)
    };
    assert!(said("one MAC only") && said("always on"), "{skipped:?}");
    hook.run(&["--feature", "ipv4", "--profile", "baseline"])
        .ends(1)
        .says("not all that a wire shows of the profile baseline is there");
}

/// Verbs in which a hook fails, what it does then, and what is to be said of it.
const BAD: [(&str, &str, &str); 9] = [
    (
        "start",
        "echo no luck >&2; exit 1",
        "asked to start, ended with 1; it said: no luck",
    ),
    (
        "start",
        "echo no such program >&2; exit 69",
        "asked to start, cannot do it on this machine",
    ),
    (
        "start",
        "echo gibberish",
        "asked to start, printed what is no answer",
    ),
    (
        "start",
        "echo '{\"bridge\": \"br7\"}'",
        "asked to start, named the bridge br7, which is not there",
    ),
    (
        "plug | guard",
        "true",
        "asked to plug, left the interface witness down, or did not connect it",
    ),
    (
        "plug | guard",
        "echo '{\"device\": \"eth7\"}'",
        "named the interface eth7, which is not there",
    ),
    (
        "release",
        "sleep 1000",
        "asked to release, did not end within 2 s",
    ),
    (
        "release",
        "exec kill -9 $$",
        "asked to release, was ended by signal 9",
    ),
    (
        "stop",
        "sleep 1000 >/dev/null 2>&1 &",
        "asked to stop, left behind: process",
    ),
];

#[test]
fn what_a_hook_does_wrong_is_said_with_its_own_words() {
    if !vifguard_lab::available() {
        return;
    }
    for (verb, does, said) in BAD {
        let hook = Hook::but(verb, does);
        let code = if does.contains("exit 69") { 69 } else { 70 };
        hook.run(&["--feature", "dhcp-server", "--patience", "2"])
            .ends(code)
            .says(&hook.file.display().to_string())
            .says(said);
    }
    Hook::but("stop", "true")
        .run(&["--feature", "dhcp-server"])
        .ends(70)
        .says("left behind: interface br0")
        // What was seen is told all the same.
        .says("does-not-hold");
}

/// It may have failed in the middle.
#[test]
fn a_hook_that_cannot_start_is_stopped_all_the_same() {
    if !vifguard_lab::available() {
        return;
    }
    let text = documented().replace("stop)\n", "stop)\n    : >\"${0%/*}/stopped\"\n");
    let text = text.replace("    ip link set br0 up\n", "    false\n");
    let hook = Hook::new(&text);
    hook.run(&[])
        .ends(70)
        .says("asked to start, ended with 1; it said nothing");
    assert!(hook.note("stopped").exists());
}

#[test]
fn a_case_is_sent_alone_through_a_hooks_switch() {
    if !vifguard_lab::available() {
        return;
    }
    let hook = guarding();
    let file = hook.file.display().to_string();
    let capture = hook.note("it.pcapng").display().to_string();
    let run = |case: &str| {
        vifguard(&[
            "conformance",
            "case",
            case,
            "--external",
            &file,
            "--pcap",
            &capture,
        ])
    };
    // Its product takes one MAC: the port has one, and the contract says the same of the frame then.
    run("ipv4-source-below-the-prefix")
        .ends(0)
        .says("did not come through");
    run("forged-mac-arp")
        .ends(1)
        .says("came through")
        .says("not as the contract says");
    assert!(fs::metadata(&capture).unwrap().len() > 0);
    // From an address that such a port does not have.
    run("ipv4-source-shared-address")
        .ends(69)
        .says("the product cannot express its policy: one");
    run("forged-mac").ends(65).says("the corpus has no case");
}

/// Its own interface, made by the hook: it is told where, and must be gone in the end.
#[test]
fn an_interface_of_the_hooks_own_is_sent_from() {
    if !vifguard_lab::available() {
        return;
    }
    let own = "ip link add own type veth peer name inside\n    ip link set own master br0 up\n    \
               echo '{ \"device\": \"inside\" }'\n    ;;\nplug)\n    \
               ip link set \"$VIFGUARD_DEVICE\" master br0 up";
    let text = documented().replace("plug | guard)", "guard)");
    let begins = text.find("guard)\n").unwrap() + "guard)\n".len();
    let ends = begins + text[begins..].find("    ;;\n").unwrap();
    let with = |release: &str| {
        let text = format!("{}    {own}\n{}", &text[..begins], &text[ends..]);
        let old = "ip link set \"$VIFGUARD_DEVICE\" nomaster";
        Hook::new(&text.replace(old, release))
    };
    let result = with("ip link del own").result(&["--feature", "dhcp-server"]);
    assert_eq!(feature(&result, "dhcp-server")["verdict"], "does-not-hold");
    with("true")
        .run(&["--feature", "dhcp-server"])
        .ends(70)
        .says("asked to release, left the interface inside");
}

/// What comes out of a dead port says nothing of guards.
#[test]
fn a_dead_port_shows_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    // Connected, and on no bridge.
    let text = documented().replace(
        "plug | guard)\n",
        "guard) ip link set \"$VIFGUARD_DEVICE\" up ;;\nplug)\n",
    );
    let case = ["--feature", "nd-form", "--profile", "hardened"];
    let hook = Hook::new(&text);
    let result = hook.run(&[&case[..], &["--json"]].concat()).ends(1).json()["result"].clone();
    assert_eq!(result["outcome"], "lacks");
    assert_eq!(feature(&result, "nd-form")["verdict"], "not-shown");
    assert_eq!(result["frames"]["sent"], 0);
    let skipped = result["skipped"].as_array().unwrap();
    let dead = "policies under which the port is dead";
    assert!(skipped.iter().any(|it| it["what"] == dead), "{skipped:?}");
}

#[test]
fn a_hook_that_is_not_there_is_named() {
    if !vifguard_lab::available() {
        return;
    }
    vifguard(&["conformance", "run", "--external", "/nowhere/hook"])
        .ends(66)
        .says("the hook /nowhere/hook, asked to start, cannot be run");
    vifguard(&["conformance", "run", "--external", "x", "--driver", "nft"]).ends(2);
    vifguard(&["conformance", "run"]).ends(2).says("--driver");
}

/// Who is asked to stop has the hook tidy up first, even in the middle of a call.
#[test]
fn asked_to_stop_it_has_the_hook_stop() {
    if !vifguard_lab::available() {
        return;
    }
    let text = documented().replace("guard)\n", "guard)\n    : >\"${0%/*}/$1\"\n");
    let text = text.replace(
        "release)\n",
        "release)\n    : >\"${0%/*}/released\"; sleep 1000\n",
    );
    let hook = Hook::new(&text.replace("stop)\n", "stop)\n    : >\"${0%/*}/stopped\"\n"));
    let mut command = Command::new(PROGRAM);
    command.args([
        "conformance",
        "run",
        "--feature",
        "dhcp-server",
        "--external",
    ]);
    command
        .arg(&hook.file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let patience = Duration::from_secs(60);
    assert!(wait_until(patience, || hook.note("released").exists()));
    assert!(!hook.note("stopped").exists());
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    ran.ends(130)
        .says("asked to stop")
        .says("the hook has taken its switch away");
    assert!(hook.note("stopped").exists());
}

const GOOD: &str = "arp-request";
const FORGED: &str = "forged-mac-arp";

/// A hook that is shipped, on a machine that has its product.
fn product(name: &str) {
    if !vifguard_lab::available() {
        return;
    }
    let hook = shipped(name).display().to_string();
    let features = ["--feature", "mac", "--feature", "arp"];
    let run = ["conformance", "run", "--json", "--external", &hook];
    let ran = vifguard(&[&run[..], &features].concat());
    if ran.code == Some(69) {
        vifguard_lab::skip(&ran.out);
        return;
    }
    let result = report(ran);
    let (frames, differences) = (&result["frames"], result["differences"].as_array().unwrap());
    assert!(frames["policies"].as_u64() > Some(0), "{result}");
    assert!(frames["passed"].as_u64() > Some(0), "{frames}");
    let of = |kind: &str, case: &str| {
        differences
            .iter()
            .any(|it| it["kind"] == kind && it["case"] == case)
    };
    let cases = result["cases"].as_array().unwrap();
    for case in [GOOD, FORGED] {
        assert!(
            cases.iter().any(|it| it["name"] == case),
            "{case} was not sent"
        );
    }
    // An honest request is let through, and a frame from somebody else's MAC is not.
    assert!(!of("broken", GOOD), "{differences:?}");
    assert!(!of("leaked", FORGED), "{differences:?}");
}

#[test]
fn filters_of_libvirt() {
    product("libvirt-clean-traffic");
}

#[test]
fn filters_of_lxd() {
    product("lxd-filters");
}

#[test]
fn port_security_of_ovn() {
    product("ovn-port-security");
}

/// What is held to the contract frame by frame elsewhere, seen by a wire alone: nothing passes that must not,
/// nothing is lost. So a kit that sees what is not there would be found out.
#[test]
fn guards_of_vifguards_own() {
    if !vifguard_lab::available() {
        return;
    }
    let hook = shipped("vifguard").display().to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    let own = Path::new(PROGRAM).parent().unwrap().display().to_string();
    let mut command = Command::new(PROGRAM);
    command.args(["conformance", "run", "--json", "--external", &hook]);
    command.env("PATH", format!("{own}:{path}"));
    let ran = Ran::of(command.output().unwrap());
    let result = report(ran);
    for feature in result["features"].as_array().unwrap() {
        assert_eq!(feature["found"], "full", "{feature}");
        assert_eq!(feature["verdict"], "holds", "{feature}");
    }
    assert_eq!(result["differences"], serde_json::json!([]));
}
