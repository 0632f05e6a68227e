use std::env;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::Value;

use crate::Tree;

/// Longer than the kit takes for any feature of any driver. What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How often is looked whether it is done.
const TICK: Duration = Duration::from_millis(100);

/// Builds conformance kits from a tree.
#[derive(Clone, Debug)]
pub struct Workshop {
    tree: Tree,
    /// Where cargo builds, and where kits, reports and what programs say are left.
    directory: PathBuf,
}

/// A conformance kit with its drivers, one of them with a defect or none.
#[derive(Debug)]
pub struct Kit {
    program: PathBuf,
    reports: PathBuf,
}

/// What came of a run of the kit.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code, if it ended by itself.
    pub code: Option<i32>,
    /// Its report, if it wrote one.
    pub report: Option<Value>,
    /// The end of what it said.
    pub said: String,
    /// It was ended because it took too long.
    pub hung: bool,
}

impl Workshop {
    /// One for a tree, with a directory that is kept, so that little is built anew.
    pub fn new(tree: Tree, directory: &Path) -> Workshop {
        Workshop {
            tree,
            directory: directory.to_owned(),
        }
    }

    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Builds a kit from the tree as it is. Says what the compiler said if it does not build.
    ///
    /// # Errors
    ///
    /// A cargo that cannot be run.
    pub fn build(&self, name: &str) -> Result<Result<Kit, String>> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let log = self.directory.join("build.log");
        let target = self.directory.join("target");
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "--package", "vifguard-defects"])
            .args(["--example", "kit"])
            // Nobody looks at debug information.
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TARGET_DIR", &target)
            .current_dir(self.tree.directory());
        let status = quietly(&mut build, &log)?.wait().context("cargo build")?;
        if !status.success() {
            return Ok(Err(last_lines(&log)));
        }
        // The next one is built while this one runs.
        let kits = self.directory.join("kits");
        fs::create_dir_all(&kits)?;
        let program = kits.join(name);
        // One that a run which was ended left behind may be running still; it keeps its file.
        let _ = fs::remove_file(&program);
        fs::copy(target.join("debug/examples/kit"), &program)
            .with_context(|| program.display().to_string())?;
        let reports = self.directory.join("reports");
        Ok(Ok(Kit { program, reports }))
    }
}

impl Kit {
    /// Runs it for these features of a driver. The report stays, under this name.
    ///
    /// # Errors
    ///
    /// A kit that cannot be run.
    pub fn run(
        &self,
        driver: &str,
        features: &[String],
        arguments: &[String],
        name: &str,
    ) -> Result<Ran> {
        let reports = self.reports.join(name);
        match fs::remove_dir_all(&reports) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| reports.display().to_string());
            }
            _ => fs::create_dir_all(&reports)?,
        }
        let log = reports.join("said.txt");
        let mut kit = Command::new(&self.program);
        kit.args(["--driver", driver, "--report"])
            .arg(&reports)
            .args(arguments);
        for feature in features {
            kit.args(["--feature", feature]);
        }
        let ended = wait(quietly(&mut kit, &log)?)?;
        let report = fs::read_to_string(reports.join("report.json")).ok();
        Ok(Ran {
            code: ended.and_then(|status| status.code()),
            report: report.and_then(|text| serde_json::from_str(&text).ok()),
            said: last_lines(&log),
            hung: ended.is_none(),
        })
    }
}

impl Drop for Kit {
    fn drop(&mut self) {
        // Some tens of megabytes each. What stays is written over by the next run.
        let _ = fs::remove_file(&self.program);
    }
}

/// What it says goes into a file.
fn quietly(command: &mut Command, log: &Path) -> Result<Child> {
    let out = File::create(log).with_context(|| log.display().to_string())?;
    let program = command.get_program().to_string_lossy().into_owned();
    command
        .stdin(Stdio::null())
        .stderr(out.try_clone()?)
        .stdout(out)
        // With all that it starts, so that it can be ended whole.
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot run {program}"))
}

/// None if it had to be ended.
fn wait(mut child: Child) -> Result<Option<ExitStatus>> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        sleep(TICK);
    }
    let group = Pid::from_raw(i32::try_from(child.id())?);
    // It may have ended in this moment.
    let _ = killpg(group, Signal::SIGKILL);
    child.wait()?;
    Ok(None)
}

fn last_lines(log: &Path) -> String {
    const MOST: usize = 30;
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(MOST)..].join("\n")
}
