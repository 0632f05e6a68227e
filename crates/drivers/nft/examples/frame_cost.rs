//! What a guarded frame costs against a bare bridge: blocks of frames from a guarded and from an
//! unguarded port of the same bridge, in turn, and the median of the ratios pair by pair.
//!
//! Usage: `frame_cost [PORTS…]` (as root; all of it happens in a namespace of its own).

use std::error::Error;
use std::time::{Duration, Instant};

use vifguard_driver::{Desired, Driver, Scope};
use vifguard_lab::{Bridged, Guest, GuestSpec, Tap};
use vifguard_nft::Nft;
use vifguard_policy::Policy;

const PAIRS: usize = 401;
/// Fewer than a tap keeps for its reader: every frame arrives.
const BLOCK: u32 = 800;
const SINK: [u8; 6] = [2, 0, 0, 0, 0xff, 0xff];

fn main() -> Result<(), Box<dyn Error>> {
    let mut counts: Vec<usize> = std::env::args()
        .skip(1)
        .map(|arg| arg.parse())
        .collect::<Result<_, _>>()?;
    if counts.is_empty() {
        counts = vec![1, 1_000];
    }
    println!(" ports  path            family   bare ns  guarded ns   ratio");
    for ports in counts {
        taps(ports)?;
        guests(ports)?;
    }
    Ok(())
}

/// Frames as a hypervisor hands them over, one call each; a tap takes them.
fn taps(ports: usize) -> Result<(), Box<dyn Error>> {
    let lab = Bridged::new()?;
    let desired = desired(ports)?;
    let mut driver = Nft::new();
    lab.host.run(|| driver.apply(&desired))??;
    let (guarded, bare) = (lab.tap("tap0")?, lab.tap("bare")?);
    let sink = lab.tap("sink")?;
    let speak = [&[0xff; 6][..], &SINK, &[0x88, 0xb6], &[0; 46]].concat();
    sink.write(&speak)?;
    let empty = || -> Result<(), Box<dyn Error>> {
        while sink.read(Duration::ZERO)?.is_some() {}
        Ok(())
    };
    for (family, frame) in [("IPv4", v4()), ("IPv6", v6())] {
        let from = |tap: &Tap| -> Result<f64, Box<dyn Error>> {
            let start = Instant::now();
            for _ in 0..BLOCK {
                tap.write(&frame)?;
            }
            let took = start.elapsed();
            empty()?;
            Ok(took.as_secs_f64() * 1e9 / f64::from(BLOCK))
        };
        report(ports, "tap to tap", family, || {
            Ok((from(&bare)?, from(&guarded)?))
        })?;
    }
    let counters = lab.host.run(|| driver.counters())??.of("tap0");
    let expected = u64::from(BLOCK) * PAIRS as u64 * 2;
    if counters.passed != expected || counters.refused_total() != 0 {
        return Err(format!("not every frame passed: {counters:?}").into());
    }
    lab.host.run(|| driver.remove(&Scope::All))??;
    Ok(())
}

/// Guests with stacks of their own: a packet socket sends, the bridge forwards, a stack receives.
fn guests(ports: usize) -> Result<(), Box<dyn Error>> {
    let lab = Bridged::new()?;
    let mut driver = Nft::new();
    let desired = desired(ports)?;
    lab.host.run(|| driver.apply(&desired))??;
    let guest = |port: &str, mac: [u8; 6]| lab.guest(&GuestSpec::new(port, mac).silent());
    let (guarded, bare) = (
        guest("tap0", [2, 0, 0, 0, 0, 0])?,
        guest("bare", [2, 0, 0, 0, 0xff, 0])?,
    );
    let sink = guest("sink", SINK)?;
    sink.sender()?
        .send(&[&[0xff; 6][..], &SINK, &[0x88, 0xb6], &[0; 46]].concat())?;
    for (family, frame) in [("IPv4", v4()), ("IPv6", v6())] {
        let frames = vec![frame; BLOCK as usize];
        let from = |guest: &Guest| -> Result<f64, Box<dyn Error>> {
            let sender = guest.sender()?;
            let before = sink.nic().stats()?.rx_packets;
            let start = Instant::now();
            sender.send_many(&frames)?;
            while sink.nic().stats()?.rx_packets < before + u64::from(BLOCK) {}
            Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(BLOCK))
        };
        report(ports, "guest to guest", family, || {
            Ok((from(&bare)?, from(&guarded)?))
        })?;
    }
    Ok(())
}

type Pair = (f64, f64);

/// Measures pairs and prints the medians and the median of the ratios.
fn report(
    ports: usize,
    path: &str,
    family: &str,
    mut pair: impl FnMut() -> Result<Pair, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let samples: Vec<Pair> = (0..PAIRS).map(|_| pair()).collect::<Result<_, _>>()?;
    let median = |of: fn(&Pair) -> f64| {
        let mut values: Vec<f64> = samples.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (bare, guarded, ratio) = (median(|p| p.0), median(|p| p.1), median(|p| p.1 / p.0));
    println!("{ports:>6}  {path:<14}  {family}  {bare:>8.0}  {guarded:>10.0}  {ratio:>6.3}");
    Ok(())
}

fn desired(ports: usize) -> Result<Desired, Box<dyn Error>> {
    let policy = Policy::parse(&policy(ports), "bench").map_err(|errors| errors.to_string())?;
    Ok(Desired::of(&policy))
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
