//! `vifguard plan`

use std::thread;
use std::time::Duration;

use anyhow::Result;
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use serde::Serialize;
use vifguard_driver::{Capabilities, Desired, Error, Preview};

use super::prospect::Prospect;
use crate::cli::PlanArgs;
use crate::drivers::{self, DriverName};
use crate::exit::Exit;
use crate::fit::Degraded;
use crate::obstacles::Obstacles;
use crate::output::{Output, Report, Style};
use crate::whereabouts::Absent;
use crate::words::count;

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
    /// What enforce would meet; of the silent interfaces those already silent too, without the right to
    /// look.
    #[serde(flatten)]
    obstacles: Obstacles,
    /// Ports that would get less than their policy says, with their consent.
    degraded: Vec<Degraded>,
    /// Ports whose guest is not on this host.
    absent: Vec<Absent>,
    #[serde(skip)]
    full: bool,
}

pub(super) fn run(args: &PlanArgs, output: &Output) -> Result<Exit> {
    let name = args.driver.driver;
    let Prospect {
        policy,
        desired,
        absent,
        host,
        mut driver,
        can,
        ..
    } = Prospect::read(&args.policy.file, name, false)?;
    let (preview, can, seen) = match driver.preview(&desired) {
        Err(Error::Privilege) => {
            let (preview, can) = on_empty_host(name, &desired)?;
            (preview, can, false)
        }
        preview => (preview?, can?, true),
    };
    let mut obstacles = Obstacles::find(&policy, &desired, &host, name, &can);
    if seen && !obstacles.silent.is_empty() {
        obstacles.spare_silent(&driver.observe()?);
    }
    Ok(output.show(&Planned {
        driver: driver.name(),
        ports: desired.ports.len(),
        networks: desired.networks.len(),
        plan: preview.plan,
        difference: seen.then_some(preview.difference),
        degraded: std::mem::take(&mut obstacles.degraded),
        obstacles,
        absent,
        full: args.full,
    }))
}

/// The same kernel in a network namespace of our own, where nobody needs rights, and nothing is there
/// to differ from. The process stays in it; it has nothing else to do.
fn on_empty_host(name: DriverName, desired: &Desired) -> Result<(Preview, Capabilities)> {
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
    let mut driver = drivers::by_name(name);
    Ok((driver.preview(desired)?, driver.probe()?))
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

impl Planned {
    fn in_the_way(&self, style: Style) -> String {
        let obstacles = &self.obstacles;
        if obstacles.exit(false) == Exit::Ok {
            return String::new();
        }
        let head = if obstacles.is_final() {
            "enforce would refuse this policy:"
        } else {
            "enforce would ask for --yes:"
        };
        let mut text = style.alarm(head) + "\n" + &obstacles.text(false);
        if self.difference.is_none() && !obstacles.silent.is_empty() {
            text += "without root, interfaces that are silent already cannot be told from those\n";
        }
        text + &obstacles.advice(false) + "\n"
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
                text += "the difference from what is there is not shown: to read that needs \
                         CAP_NET_ADMIN, so run as root\n";
            }
            Some(lines) if lines.is_empty() => text += "no difference from what is there\n",
            Some(lines) => {
                text += &(style.head("difference from what is there:") + "\n");
                text += &self.lines(lines.iter().map(String::as_str));
            }
        }
        for less in &self.degraded {
            text += &less.line(style);
        }
        text + &self.in_the_way(style)
    }

    /// As enforce would end without `--yes`.
    fn exit(&self) -> Exit {
        self.obstacles.exit(false)
    }
}
