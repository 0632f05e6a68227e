//! What many ports on one bridge cost, as root:
//! `cargo run --release -p vifguard-ovs --example scale [PORTS [internal]]`.
//!
//! The interfaces are patch ports, which cost the switch nothing. With `internal` they are taps; a datapath
//! in userspace asks each of them for frames after every few flows that it takes.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made says why and ends"
)]

use std::time::{Duration, Instant};

use vifguard_driver::{Desired, Driver};
use vifguard_lab::ovs::Switch;
use vifguard_ovs::{Options, Ovs};
use vifguard_policy::Policy;

const ROUNDS: usize = 25;

fn main() {
    let ports: usize = std::env::args()
        .nth(1)
        .map_or(1_000, |text| text.parse().unwrap());
    assert!(vifguard_lab::ovs::available());
    let switch = Switch::new().unwrap();
    let is_patch = std::env::args().nth(2).is_none();
    if is_patch {
        let other = [
            "add-br",
            "br1",
            "--",
            "set",
            "bridge",
            "br1",
            "datapath_type=netdev",
        ];
        switch.vsctl(&other).unwrap();
    }
    for chunk in (0..=ports).collect::<Vec<_>>().chunks(100) {
        let mut arguments = Vec::new();
        let names: Vec<String> = chunk.iter().map(|i| format!("tap-{i}")).collect();
        let peers: Vec<[String; 3]> = names
            .iter()
            .map(|name| {
                let peer = format!("to-{name}");
                [
                    peer.clone(),
                    format!("options:peer={peer}"),
                    format!("options:peer={name}"),
                ]
            })
            .collect();
        for (name, [peer, to, back]) in names.iter().zip(&peers) {
            arguments.extend([
                "--",
                "add-port",
                Switch::BRIDGE,
                name,
                "--",
                "set",
                "interface",
                name,
            ]);
            if is_patch {
                arguments.extend(["type=patch", to, "--", "add-port", "br1", peer, "--"]);
                arguments.extend(["set", "interface", peer, "type=patch", back]);
            } else {
                arguments.push("type=internal");
            }
        }
        switch.vsctl(&arguments[1..]).unwrap();
    }
    let options = Options {
        rundir: Some(switch.rundir().to_owned()),
        bridge: Switch::BRIDGE.to_owned(),
        ..Options::default()
    };
    let (all, one_less) = (desired(ports + 1), desired(ports));
    let again = || Ovs::new(options.clone());
    let mut load = Vec::new();
    for _ in 0..7 {
        load.push(time(|| again().apply(&one_less)));
        again().remove(&vifguard_driver::Scope::All).unwrap();
    }
    again().apply(&one_less).unwrap();
    let flows = |dump: String| dump.lines().filter(|line| line.contains("cookie=")).count();
    let all_flows = flows(switch.ofctl("dump-flows", &[]).unwrap());
    let program = flows(
        switch
            .ofctl("dump-flows", &["cookie=0x7669666700000000/-1"])
            .unwrap(),
    );
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        add.push(time(|| again().apply(&all)));
        remove.push(time(|| again().apply(&one_less)));
    }
    let nothing = time(|| again().apply(&one_less));
    println!("{ports} ports: {all_flows} flows, {program} of them the same for all");
    println!("load {}; nothing to do {nothing:?}", of(load));
    println!("add one {}, remove one {}", of(add), of(remove));
}

fn time<T, E: std::fmt::Debug>(work: impl FnOnce() -> Result<T, E>) -> Duration {
    let begun = Instant::now();
    work().unwrap();
    begun.elapsed()
}

fn of(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    format!("{:.1?} (best {:.1?})", times[times.len() / 2], times[0])
}

fn desired(ports: usize) -> Desired {
    let port = |i: usize| {
        let [a, b] = [i / 256, i % 256];
        format!(
            "  - {{ name: port-{i}, network: lan, device: tap-{i}, mac: \"02:00:00:01:{a:02x}:{b:02x}\", \
             addresses: [10.1.{a}.{b}, \"2001:db8::{a:x}:{b:x}\"] }}\n"
        )
    };
    let text = format!(
        "version: 1\nhost: {{ guarded_interfaces: [\"tap-*\"] }}\nnetworks: [{{ name: lan, kind: private }}]\nports:\n{}",
        (0..ports).map(port).collect::<String>()
    );
    Desired::of(&Policy::parse(&text, "scale").unwrap())
}
