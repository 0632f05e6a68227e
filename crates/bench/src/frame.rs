//! A guarded frame against the same frame from a port of the same bridge that nobody guards.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::Serialize;
use vifguard_driver::{Driver, Scope};
use vifguard_lab::{Bridged, Guest, GuestSpec, Tap};
use vifguard_nft::Nft;

use crate::median::median;
use crate::ports;

/// Fewer than a tap keeps for its reader: every frame arrives.
const BLOCK: u32 = 800;
const SINK: [u8; 6] = [2, 0, 0, 0, 0xff, 0xff];

/// What a frame costs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FrameCost {
    pub(crate) ports: usize,
    pub(crate) path: &'static str,
    pub(crate) family: &'static str,
    /// Nanoseconds, sender and receiver included.
    pub(crate) bare: f64,
    pub(crate) guarded: f64,
    /// The median of the ratios, pair by pair.
    pub(crate) ratio: f64,
}

pub(crate) fn measure(ports: usize, pairs: usize) -> Result<Vec<FrameCost>> {
    let mut costs = guests(ports, pairs)?;
    costs.extend(taps(ports, pairs)?);
    Ok(costs)
}

/// Guests with stacks of their own: a packet socket sends, the bridge forwards, a stack receives.
fn guests(ports: usize, pairs: usize) -> Result<Vec<FrameCost>> {
    let lab = Bridged::new()?;
    let mut driver = guarded(&lab, ports)?;
    let guest = |port: &str, mac: [u8; 6]| lab.guest(&GuestSpec::new(port, mac).silent());
    let (guarded, bare) = (
        guest("tap0", [2, 0, 0, 0, 0, 0])?,
        guest("bare", [2, 0, 0, 0, 0xff, 0])?,
    );
    let sink = guest("sink", SINK)?;
    sink.sender()?.send(&hello())?;
    let costs = families().map(|(family, frame)| {
        let frames = vec![frame; usize::try_from(BLOCK)?];
        let from = |guest: &Guest| -> Result<f64> {
            let sender = guest.sender()?;
            let before = sink.nic().stats()?.rx_packets;
            let start = Instant::now();
            sender.send_many(&frames)?;
            while sink.nic().stats()?.rx_packets < before + u64::from(BLOCK) {}
            Ok(each(start.elapsed()))
        };
        cost(ports, "guest to guest", family, pairs, || {
            Ok((from(&bare)?, from(&guarded)?))
        })
    });
    let costs = costs.into_iter().collect();
    all_passed(&lab, &mut driver, pairs)?;
    costs
}

/// Frames as a hypervisor hands them over, one call each; a tap takes them.
fn taps(ports: usize, pairs: usize) -> Result<Vec<FrameCost>> {
    let lab = Bridged::new()?;
    let mut driver = guarded(&lab, ports)?;
    let (guarded, bare) = (lab.tap("tap0")?, lab.tap("bare")?);
    let sink = lab.tap("sink")?;
    sink.write(&hello())?;
    let costs = families().map(|(family, frame)| {
        let from = |tap: &Tap| -> Result<f64> {
            let start = Instant::now();
            for _ in 0..BLOCK {
                tap.write(&frame)?;
            }
            let took = start.elapsed();
            while sink.read(Duration::ZERO)?.is_some() {}
            Ok(each(took))
        };
        cost(ports, "tap to tap", family, pairs, || {
            Ok((from(&bare)?, from(&guarded)?))
        })
    });
    let costs = costs.into_iter().collect();
    all_passed(&lab, &mut driver, pairs)?;
    costs
}

fn guarded(lab: &Bridged, ports: usize) -> Result<Nft> {
    let desired = ports::desired(&ports::text(ports))?;
    let mut driver = Nft::new();
    lab.host.run(|| driver.apply(&desired))??;
    Ok(driver)
}

/// A figure for frames that were refused would be a fine figure.
fn all_passed(lab: &Bridged, driver: &mut Nft, pairs: usize) -> Result<()> {
    let counters = lab.host.run(|| driver.counters())??.of("tap0");
    let expected = u64::from(BLOCK) * u64::try_from(pairs)? * 2;
    ensure!(
        counters.passed == expected && counters.refused_total() == 0,
        "not every frame passed: {counters:?}"
    );
    lab.host.run(|| driver.remove(&Scope::All))??;
    Ok(())
}

fn cost(
    ports: usize,
    path: &'static str,
    family: &'static str,
    pairs: usize,
    mut pair: impl FnMut() -> Result<(f64, f64)>,
) -> Result<FrameCost> {
    let pairs: Vec<(f64, f64)> = (0..pairs).map(|_| pair()).collect::<Result<_>>()?;
    Ok(FrameCost {
        ports,
        path,
        family,
        bare: median(pairs.iter().map(|pair| pair.0)),
        guarded: median(pairs.iter().map(|pair| pair.1)),
        ratio: median(pairs.iter().map(|pair| pair.1 / pair.0)),
    })
}

fn each(block: Duration) -> f64 {
    block.as_secs_f64() * 1e9 / f64::from(BLOCK)
}

/// The bridge learns where the sink is.
fn hello() -> Vec<u8> {
    [&[0xff; 6][..], &SINK, &[0x88, 0xb6], &[0; 46]].concat()
}

/// TCP from the first port to the sink, with 100 bytes behind its header.
fn families() -> [(&'static str, Vec<u8>); 2] {
    let ethernet = |ethertype: [u8; 2]| [&SINK[..], &[2, 0, 0, 0, 0, 0], &ethertype].concat();
    let mut v4 = ethernet([0x08, 0x00]);
    v4.extend([0x45, 0, 0, 140, 0, 0, 0x40, 0, 64, 6, 0, 0]);
    v4.extend([10, 1, 0, 0, 10, 9, 9, 9]);
    v4.resize(14 + 140, 0);
    let mut v6 = ethernet([0x86, 0xdd]);
    v6.extend([0x60, 0, 0, 0, 0, 120, 6, 64]);
    v6.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    v6.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9]);
    v6.resize(14 + 160, 0);
    [("IPv4", v4), ("IPv6", v6)]
}
