//! `vifguard plan`

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::geteuid;
use serde::Serialize;
use vifguard_driver::{Error, Preview, Result as DriverResult};

use super::prospect::Prospect;
use crate::cli::PlanArgs;
use crate::drivers::{Crew, DriverArgs, first_of};
use crate::exit::Exit;
use crate::fit::Degraded;
use crate::keeper;
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
    driver: String,
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
    let mut prospect = Prospect::read(&args.policy.file, &args.driver, false)?;
    let (previews, seen) = match previews(&mut prospect.crew) {
        Err(Error::Privilege) => {
            on_empty_host(&args.driver, &mut prospect.crew)?;
            (previews(&mut prospect.crew)?, false)
        }
        previews => (previews?, true),
    };
    let mut obstacles = prospect.obstacles()?;
    if seen && !obstacles.silent.is_empty() {
        obstacles.spare_silent(&prospect.crew.observe()?);
    }
    if let Err(kept) = keeper::visit(&args.driver, Some(&prospect.text)) {
        output.note(&format!("enforce would refuse: {kept}; {}", kept.advice));
    }
    let (plan, difference) = joined(previews);
    Ok(output.show(&Planned {
        driver: prospect.crew.names(),
        ports: prospect.crew.ports(),
        networks: prospect.policy.networks().len(),
        plan,
        difference: seen.then_some(difference),
        degraded: std::mem::take(&mut obstacles.degraded),
        obstacles,
        absent: prospect.scene.absent,
        full: args.full,
    }))
}

fn previews(crew: &mut Crew) -> DriverResult<Vec<(String, Preview)>> {
    let members = crew.members.iter_mut();
    let each = members.map(|member| {
        let preview = member.driver.preview(&member.desired)?;
        Ok((member.title.to_string(), preview))
    });
    each.collect()
}

/// One plan; where there are several drivers, each line says whose it is.
fn joined(previews: Vec<(String, Preview)>) -> (String, Vec<String>) {
    let several = previews.len() > 1;
    let (mut plan, mut difference) = (String::new(), Vec::new());
    for (title, preview) in previews {
        let head = if several {
            format!("{title}: ")
        } else {
            String::new()
        };
        let lines = preview.plan.lines();
        plan.extend(lines.map(|line| format!("{head}{line}\n")));
        let lines = preview.difference.into_iter();
        difference.extend(lines.map(|line| format!("{head}{line}")));
    }
    (plan, difference)
}

/// The same kernel in a network namespace of our own, where nobody needs rights, and nothing is there
/// to differ from. The process stays in it; it has nothing else to do.
fn on_empty_host(args: &DriverArgs, crew: &mut Crew) -> Result<()> {
    // A switch is not asked without rights.
    crew.members.retain(|member| member.title.bridge.is_none());
    // Drivers that have asked nobody yet: one that is in a conversation has threads that listen.
    crew.succeed(Crew::of(vec![first_of(args)]));
    let user = geteuid();
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
    // A driver's program has rights there only as root. What happens without one, it says itself.
    let _ = fs::write("/proc/self/uid_map", format!("0 {user} 1\n"));
    Ok(())
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
