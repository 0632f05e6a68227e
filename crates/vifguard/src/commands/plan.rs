//! `vifguard plan`

use std::thread;
use std::time::Duration;

use anyhow::Result;
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use serde::Serialize;
use vifguard_driver::{Desired, Error, Preview};

use super::prospect::Prospect;
use crate::blast::{self, Refused, Silent};
use crate::cli::PlanArgs;
use crate::drivers::{self, DriverName};
use crate::exit::Exit;
use crate::output::{Output, Report, Style};
use crate::words::{bullets, count};

/// As many lines of a plan or difference are shown without `--full`.
const SHORT: usize = 40;
/// Milliseconds to wait for a thread that is on its way out.
const TRIES: u32 = 100;

/// What enforce would do.
#[derive(Debug, Serialize)]
struct Planned {
    driver: &'static str,
    ports: usize,
    networks: usize,
    plan: String,
    /// Nothing without the right to look.
    difference: Option<Vec<String>>,
    /// Why enforce would refuse the policy on this host.
    refused: Vec<Refused>,
    /// Interfaces for which enforce would ask for `--yes`; those already silent too, where they cannot
    /// be told.
    silent: Vec<Silent>,
    #[serde(skip)]
    full: bool,
}

pub(super) fn run(args: &PlanArgs, output: &Output) -> Result<Exit> {
    let name = args.driver.driver;
    let Prospect {
        policy,
        host,
        mut driver,
        ..
    } = Prospect::read(&args.policy.file, name)?;
    let desired = Desired::of(&policy);
    let mut radius = blast::radius(&host, &policy);
    let (preview, seen) = match driver.preview(&desired) {
        Err(Error::Privilege) => (on_empty_host(name, &desired)?, false),
        preview => (preview?, true),
    };
    if seen && !radius.silent.is_empty() {
        radius.spare_silent(&driver.observe()?);
    }
    Ok(output.show(&Planned {
        driver: driver.name(),
        ports: desired.ports.len(),
        networks: desired.networks.len(),
        plan: preview.plan,
        difference: seen.then_some(preview.difference),
        refused: radius.refused,
        silent: radius.silent,
        full: args.full,
    }))
}

/// The same kernel in a network namespace of our own, where nobody needs rights, and nothing is there
/// to differ from. The process stays in it; it has nothing else to do.
fn on_empty_host(name: DriverName, desired: &Desired) -> Result<Preview> {
    // The kernel lets only a process of one thread in, and a thread that was joined may still be on its
    // way out.
    let mut tries = 0;
    while let Err(errno) = unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET) {
        if errno != Errno::EINVAL || tries == TRIES {
            return Err(Error::Privilege.into());
        }
        tries += 1;
        thread::sleep(Duration::from_millis(1));
    }
    Ok(drivers::by_name(name).preview(desired)?)
}

impl Planned {
    fn lines<'a>(&self, lines: impl ExactSizeIterator<Item = &'a str>) -> String {
        let shown = if self.full { usize::MAX } else { SHORT };
        let more = lines.len().saturating_sub(shown);
        let mut text: String = lines
            .take(shown)
            .map(|line| format!("  {line}\n"))
            .collect();
        if more > 0 {
            text += &format!("  … and {} (--full shows all)\n", count(more, "more line"));
        }
        text
    }
}

impl Report for Planned {
    fn text(&self, style: Style) -> String {
        let (ports, networks) = (count(self.ports, "port"), count(self.networks, "network"));
        let head = format!("plan for {ports} on {networks}, driver {}:", self.driver);
        let lines: Vec<&str> = self.plan.lines().collect();
        let mut text = style.head(&head) + "\n" + &self.lines(lines.into_iter());
        text += "\n";
        match &self.difference {
            None => {
                text += "the difference from what is there is not shown: that needs root\n";
            }
            Some(lines) if lines.is_empty() => text += "no difference from what is there\n",
            Some(lines) => {
                text += &(style.head("difference from what is there:") + "\n");
                text += &self.lines(lines.iter().map(String::as_str));
            }
        }
        if !self.refused.is_empty() {
            text += &(style.alarm("enforce would refuse this policy:") + "\n");
            text += &bullets(self.refused.iter().map(ToString::to_string));
        }
        if !self.silent.is_empty() {
            text += &(style.alarm("in use, would fall silent, so enforce needs --yes:") + "\n");
            text += &bullets(self.silent.iter().map(ToString::to_string));
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}
