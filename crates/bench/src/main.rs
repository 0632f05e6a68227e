//! What guards cost: a frame against the same frame through a bare bridge, and a change.
//!
//! Everything happens in network namespaces of its own. Timings on a shared machine wander by half; so
//! frames are measured in pairs, guarded and bare in turn, and what counts is the median of the ratios.

#![forbid(unsafe_code)]

mod change;
mod frame;
mod median;
mod plot;
mod ports;
mod process;
mod report;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};

use crate::frame::Bridges;
use crate::report::Report;

/// Measures the nft driver and writes Markdown, JSON and a plot.
#[derive(Debug, Parser)]
struct Arguments {
    /// Numbers of ports to measure at
    #[arg(long, value_delimiter = ',', default_value = "1,10,100,1000,10000")]
    ports: Vec<usize>,
    /// Pairs of blocks of frames for each figure
    #[arg(long, default_value_t = 201)]
    pairs: usize,
    /// Changes of each kind for each figure
    #[arg(long, default_value_t = 21)]
    changes: usize,
    /// The program to measure as a whole process
    #[arg(long, required_unless_present = "only")]
    vifguard: Option<PathBuf>,
    /// Bridges do not show IP to netfilter, as on hosts without br_netfilter; new namespaces do
    #[arg(long)]
    plain_bridges: bool,
    /// Measure nothing else
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Where to write nft.md, nft.json and nft.svg
    #[arg(long)]
    out: PathBuf,
}

/// A part of the figures.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    Frames,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut report = Report::new()?;
    let bridges = match arguments.plain_bridges {
        true => Bridges::Plain,
        false => Bridges::Filtered,
    };
    for ports in &arguments.ports {
        eprintln!("{ports} ports: frames");
        report
            .frames
            .extend(frame::measure(*ports, arguments.pairs, bridges)?);
        if arguments.only.is_some() {
            continue;
        }
        eprintln!("{ports} ports: changes");
        report
            .changes
            .extend(change::measure(*ports, arguments.changes)?);
        eprintln!("{ports} ports: whole processes");
        if let Some(program) = &arguments.vifguard {
            let processes = process::measure(program, *ports, arguments.changes)?;
            report.processes.extend(processes);
        }
    }
    fs::create_dir_all(&arguments.out)?;
    let write = |name: &str, text: String| {
        let path = arguments.out.join(name);
        fs::write(&path, text).with_context(|| path.display().to_string())
    };
    write("nft.json", serde_json::to_string_pretty(&report)? + "\n")?;
    write("nft.svg", plot::ratios(&report.frames)?)?;
    let text = report.to_string();
    print!("{text}");
    write("nft.md", text)
}
