//! One port added to, changed in and removed from so many.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::{Desired, Driver, Scope};
use vifguard_lab::Netns;
use vifguard_nft::Nft;

use crate::median::median;
use crate::ports;

/// What a change costs, in microseconds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChangeCost {
    pub(crate) ports: usize,
    pub(crate) change: &'static str,
    /// Transactions of nf_tables that it takes.
    pub(crate) transactions: usize,
    /// The kernel's part: all of them together.
    pub(crate) kernel: f64,
    /// The longest of them.
    pub(crate) longest: f64,
    /// The driver, from what it is told to what it has read back.
    pub(crate) driver: f64,
}

struct Sample {
    driver: Duration,
    transactions: Vec<Duration>,
}

pub(crate) fn measure(ports: usize, times: usize) -> Result<Vec<ChangeCost>> {
    let host = Netns::new("bench")?;
    let mut driver = Nft::new();
    let base = ports::desired(&ports::text(ports))?;
    let more = ports::desired(&ports::text(ports + 1))?;
    let changed = ports::desired(&ports::changed(ports))?;
    let mut apply = |desired: &Desired| -> Result<Sample> {
        let begun = Instant::now();
        host.run(|| driver.apply(desired))??;
        Ok(Sample {
            driver: begun.elapsed(),
            transactions: driver.transactions().to_vec(),
        })
    };
    apply(&base)?;
    let (mut added, mut removed, mut altered) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..times {
        added.push(apply(&more)?);
        removed.push(apply(&base)?);
        altered.push(apply(&changed)?);
        apply(&base)?;
    }
    host.run(|| driver.remove(&Scope::All))??;
    Ok(
        [("added", added), ("changed", altered), ("removed", removed)]
            .into_iter()
            .map(|(change, samples)| cost(ports, change, &samples))
            .collect(),
    )
}

fn cost(ports: usize, change: &'static str, samples: &[Sample]) -> ChangeCost {
    let micros = |duration: Duration| duration.as_secs_f64() * 1e6;
    let kernel = |sample: &Sample| micros(sample.transactions.iter().sum());
    let longest = |sample: &Sample| {
        sample
            .transactions
            .iter()
            .copied()
            .max()
            .unwrap_or_default()
    };
    ChangeCost {
        ports,
        change,
        transactions: samples
            .first()
            .map_or(0, |sample| sample.transactions.len()),
        kernel: median(samples.iter().map(kernel)),
        longest: median(samples.iter().map(|sample| micros(longest(sample)))),
        driver: median(samples.iter().map(|sample| micros(sample.driver))),
    }
}
