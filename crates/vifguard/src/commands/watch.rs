//! `vifguard enforce --watch`: the host is kept as the policy says.
//!
//! Events only wake the loop. What is so is read anew each time, and put in force as a whole, as `enforce`
//! does it once; so no event can be misread, and one that is lost is made good by the next.

use std::collections::HashSet;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};
use nix::sys::signal::{SigSet, Signal};
use vifguard_inventory::watch::{Source, watch};
use vifguard_policy::{Binding, DevicePattern};

use super::prospect::{Prospect, Scene, links};
use crate::cli::EnforceArgs;
use crate::drivers::Title;
use crate::exit::Exit;
use crate::hypervisors::Hypervisors;
use crate::output::Output;

/// Events come in swarms; so long after the first of them the host is looked at.
const SETTLE: Duration = Duration::from_millis(20);
/// After an error the host is looked at again without an event.
const AGAIN: Duration = Duration::from_secs(2);

/// What wakes the loop.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Something changed.
    Changed,
    /// The policy file is to be read again.
    Reload,
    /// It is time to go.
    Stop(Signal),
}

impl From<Source> for Event {
    fn from(_: Source) -> Event {
        Event::Changed
    }
}

pub(super) fn run(args: &EnforceArgs, output: &Output) -> Result<Exit> {
    let (tell, events) = mpsc::channel();
    // Held back in every thread from here on, and taken by one.
    signals(tell.clone())?;
    let mut prospect = Prospect::read(&args.policy.file, &args.driver, false)?;
    prospect.check(args.yes)?;
    let mut heard = Heard::default();
    // From before the first look: what happens after it is not missed.
    listen(&mut prospect, &mut heard, &tell)?;
    let done = prospect.put()?;
    output.show(&done);
    prospect.in_the_way = done.in_the_way;
    output.note("watching; guards stay in force when this ends");
    confess(&mut prospect, output)?;
    let mut failed = false;
    loop {
        match next(&events, failed)? {
            Event::Stop(signal) => return Ok(Exit::Signal(signal)),
            Event::Reload => {
                if let Err(error) = reload(&mut prospect, args) {
                    output.complain(&error, "what was in force stays in force");
                    continue;
                }
            }
            Event::Changed => {}
        }
        let kept = keep(&mut prospect, output);
        failed = match kept.and_then(|()| listen(&mut prospect, &mut heard, &tell)) {
            Ok(()) => false,
            Err(error) => {
                // Once, not every time that it is tried again.
                if !failed {
                    output.complain(
                        &error,
                        "what was in force stays in force; it is tried again",
                    );
                }
                true
            }
        };
    }
}

/// The next event; those that come with it are one.
fn next(events: &Receiver<Event>, failed: bool) -> Result<Event> {
    let first = match failed {
        false => events.recv()?,
        true => match events.recv_timeout(AGAIN) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => return Ok(Event::Changed),
            Err(RecvTimeoutError::Disconnected) => return Err(anyhow!("nobody speaks any more")),
        },
    };
    if !matches!(first, Event::Changed) {
        return Ok(first);
    }
    thread::sleep(SETTLE);
    let mut rest = events.try_iter();
    Ok(rest
        .find(|event| !matches!(event, Event::Changed))
        .unwrap_or(first))
}

/// Looks at the host and makes it so.
fn keep(prospect: &mut Prospect, output: &Output) -> Result<()> {
    let hypervisors = Hypervisors::new(prospect.args.ovsdb.as_deref());
    prospect.scene = Scene::of(&prospect.policy, links()?, hypervisors)?;
    hold_places(prospect);
    let before = std::mem::take(&mut prospect.crew);
    let chosen = prospect.scene.crew(&prospect.args, None);
    // What is known of drivers stays known, whether or not they can be chosen now.
    match chosen {
        Ok(mut crew) => {
            crew.succeed(before);
            prospect.crew = crew;
        }
        Err(error) => {
            prospect.crew = before;
            return Err(error.into());
        }
    }
    // Whoever began to watch has said yes to what falls silent.
    prospect.check(true)?;
    let done = prospect.put()?;
    // What stays in the way is said once.
    if !done.is_nothing() || prospect.in_the_way != done.in_the_way {
        output.show(&done);
    }
    prospect.in_the_way = done.in_the_way;
    Ok(())
}

/// A port whose own interface went keeps its guards: it may come back under its name, and no frame is to
/// come before them. What a hypervisor finds has no name of its own to come back to.
fn hold_places(prospect: &mut Prospect) {
    let there: HashSet<&str> = prospect
        .scene
        .host
        .links
        .iter()
        .map(|link| link.name.as_str())
        .collect();
    let host = &mut prospect.scene.desired.host;
    let own = prospect.policy.ports().iter();
    let own = own.filter_map(|port| port.binding.device());
    for device in own.filter(|device| !there.contains(device.as_str())) {
        if !host.guards(device.as_str()) {
            let name = DevicePattern::Name(device.clone());
            host.guarded_interfaces.push(name);
        }
    }
}

/// Says what is not heard.
fn confess(prospect: &mut Prospect, output: &Output) -> Result<()> {
    for member in &mut prospect.crew.members {
        if let Some(unheard) = member.driver.unheard()? {
            output.note(&format!("not heard, of {}: {unheard}", member.title));
        }
    }
    Ok(())
}

fn reload(prospect: &mut Prospect, args: &EnforceArgs) -> Result<()> {
    let mut asked = Prospect::read(&args.policy.file, &args.driver, false)?;
    asked.check(true)?;
    *prospect = asked;
    Ok(())
}

/// Who is listened to.
#[derive(Default)]
struct Heard {
    sources: HashSet<Source>,
    drivers: HashSet<Title>,
}

/// Listens to all that the policy and its drivers depend on, and that is not listened to yet.
fn listen(prospect: &mut Prospect, heard: &mut Heard, tell: &Sender<Event>) -> Result<()> {
    let ports = prospect.policy.ports().iter();
    let bindings = ports.map(|port| match port.binding {
        Binding::Device(_) => Source::Links,
        Binding::Libvirt { .. } => Source::Libvirt,
        Binding::Ovs(_) => Source::Ovs,
        Binding::Xen { .. } => Source::Xen,
    });
    let members = prospect.crew.members.iter();
    let bridged = members.filter(|member| member.title.bridge.is_some());
    let of_drivers = bridged.map(|_| Source::Ovs);
    for source in [Source::Links]
        .into_iter()
        .chain(bindings)
        .chain(of_drivers)
    {
        if heard.sources.insert(source) {
            watch(source, prospect.args.ovsdb.as_deref(), tell.clone())?;
        }
    }
    for member in &mut prospect.crew.members {
        if heard.drivers.insert(member.title.clone()) {
            let tell = tell.clone();
            let changed = move || tell.send(Event::Changed).is_ok();
            member.driver.watch(Box::new(changed))?;
        }
    }
    Ok(())
}

fn signals(tell: Sender<Event>) -> Result<()> {
    let all = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]);
    all.thread_block()?;
    thread::spawn(move || {
        while let Ok(signal) = all.wait() {
            let event = if signal == Signal::SIGHUP {
                Event::Reload
            } else {
                Event::Stop(signal)
            };
            if tell.send(event).is_err() {
                return;
            }
        }
    });
    Ok(())
}
