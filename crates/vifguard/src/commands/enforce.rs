//! `vifguard enforce`

use std::collections::HashSet;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::Desired;

use super::fallback::{self, Fallback};
use super::prospect::Prospect;
use crate::blast::Silent;
use crate::cli::EnforceArgs;
use crate::exit::Exit;
use crate::fit::Degraded;
use crate::last_good;
use crate::obstacles::Obstacles;
use crate::output::{Output, Report, Style};
use crate::signals::Deferred;
use crate::whereabouts::Absent;
use crate::words::{bullets, count};
use vifguard_inventory::Links;

/// What was done.
#[derive(Debug, Serialize)]
pub(super) struct Enforced {
    driver: &'static str,
    ports: usize,
    added: Vec<String>,
    changed: Vec<String>,
    removed: Vec<String>,
    unchanged: usize,
    repaired: Vec<String>,
    /// Something that is about no port was changed: which interfaces are guarded, or what happens to
    /// those without a port.
    otherwise: bool,
    /// Interfaces in use from which nothing comes any more.
    silenced: Vec<Silent>,
    /// Ports whose interface is yet to come.
    awaited: Vec<String>,
    /// Ports whose guest is not on this host.
    absent: Vec<Absent>,
    degraded: Vec<Degraded>,
    /// Why no copy could be kept for the next boot.
    not_kept: Option<String>,
    /// The policy is not the one that was asked for.
    pub(super) fallback: Option<Fallback>,
}

pub(super) fn run(args: &EnforceArgs, output: &Output) -> Result<Exit> {
    let asked = Prospect::read(&args.policy.file, args.driver.driver);
    let (done, exit) = match (asked, &args.last_good) {
        (Err(wrong), Some(kept)) if fallback::is_of_file(&wrong) => {
            return fallback::run(args, kept, wrong, output);
        }
        (asked, keep) => enforce(asked?, args, keep.as_deref(), output)?,
    };
    Ok(output.show_with(&done, exit))
}

/// Puts it in force, keeps a copy if that was asked for, and says how the program ends.
pub(super) fn enforce(
    prospect: Prospect,
    args: &EnforceArgs,
    keep: Option<&Path>,
    output: &Output,
) -> Result<(Enforced, Exit)> {
    let Prospect {
        policy,
        text,
        desired,
        absent,
        host,
        mut driver,
        can,
    } = prospect;
    // Before all else: without rights, or on a host that cannot, the rest is idle.
    let can = can?;
    let mut obstacles = Obstacles::find(&policy, &desired, &host, args.driver.driver, &can);
    if !obstacles.silent.is_empty() {
        obstacles.spare_silent(&driver.observe()?);
    }
    if let Some(failure) = obstacles.failure(args.yes) {
        return Err(failure.into());
    }
    let mut signals = Deferred::begin()?;
    let applied = driver.apply(&desired)?;
    let not_kept = keep.and_then(|path| not_kept(path, &text, output));
    let mut exit = match not_kept {
        None => Exit::Ok,
        Some(_) => Exit::Io,
    };
    if let Some(signal) = signals.asked() {
        output.note("asked to stop; what had begun was finished first and is in force, whole");
        exit = Exit::Signal(signal);
    }
    let done = Enforced {
        driver: driver.name(),
        ports: desired.ports.len(),
        added: applied.added,
        changed: applied.changed,
        removed: applied.removed,
        unchanged: applied.unchanged,
        repaired: applied.repaired,
        otherwise: applied.otherwise,
        silenced: obstacles.silent,
        awaited: awaited(&host, &desired),
        absent,
        degraded: obstacles.degraded,
        not_kept,
        fallback: None,
    };
    Ok((done, exit))
}

/// Why the policy could not be kept for the next boot, if it could not.
fn not_kept(path: &Path, text: &[u8], output: &Output) -> Option<String> {
    let error = last_good::keep(path, text).err()?;
    let why = format!("cannot write {}: {error}", path.display());
    output.note(&format!(
        "{why}\nthe policy is in force, but it is not kept for the next boot; put that right and \
         enforce again"
    ));
    Some(why)
}

/// The ports that wait for their interface, guarded from its first frame.
fn awaited(host: &Links, desired: &Desired) -> Vec<String> {
    let there: HashSet<&str> = host.links.iter().map(|link| link.name.as_str()).collect();
    let ports = desired.ports.iter();
    ports
        .filter(|port| !there.contains(port.device.as_str()))
        .map(|port| port.identity.port.clone())
        .collect()
}

impl Enforced {
    fn is_nothing(&self) -> bool {
        [&self.added, &self.changed, &self.removed, &self.repaired]
            .iter()
            .all(|list| list.is_empty())
            && !self.otherwise
    }
}

impl Report for Enforced {
    fn text(&self, style: Style) -> String {
        let ports = count(self.ports, "port");
        let mut text = self.fallback.as_ref().map_or_else(String::new, |fallback| {
            format!("{} {fallback}\n", style.alarm("not as asked:"))
        });
        text += &if self.is_nothing() {
            let are = if self.ports == 1 {
                "is as it"
            } else {
                "are as they"
            };
            format!("nothing to do: {ports} {are} should be\n")
        } else {
            format!(
                "{ports} in force by {}: {} added, {} changed, {} removed, {} unchanged\n",
                self.driver,
                self.added.len(),
                self.changed.len(),
                self.removed.len(),
                self.unchanged
            )
        };
        if self.otherwise {
            text += "changed: what holds for interfaces that are guarded, or have no port\n";
        }
        for (sign, ports) in [
            ('+', &self.added),
            ('~', &self.changed),
            ('-', &self.removed),
        ] {
            text += &bullets(ports.iter().map(|port| format!("{sign} {port}")));
        }
        if !self.repaired.is_empty() {
            text += "put right, because it was not as it was left:\n";
            text += &bullets(self.repaired.iter().cloned());
        }
        if !self.silenced.is_empty() {
            text += &style.alarm("silent from now on:");
            text += "\n";
            text += &bullets(self.silenced.iter().map(ToString::to_string));
        }
        if !self.awaited.is_empty() {
            let awaited = count(self.awaited.len(), "interface");
            text += &format!("{awaited} yet to come, guarded from the first frame\n");
        }
        if !self.absent.is_empty() {
            let ports = count(self.absent.len(), "port");
            text += &format!("{ports} not on this host:\n");
            text += &bullets(self.absent.iter().map(ToString::to_string));
        }
        for less in &self.degraded {
            text += &less.line(style);
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}
