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
    inside(&netns, &["plan", "-f", file.path()])
        .ends(0)
        .says("enforce would refuse this policy:")
        .says("eth* would guard eth0")
        .says("tap8 (up)")
        .never_says("tap7 (");
}

#[test]
fn the_null_driver_plans_nothing() {
    let file = TempFile::new(policy(&["tap1"]));
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    inside(&netns, &["plan", "--driver", "null", "-f", file.path()])
        .ends(0)
        .says("  nothing\n")
        .says("no difference");
}
