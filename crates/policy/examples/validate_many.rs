//! How long a large policy takes: `cargo run --release -p vifguard-policy --example validate_many -- 10000`

use std::fmt::Write;
use std::time::Instant;

use vifguard_policy::Policy;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ports: u32 = std::env::args()
        .nth(1)
        .map_or(Ok(10_000), |count| count.parse())?;
    let rounds: u32 = std::env::args()
        .nth(2)
        .map_or(Ok(5), |count| count.parse())?;
    let text = file(ports)?;
    println!("{ports} ports, {} bytes", text.len());
    for _ in 0..rounds {
        let start = Instant::now();
        let policy = Policy::parse(&text, "many.yaml")?;
        let parsed = start.elapsed();
        let start = Instant::now();
        let identities = policy.identities();
        println!(
            "parse {parsed:?}, {} identities {:?}",
            identities.len(),
            start.elapsed()
        );
    }
    Ok(())
}

/// A file like a cloud's: one flat network, an address of each family, one guard switched.
fn file(ports: u32) -> Result<String, std::fmt::Error> {
    let mut text = "version: 1
host:
  guarded_interfaces: [\"tap*\"]
networks:
  - name: public
    kind: flat
    reserved: [192.0.2.1, \"fe80::1\", \"02:ff:ff:ff:ff:fe\"]
ports:
"
    .to_owned();
    for port in 0..ports {
        let [_, a, b, c] = port.to_be_bytes();
        write!(
            text,
            "  - name: port-{port}
    network: public
    device: tap{port}
    mac: \"02:00:00:{a:02x}:{b:02x}:{c:02x}\"
    addresses: [10.{a}.{b}.{c}, \"2001:db8::{port:x}\"]
    guards: {{ dhcp-server: off }}
"
        )?;
    }
    Ok(text)
}
