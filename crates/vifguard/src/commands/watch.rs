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
use vifguard_policy::{Binding, DevicePattern, Policy};

use super::prospect::{Prospect, links};
use crate::cli::EnforceArgs;
use crate::exit::Exit;
use crate::output::Output;
use crate::whereabouts::Whereabouts;

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
    let mut prospect = Prospect::read(&args.policy.file, args.driver.driver, false)?;
    prospect.check(args.driver.driver, args.yes)?;
    let mut heard = HashSet::new();
    // From before the first look: what happens after it is not missed.
    listen(&prospect.policy, &mut heard, &tell)?;
    output.show(&prospect.put()?);
    output.note("watching; guards stay in force when this ends");
    let mut failed = false;
    loop {
        match next(&events, failed)? {
            Event::Stop(signal) => return Ok(Exit::Signal(signal)),
            Event::Reload => match reload(&mut prospect, args) {
                Ok(()) => listen(&prospect.policy, &mut heard, &tell)?,
                Err(error) => {
                    output.complain(&error, "what was in force stays in force");
                    continue;
                }
            },
            Event::Changed => {}
        }
        failed = match keep(&mut prospect, args, output) {
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
fn keep(prospect: &mut Prospect, args: &EnforceArgs, output: &Output) -> Result<()> {
    let Whereabouts { desired, absent } = Whereabouts::of(&prospect.policy)?;
    (prospect.desired, prospect.absent) = (desired, absent);
    prospect.host = links()?;
    hold_places(prospect);
    // Whoever began to watch has said yes to what falls silent.
    prospect.check(args.driver.driver, true)?;
    let done = prospect.put()?;
    if !done.is_nothing() {
        output.show(&done);
    }
    Ok(())
}

/// A port whose own interface went keeps its guards: it may come back under its name, and no frame is to
/// come before them. What a hypervisor finds has no name of its own to come back to.
fn hold_places(prospect: &mut Prospect) {
    let there: HashSet<&str> = prospect
        .host
        .links
        .iter()
        .map(|link| link.name.as_str())
        .collect();
    let host = &mut prospect.desired.host;
    let own = prospect.policy.ports().iter();
    let own = own.filter_map(|port| port.binding.device());
    for device in own.filter(|device| !there.contains(device.as_str())) {
        if !host.guards(device.as_str()) {
            let name = DevicePattern::Name(device.clone());
            host.guarded_interfaces.push(name);
        }
    }
}

fn reload(prospect: &mut Prospect, args: &EnforceArgs) -> Result<()> {
    let mut asked = Prospect::read(&args.policy.file, args.driver.driver, false)?;
    asked.check(args.driver.driver, true)?;
    *prospect = asked;
    Ok(())
}

/// Listens to all that the policy depends on, and is not listened to yet.
fn listen(policy: &Policy, heard: &mut HashSet<Source>, tell: &Sender<Event>) -> Result<()> {
    let bindings = policy.ports().iter().map(|port| match port.binding {
        Binding::Device(_) => Source::Links,
        Binding::Libvirt { .. } => Source::Libvirt,
        Binding::Ovs(_) => Source::Ovs,
        Binding::Xen { .. } => Source::Xen,
    });
    for source in [Source::Links, Source::Rules].into_iter().chain(bindings) {
        if heard.insert(source) {
            watch(source, tell.clone())?;
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
