//! The program as an operator runs it.

use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use vifguard_lab::Netns;

use crate::median::median;
use crate::ports;

/// What a run of the program takes, in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProcessCost {
    pub(crate) ports: usize,
    pub(crate) what: &'static str,
    pub(crate) whole: f64,
}

pub(crate) fn measure(program: &Path, ports: usize, times: usize) -> Result<Vec<ProcessCost>> {
    let host = Netns::new("bench")?;
    let file = |name: &str, text: String| -> Result<String> {
        let name = format!("vifguard-bench-{}-{name}.yaml", std::process::id());
        let path = env::temp_dir().join(name);
        fs::write(&path, text)?;
        Ok(path.to_string_lossy().into_owned())
    };
    let base = file("base", ports::text(ports))?;
    let more = file("more", ports::text(ports + 1))?;
    let run = |arguments: &[&str]| -> Result<f64> {
        let begun = Instant::now();
        let output = host.run(|| Command::new(program).args(arguments).output())?;
        let took = begun.elapsed();
        let output = output.with_context(|| program.display().to_string())?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(took.as_secs_f64() * 1e3)
    };
    let (mut checked, mut begun, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..times.div_ceil(3) {
        checked.push(run(&["check", "-f", &base])?);
        begun.push(run(&["enforce", "--yes", "-f", &base])?);
        added.push(run(&["enforce", "--yes", "-f", &more])?);
        run(&["release", "--all"])?;
    }
    for path in [&base, &more] {
        fs::remove_file(path)?;
    }
    let all = [
        ("check", checked),
        ("enforce, from nothing", begun),
        ("enforce, one port more", added),
    ];
    Ok(all
        .into_iter()
        .map(|(what, times)| ProcessCost {
            ports,
            what,
            whole: median(times),
        })
        .collect())
}
