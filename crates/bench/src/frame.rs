//! A frame through a host with guards against the same frame through one without.

use std::fs;
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
/// The MAC of the first port.
const PORT: [u8; 6] = [2, 0, 0, 0, 0, 0];
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
    /// The same for a port of the guarded host that nobody guards, such as its uplink.
    pub(crate) beside: f64,
}

/// One round: without guards, guarded, and beside it.
struct Round {
    bare: f64,
    guarded: f64,
    beside: f64,
}

/// What bridges do with IP.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bridges {
    /// They show it to netfilter, as a new namespace says (`net.bridge.bridge-nf-call-*`).
    Filtered,
    /// They only forward it.
    Plain,
}

impl Bridges {
    fn lab(self) -> Result<Bridged> {
        let lab = Bridged::new()?;
        if matches!(self, Bridges::Plain) {
            for of in ["iptables", "ip6tables", "arptables"] {
                let switch = format!("/proc/sys/net/bridge/bridge-nf-call-{of}");
                lab.host.run(|| fs::write(&switch, "0"))??;
            }
        }
        Ok(lab)
    }
}

pub(crate) fn measure(ports: usize, pairs: usize, bridges: Bridges) -> Result<Vec<FrameCost>> {
    let mut costs = guests(ports, pairs, bridges)?;
    costs.extend(taps(ports, pairs, bridges)?);
    Ok(costs)
}

/// Guests with stacks of their own: a packet socket sends, the bridge forwards, a stack receives.
struct Guests {
    lab: Bridged,
    port: Guest,
    beside: Guest,
    sink: Guest,
}

impl Guests {
    fn on(lab: Bridged) -> Result<Guests> {
        let guest = |port: &str, mac: [u8; 6]| lab.guest(&GuestSpec::new(port, mac).silent());
        let (port, beside) = (
            guest("tap0", PORT)?,
            guest("beside", [2, 0, 0, 0, 0xff, 0])?,
        );
        let sink = guest("sink", SINK)?;
        sink.sender()?.send(&hello())?;
        Ok(Guests {
            lab,
            port,
            beside,
            sink,
        })
    }

    fn send(&self, from: &Guest, frames: &[Vec<u8>]) -> Result<f64> {
        let sender = from.sender()?;
        let before = self.sink.nic().stats()?.rx_packets;
        let start = Instant::now();
        sender.send_many(frames)?;
        while self.sink.nic().stats()?.rx_packets < before + u64::from(BLOCK) {}
        Ok(each(start.elapsed()))
    }
}

fn guests(ports: usize, pairs: usize, bridges: Bridges) -> Result<Vec<FrameCost>> {
    let bare = Guests::on(bridges.lab()?)?;
    let lab = bridges.lab()?;
    let mut driver = guarded(&lab, ports)?;
    let guarded = Guests::on(lab)?;
    let costs = families().map(|(family, frame)| {
        let frames = vec![frame; usize::try_from(BLOCK)?];
        cost(ports, "guest to guest", family, pairs, || {
            Ok(Round {
                bare: bare.send(&bare.port, &frames)?,
                guarded: guarded.send(&guarded.port, &frames)?,
                beside: guarded.send(&guarded.beside, &frames)?,
            })
        })
    });
    let costs = costs.into_iter().collect();
    all_passed(&guarded.lab, &mut driver, pairs)?;
    costs
}

/// Frames as a hypervisor hands them over, one call each; a tap takes them.
struct Taps {
    lab: Bridged,
    port: Tap,
    beside: Tap,
    sink: Tap,
}

impl Taps {
    fn on(lab: Bridged) -> Result<Taps> {
        let (port, beside, sink) = (lab.tap("tap0")?, lab.tap("beside")?, lab.tap("sink")?);
        sink.write(&hello())?;
        Ok(Taps {
            lab,
            port,
            beside,
            sink,
        })
    }

    fn send(&self, from: &Tap, frame: &[u8]) -> Result<f64> {
        let start = Instant::now();
        for _ in 0..BLOCK {
            from.write(frame)?;
        }
        let took = start.elapsed();
        while self.sink.read(Duration::ZERO)?.is_some() {}
        Ok(each(took))
    }
}

fn taps(ports: usize, pairs: usize, bridges: Bridges) -> Result<Vec<FrameCost>> {
    let bare = Taps::on(bridges.lab()?)?;
    let lab = bridges.lab()?;
    let mut driver = guarded(&lab, ports)?;
    let guarded = Taps::on(lab)?;
    let costs = families().map(|(family, frame)| {
        cost(ports, "tap to tap", family, pairs, || {
            Ok(Round {
                bare: bare.send(&bare.port, &frame)?,
                guarded: guarded.send(&guarded.port, &frame)?,
                beside: guarded.send(&guarded.beside, &frame)?,
            })
        })
    });
    let costs = costs.into_iter().collect();
    all_passed(&guarded.lab, &mut driver, pairs)?;
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
    rounds: usize,
    mut round: impl FnMut() -> Result<Round>,
) -> Result<FrameCost> {
    let rounds: Vec<Round> = (0..rounds).map(|_| round()).collect::<Result<_>>()?;
    Ok(FrameCost {
        ports,
        path,
        family,
        bare: median(rounds.iter().map(|round| round.bare)),
        guarded: median(rounds.iter().map(|round| round.guarded)),
        ratio: median(rounds.iter().map(|round| round.guarded / round.bare)),
        beside: median(rounds.iter().map(|round| round.beside / round.bare)),
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
    let ethernet = |ethertype: [u8; 2]| [&SINK[..], &PORT, &ethertype].concat();
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
