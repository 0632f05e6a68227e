//! How long one verdict takes: `cargo run --release -p vifguard-verdict --example decide_speed`.
//!
//! A strict port with a handful of addresses, whole TCP segments, the median of several runs. The bar
//! is 100 ns: the judge is a reference, but `explain` and `audit` feed it captures of millions of
//! frames.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use vifguard_policy::Policy;
use vifguard_verdict::{CompiledPort, Verdict, decide};

const RUNS: usize = 11;
const CALLS: u32 = 1_000_000;

const POLICY: &str = r#"
version: 1
networks: [{ name: lan, kind: private }]
ports:
  - name: web-1
    network: lan
    device: tap-web1
    mac: "02:00:00:00:00:0a"
    extra_macs: [{ mac: "00:00:5e:00:01:07", shared: true }]
    addresses: [192.0.2.10, 192.0.2.100, 192.0.2.101, 198.51.100.0/28, "2001:db8::a", "2001:db8::b", "2001:db8:5::/64"]
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let identities = Policy::parse(POLICY, "speed")?.identities();
    let port = CompiledPort::new(&identities[0]);
    measure("IPv4/TCP, listed", &port, &v4([192, 0, 2, 100]));
    measure("IPv4/TCP, in a prefix", &port, &v4([198, 51, 100, 7]));
    measure("IPv6/TCP, listed", &port, &v6(0xb));
    measure("IPv6/TCP, in a prefix", &port, &v6(5 << 80 | 7));
    Ok(())
}

fn measure(what: &str, port: &CompiledPort, frame: &[u8]) {
    let mut runs: Vec<f64> = (0..RUNS).map(|_| nanoseconds(port, frame)).collect();
    runs.sort_by(f64::total_cmp);
    let (least, median, most) = (runs[0], runs[RUNS / 2], runs[RUNS - 1]);
    println!("{what}: {median:.1} ns (of {RUNS} runs {least:.1} to {most:.1})");
}

fn nanoseconds(port: &CompiledPort, frame: &[u8]) -> f64 {
    assert_eq!(decide(port, frame, None), Verdict::Pass);
    let start = Instant::now();
    for _ in 0..CALLS {
        black_box(decide(black_box(port), black_box(frame), black_box(None)));
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn v4(source: [u8; 4]) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0x05, 0xdc, 0, 1, 0x40, 0, 64, 6, 0, 0];
    packet.extend(source);
    packet.extend([203, 0, 113, 1]);
    packet.resize(1500, 0);
    frame([8, 0], &packet)
}

/// From 2001:db8::/32 plus `host`.
fn v6(host: u128) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0, 0x05, 0xb4, 6, 64];
    packet.extend((0x2001_0db8 << 96 | host).to_be_bytes());
    packet.extend([0x20; 16]);
    packet.resize(1500, 0);
    frame([0x86, 0xdd], &packet)
}

fn frame(ethertype: [u8; 2], packet: &[u8]) -> Vec<u8> {
    let addresses = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0x0a];
    [addresses.as_slice(), &ethertype, packet].concat()
}
