//! What a guarded frame costs against a bare bridge: blocks of frames from a guarded and from an
//! unguarded port of the same bridge, in turn, and the median of the ratios pair by pair.
//!
//! Usage: `frame_cost [PORTS…]` (as root; all of it happens in a namespace of its own).

use std::error::Error;
use std::time::{Duration, Instant};

use vifguard_driver::{Desired, Driver, Scope};
use vifguard_lab::{Bridged, Tap};
use vifguard_nft::Nft;
use vifguard_policy::Policy;

const PAIRS: usize = 61;
const BLOCK: u32 = 5_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut counts: Vec<usize> = std::env::args()
        .skip(1)
        .map(|arg| arg.parse())
        .collect::<Result<_, _>>()?;
    if counts.is_empty() {
        counts = vec![1, 1_000];
    }
    println!(
        "{:>8}  {:>12}  {:>12}  {:>8}  {:>8}",
        "ports", "bare ns", "guarded ns", "ratio", "family"
    );
    for ports in counts {
        measure(ports)?;
    }
    Ok(())
}

fn measure(ports: usize) -> Result<(), Box<dyn Error>> {
    let lab = Bridged::new()?;
    let policy = Policy::parse(&policy(ports), "bench").map_err(|errors| errors.to_string())?;
    let desired = Desired::of(&policy);
    let mut driver = Nft::new();
    lab.host.run(|| driver.apply(&desired))??;
    let guarded = lab.tap("tap0")?;
    let bare = lab.tap("bare")?;
    let sink = lab.tap("sink")?;
    let speak = [
        &[0xff; 6][..],
        &[2, 0, 0, 0, 0xff, 0xff],
        &[0x88, 0xb6],
        &[0; 46],
    ]
    .concat();
    sink.write(&speak)?;
    for (family, frame) in [("IPv4", v4()), ("IPv6", v6())] {
        let mut samples = Vec::new();
        for _ in 0..PAIRS {
            let without = block(&bare, &frame)?;
            let with = block(&guarded, &frame)?;
            samples.push((without, with));
            while sink.read(Duration::ZERO)?.is_some() {}
        }
        let median = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let without = median(samples.iter().map(|(a, _)| *a).collect());
        let with = median(samples.iter().map(|(_, b)| *b).collect());
        let ratio = median(samples.iter().map(|(a, b)| b / a).collect());
        println!("{ports:>8}  {without:>12.0}  {with:>12.0}  {ratio:>8.3}  {family:>8}");
    }
    let counters = lab.host.run(|| driver.counters())??.of("tap0");
    let expected = u64::from(BLOCK) * PAIRS as u64 * 2;
    if counters.passed != expected || counters.refused_total() != 0 {
        return Err(format!("not every frame passed: {counters:?}").into());
    }
    lab.host.run(|| driver.remove(&Scope::All))??;
    Ok(())
}

/// Nanoseconds a frame.
fn block(from: &Tap, frame: &[u8]) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    for _ in 0..BLOCK {
        from.write(frame)?;
    }
    Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(BLOCK))
}

fn policy(ports: usize) -> String {
    let mut text = "version: 1\nhost: { guarded_interfaces: [\"tap*\"] }\n\
                    networks: [{ name: n, kind: private }]\nports:\n"
        .to_owned();
    for i in 0..ports {
        text.push_str(&format!(
            "  - {{ name: p{i}, network: n, device: tap{i}, mac: \"02:00:00:00:{:02x}:{:02x}\", \
             addresses: [10.1.{}.{}, \"2001:db8::{:x}\"] }}\n",
            i >> 8,
            i & 255,
            i >> 8,
            i & 255,
            i + 2
        ));
    }
    text
}

/// TCP from the first port to the sink, with 100 bytes of payload.
fn v4() -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0xff, 0xff, 2, 0, 0, 0, 0, 0, 0x08, 0x00];
    frame.extend([
        0x45, 0, 0, 140, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 1, 0, 0, 10, 9, 9, 9,
    ]);
    frame.resize(14 + 140, 0);
    frame
}

fn v6() -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0xff, 0xff, 2, 0, 0, 0, 0, 0, 0x86, 0xdd];
    frame.extend([0x60, 0, 0, 0, 0, 120, 6, 64]);
    frame.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    frame.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9]);
    frame.resize(14 + 160, 0);
    frame
}
