use vifguard_lab::Netns;

use crate::support::{TempFile, guarding, inside, policy};

#[test]
fn shows_plan_and_difference_and_changes_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    let plan = || inside(&netns, &["plan", "-f", file.path()]).ends(0);
    plan()
        .says("plan for 1 port on 1 network")
        .says("+ port port-1")
        .says("--full");
    inside(&netns, &["status"])
        .ends(1)
        .says("nothing is in force");
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    plan().says("no difference from what is there");
    file.write(&policy(&["tap1", "tap2"]));
    plan().says("+ port port-2").never_says("+ port port-1");
    file.write(&policy(&["tap1"]).replace("00:00:01", "00:00:11"));
    plan().says("~ port port-1");
}

#[test]
fn full_shows_all_and_so_does_json() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    let full = inside(&netns, &["plan", "--full", "-f", file.path()]).ends(0);
    let full = full.never_says("--full").says("port port-1 on tap1");
    let json = inside(&netns, &["plan", "--json", "-f", file.path()])
        .ends(0)
        .json();
    let plan = json["result"]["plan"].as_str().unwrap();
    assert!(plan.lines().count() > 100);
    assert!(plan.lines().all(|line| full.out.contains(line)));
    let difference = json["result"]["difference"].as_array().unwrap();
    assert!(difference.contains(&"+ port port-1".into()));
    assert_eq!(json["result"]["driver"], "nft");
}

#[test]
fn says_what_enforce_would_ask_or_refuse() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let taps = ["tap7", "tap8", "eth0"].map(|name| netns.tap(name).unwrap());
    taps[1..].iter().for_each(|tap| tap.link().up().unwrap());
    taps[2]
        .link()
        .add_default_route("192.0.2.254".parse().unwrap())
        .unwrap();
    let file = TempFile::new(guarding("[\"tap*\", \"eth*\"]", &[]));
    let said = inside(&netns, &["plan", "-f", file.path()])
        .ends(1)
        .says("plan for 0 ports")
        .says("enforce would refuse this policy:")
        .says("eth* would guard eth0")
        .says("tap8 (up)")
        .never_says("tap7 (");
    let last = said.out.lines().last().unwrap();
    assert!(last.contains("go on with --yes"), "{last}");
}

#[test]
fn asks_for_yes_where_enforce_would() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let tap = netns.tap("tap1").unwrap();
    tap.link().up().unwrap();
    let file = TempFile::new(policy(&[]));
    inside(&netns, &["plan", "-f", file.path()])
        .ends(1)
        .says("enforce would ask for --yes:")
        .says("tap1 (up)")
        .never_says("would refuse");
    inside(&netns, &["enforce", "--yes", "-f", file.path()]).ends(0);
    // What is silent already is no news, here as there.
    inside(&netns, &["plan", "-f", file.path()])
        .ends(0)
        .never_says("tap1 (up)");
}

/// One answer for both, so that what plan lets pass does not fail at night.
#[test]
fn meets_what_enforce_meets_and_ends_alike() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let taps = ["tap1", "eth0"].map(|name| netns.tap(name).unwrap());
    taps.iter().for_each(|tap| tap.link().up().unwrap());
    taps[1]
        .link()
        .add_default_route("192.0.2.254".parse().unwrap())
        .unwrap();
    let missing = ["eth0", "vnet7", "vnet8"];
    let unguarded = guarding("[]", &["tap1"]);
    let cases: [(String, &str, i32); 5] = [
        (guarding("[\"tap*\"]", &missing), "nft", 1),
        (guarding("[\"*\"]", &missing), "nft", 65),
        (policy(&[]), "nft", 1),
        (unguarded.clone(), "null", 69),
        (unguarded, "nft", 0),
    ];
    for (text, driver, code) in cases {
        let file = TempFile::new(text);
        let run = |command| {
            let args = [command, "--json", "--driver", driver, "-f", file.path()];
            inside(&netns, &args).ends(code).json()
        };
        let plan = run("plan");
        let enforce = run("enforce");
        assert_eq!(enforce.get("error").is_some(), code != 0);
        for list in ["lacking", "unfit", "refused", "silent"] {
            let met = &enforce["error"]["host"][list];
            if !met.is_null() {
                assert_eq!(plan["result"][list], *met, "{list}");
            }
        }
        if matches!(code, 1 | 69) {
            assert!(enforce["error"]["host"].is_object(), "{enforce}");
        }
    }
}

#[test]
fn names_every_port_that_cannot_be_guarded() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(guarding("[]", &["vnet7", "vnet8"]));
    inside(&netns, &["plan", "-f", file.path()])
        .ends(1)
        .says("plan for 2 ports on 1 network")
        .says("the driver nft cannot guard 2 ports:")
        .says("port port-1: there is no interface vnet7 (guards: strict)")
        .says("port port-2: there is no interface vnet8 (guards: strict)");
    let json = inside(&netns, &["plan", "--json", "-f", file.path()])
        .ends(1)
        .json();
    let unfit = &json["result"]["unfit"][1];
    assert_eq!(unfit["port"], "port-2");
    assert_eq!(unfit["device"], "vnet8");
    assert_eq!(unfit["driver"], "nft");
    assert_eq!(unfit["kind"], "missing");
    assert_eq!(unfit["guards"].as_array().unwrap().len(), 8);
}

#[test]
fn the_null_driver_plans_nothing() {
    let file = TempFile::new(policy(&["tap1"]));
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    inside(&netns, &["plan", "--driver", "null", "-f", file.path()])
        .ends(69)
        .says("port port-1 needs mac, arp, ipv4")
        .says("  nothing\n")
        .says("no difference");
}
