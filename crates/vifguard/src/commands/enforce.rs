//! `vifguard enforce`

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Error, Result};
use serde::Serialize;
use vifguard_driver::{Applied, Feature, Support};

use super::fallback::{self, Fallback};
use super::prospect::Prospect;
use super::watch;
use crate::blast::Silent;
use crate::cli::EnforceArgs;
use crate::drivers::{Crew, Member, Title};
use crate::exit::Exit;
use crate::fit::Degraded;
use crate::keeper;
use crate::last_good;
use crate::output::{Output, Report, Style};
use crate::signals::Deferred;
use crate::whereabouts::Absent;
use crate::words::{bullets, count};
use vifguard_inventory::Links;

/// When an interface that is yet to come is guarded.
const FIRST: &str = "from the first frame";
const LATE: &str = "once the driver has seen it, not from the first frame";

/// What was done.
#[derive(Debug, Serialize)]
pub(super) struct Enforced {
    /// In words.
    driver: String,
    drivers: Vec<Share>,
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
    /// Of these, how many are guarded as soon as they are there, and not before.
    #[serde(skip)]
    late: usize,
    /// Ports whose guest is not on this host.
    absent: Vec<Absent>,
    degraded: Vec<Degraded>,
    /// What others did that makes guards hold less than they promise, and what to do about it.
    pub(super) in_the_way: Vec<String>,
    /// Why no copy could be kept for the next boot.
    not_kept: Option<String>,
    /// The policy is not the one that was asked for.
    pub(super) fallback: Option<Fallback>,
}

/// A driver's share of the work.
#[derive(Debug, Serialize)]
struct Share {
    #[serde(flatten)]
    title: Title,
    /// The ports that it guards; one may be guarded by two, at two places.
    ports: usize,
}

impl Share {
    fn of(member: &Member) -> Share {
        Share {
            title: member.title.clone(),
            ports: member.desired.ports.len(),
        }
    }
}

pub(super) fn run(args: &EnforceArgs, output: &Output) -> Result<Exit> {
    if args.watch {
        return watch::run(args, output);
    }
    let asked = Prospect::read(&args.policy.file, &args.driver, args.last_good.is_some());
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
    mut prospect: Prospect,
    args: &EnforceArgs,
    keep: Option<&Path>,
    output: &Output,
) -> Result<(Enforced, Exit)> {
    let _visit = keeper::visit(&prospect.args, Some(&prospect.text))?;
    prospect.beside = args.beside;
    prospect.check(args.yes)?;
    prospect.say_unheard(output);
    let mut signals = Deferred::begin()?;
    let mut done = prospect.put()?;
    done.not_kept = keep.and_then(|path| not_kept(path, &prospect.text, output));
    let mut exit = match done.not_kept {
        None => done.exit(),
        Some(_) => Exit::Io,
    };
    if let Some(signal) = signals.asked() {
        output.note("asked to stop; what had begun was finished first and is in force, whole");
        exit = Exit::Signal(signal);
    }
    Ok((done, exit))
}

impl Prospect {
    /// Is anything in the way?
    pub(super) fn check(&mut self, yes: bool) -> Result<()> {
        // Before all else: without rights, or on a host that cannot, the rest is idle.
        for member in self.crew.working() {
            member.probe()?;
        }
        let mut obstacles = self.obstacles()?;
        if !obstacles.silent.is_empty() {
            obstacles.spare_silent(&self.crew.observe()?);
        }
        if let Some(failure) = obstacles.failure(yes) {
            return Err(failure.into());
        }
        self.degraded = obstacles.degraded;
        self.silenced = obstacles.silent;
        Ok(())
    }

    /// Says who may have guards beside these, and does not answer: at boot that is nobody's fault.
    pub(super) fn say_unheard(&mut self, output: &Output) {
        for why in std::mem::take(&mut self.unheard) {
            output.note(&format!("not known whether others hold something: {why}"));
        }
    }

    /// Puts it in force.
    pub(super) fn put(&mut self) -> Result<Enforced> {
        let applied = self.crew.apply()?;
        Ok(self.done(applied))
    }

    /// As much of it as can be, and why no more.
    pub(super) fn put_each(&mut self) -> (Enforced, Vec<Error>) {
        let (applied, errors) = self.crew.apply_each();
        let errors = errors.into_iter().map(Error::new);
        (self.done(applied), errors.collect())
    }

    fn done(&mut self, applied: Applied) -> Enforced {
        let awaited = Awaited::of(&self.scene.host, &mut self.crew);
        let members = self.crew.members.iter();
        Enforced {
            driver: self.crew.names(),
            drivers: members.map(Share::of).collect(),
            ports: self.crew.ports(),
            added: applied.added,
            changed: applied.changed,
            removed: applied.removed,
            unchanged: applied.unchanged,
            repaired: applied.repaired,
            otherwise: applied.otherwise,
            silenced: std::mem::take(&mut self.silenced),
            awaited: awaited.ports,
            late: awaited.late,
            absent: self.scene.absent.clone(),
            degraded: self.degraded.clone(),
            in_the_way: applied.in_the_way,
            not_kept: None,
            fallback: None,
        }
    }
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

/// The ports that wait for their interface.
#[derive(Default)]
struct Awaited {
    ports: Vec<String>,
    /// How many of them are not guarded from its first frame.
    late: usize,
}

impl Awaited {
    fn of(host: &Links, crew: &mut Crew) -> Awaited {
        let there: HashSet<&str> = host.links.iter().map(|link| link.name.as_str()).collect();
        let mut awaited = Awaited::default();
        // What is on a bridge is there for the bridge, whatever the host has.
        let members = crew.members.iter_mut();
        for member in members.filter(|member| member.title.bridge.is_none()) {
            let ports = member.desired.ports.iter();
            let ports = ports.filter(|port| !there.contains(port.device.as_str()));
            let ports: Vec<String> = ports.map(|port| port.identity.port.clone()).collect();
            // Not asked without need: it may be somebody else's program.
            if ports.is_empty() {
                continue;
            }
            let can = member.probe();
            let first = can.map(|can| can.of(Feature::FirstFrame));
            if !matches!(first, Ok(Support::Full | Support::Partial(_))) {
                awaited.late += ports.len();
            }
            awaited.ports.extend(ports);
        }
        awaited
    }
}

impl Enforced {
    pub(super) fn is_nothing(&self) -> bool {
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
        let early = self.awaited.len() - self.late;
        for (awaited, when) in [(early, FIRST), (self.late, LATE)] {
            if awaited > 0 {
                let awaited = count(awaited, "interface");
                text += &format!("{awaited} yet to come, guarded {when}\n");
            }
        }
        if !self.absent.is_empty() {
            let ports = count(self.absent.len(), "port");
            text += &format!("{ports} not on this host:\n");
            text += &bullets(self.absent.iter().map(ToString::to_string));
        }
        for less in &self.degraded {
            text += &less.line(style);
        }
        for what in &self.in_the_way {
            let head = style.alarm("in force, but not whole until this is put right:");
            text += &format!("{head} {what}\n");
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.in_the_way.is_empty())
    }
}
