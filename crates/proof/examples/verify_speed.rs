//! How long it takes to read the kernel's state back and to prove it equal to the policy.
//!
//! Usage: `verify_speed [PORTS…]` (as root; all of it happens in a namespace of its own).

use std::error::Error;
use std::fmt::Write;
use std::time::Instant;

use vifguard_driver::{Desired, Driver};
use vifguard_lab::Netns;
use vifguard_nft::{Nft, Snapshot};
use vifguard_policy::Policy;
use vifguard_proof::nft::prove;

fn main() -> Result<(), Box<dyn Error>> {
    let counts: Result<Vec<usize>, _> = std::env::args().skip(1).map(|arg| arg.parse()).collect();
    let mut counts = counts?;
    if counts.is_empty() {
        counts = vec![1, 10_000];
    }
    println!("  ports  proofs   read s  prove s");
    for ports in counts {
        let policy =
            Policy::parse(&policy(ports), "example").map_err(|errors| errors.to_string())?;
        let desired = Desired::of(&policy);
        let host = Netns::new("host")?;
        host.run(|| Nft::new().apply(&desired))??;
        let start = Instant::now();
        let snapshot = host.run(Snapshot::read)??;
        let read = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let proof = prove(&snapshot, &desired)?;
        let proved = start.elapsed().as_secs_f64();
        if !proof.is_equal() || proof.ports != ports {
            return Err(format!("not equal: {proof:?}").into());
        }
        println!("{ports:7} {:7} {read:8.2} {proved:8.2}", proof.proofs);
    }
    Ok(())
}

/// Ports of several kinds, most of them strict.
fn policy(ports: usize) -> String {
    let mut text = String::from(
        "version: 1\nhost: { guarded_interfaces: [\"tap*\"] }\n\
         networks: [{ name: lan, kind: private, reserved: [\"fe80::1\"] }]\nports:\n",
    );
    for i in 0..ports {
        let [_, a, b, c] = u32::try_from(i).unwrap_or(0).to_be_bytes();
        let more = match i % 10 {
            7 => ", profile: forwarder",
            8 => ", link_local: any",
            9 => ", guards: { router: off, dhcp-server: off }",
            _ => "",
        };
        let prefix = match i % 4 {
            0 => format!(", \"2001:db8:{a:x}:{b:02x}{c:02x}::/64\""),
            1 => format!(", 172.{}.{b}.{}/30", 16 + a, c & 0xfc),
            _ => String::new(),
        };
        // Only one of four neighbours has the prefix that all of them would share.
        let _ = writeln!(
            text,
            "  - {{ name: port-{i}, network: lan, device: tap{i}, mac: \"02:00:00:{a:02x}:{b:02x}:{c:02x}\", \
             addresses: [10.{a}.{b}.{c}, \"2001:db8:ffff::{i:x}\"{prefix}]{more} }}"
        );
    }
    text
}
