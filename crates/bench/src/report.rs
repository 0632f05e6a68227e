use std::fmt;
use std::thread::available_parallelism;

use anyhow::Result;
use serde::Serialize;

use crate::change::ChangeCost;
use crate::frame::FrameCost;
use crate::process::ProcessCost;

/// All figures, and where they come from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) version: &'static str,
    pub(crate) kernel: String,
    pub(crate) cpus: usize,
    pub(crate) frames: Vec<FrameCost>,
    pub(crate) changes: Vec<ChangeCost>,
    pub(crate) processes: Vec<ProcessCost>,
}

impl Report {
    pub(crate) fn new() -> Result<Report> {
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
        // The rest of a release names a build, not a kernel.
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        let end = kernel.find(|c| !digits(c)).unwrap_or(kernel.len());
        Ok(Report {
            version: env!("CARGO_PKG_VERSION"),
            kernel: kernel[..end].to_owned(),
            cpus: available_parallelism()?.get(),
            frames: Vec::new(),
            changes: Vec::new(),
            processes: Vec::new(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# What the nft driver costs\n")?;
        writeln!(
            f,
            "vifguard {}, Linux {}, {} CPUs. Written by `cargo xtask bench`. Medians; ratios are those of \
             pairs measured in turn, since the times of a shared machine wander.\n",
            self.version, self.kernel, self.cpus
        )?;
        writeln!(f, "## A frame\n")?;
        writeln!(
            f,
            "TCP with 100 bytes of payload; sender, bridge and receiver included: through a \
             host with guards and through one without. The last column is a port of the guarded \
             host that nobody guards, such as its uplink.\n"
        )?;
        writeln!(f, "![Ratio of a guarded frame to a bare one](nft.svg)\n")?;
        writeln!(
            f,
            "| ports | path | family | bare, ns | guarded, ns | ratio | beside |"
        )?;
        writeln!(f, "|---:|---|---|---:|---:|---:|---:|")?;
        for c in &self.frames {
            writeln!(
                f,
                "| {} | {} | {} | {:.0} | {:.0} | ×{:.3} | ×{:.3} |",
                c.ports, c.path, c.family, c.bare, c.guarded, c.ratio, c.beside
            )?;
        }
        writeln!(f, "\n## A change of one port\n")?;
        writeln!(
            f,
            "The kernel's part is the time of all transactions together, from sending to the \
                     kernel's answer; the driver's includes reading what is there, waiting until no frame \
                     can be under way by the old rules, and reading back.\n"
        )?;
        writeln!(
            f,
            "| ports | change | transactions | kernel, µs | the longest, µs | driver, µs |"
        )?;
        writeln!(f, "|---:|---|---:|---:|---:|---:|")?;
        for c in &self.changes {
            writeln!(
                f,
                "| {} | {} | {} | {:.0} | {:.0} | {:.0} |",
                c.ports, c.change, c.transactions, c.kernel, c.longest, c.driver
            )?;
        }
        writeln!(f, "\n## The program\n")?;
        writeln!(f, "| ports | | whole process, ms |")?;
        writeln!(f, "|---:|---|---:|")?;
        for c in &self.processes {
            writeln!(f, "| {} | {} | {:.1} |", c.ports, c.what, c.whole)?;
        }
        Ok(())
    }
}
