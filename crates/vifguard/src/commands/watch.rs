//! `vifguard enforce --watch`: the host is kept as the policy says.
//!
//! Events only wake the loop. What is so is read anew each time, and put in force as a whole, as `enforce`
//! does it once; so no event can be misread, and one that is lost is made good by the next.

use std::collections::{BTreeSet, HashSet};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use nix::sys::signal::{SigSet, Signal};
use vifguard_driver::Desired;
use vifguard_inventory::Links;
use vifguard_inventory::watch::{Source, watch};
use vifguard_policy::{Binding, DevicePattern, Host, Policy};
use vifguard_programs::end_followed;

use super::prospect::{Prospect, Scene, links};
use crate::blast::radius;
use crate::cli::EnforceArgs;
use crate::drivers::{Crew, Title};
use crate::exit::Exit;
use crate::hypervisors::Hypervisors;
use crate::keeper::Keeper;
use crate::output::Output;
use crate::policy_file::{self, Loaded};
use crate::whereabouts::there;

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
    let ended = go_on(args, output);
    end_followed();
    ended
}

/// Until somebody asks it to stop, or it cannot begin.
fn go_on(args: &EnforceArgs, output: &Output) -> Result<Exit> {
    let (tell, events) = mpsc::channel();
    // Held back in every thread from here on, and taken by one.
    signals(tell.clone())?;
    let mut prospect = Prospect::read(&args.policy.file, &args.driver, false)?;
    prospect.beside = args.beside;
    prospect.check(args.yes)?;
    prospect.say_unheard(output);
    // Whoever comes with a filter of his own later is no reason not to put right what is ours.
    prospect.beside = true;
    let keeper = Keeper::begin(&args.driver, &args.policy.file, &prospect.text)?;
    let mut heard = Heard::default();
    // From before the first look: what happens after it is not missed.
    if let Some(error) = listen(&mut prospect, &mut heard, &tell).into_iter().next() {
        return Err(error);
    }
    // What was looked at may be older than the first who listened.
    tell.send(Event::Changed)?;
    let done = prospect.put()?;
    output.show(&done);
    prospect.in_the_way = done.in_the_way;
    output.note("watching; guards stay in force when this ends");
    confess(&mut prospect, output)?;
    let mut asked = None;
    let mut troubles = Troubles::default();
    loop {
        match next(&events, troubles.any())? {
            Event::Stop(signal) => return Ok(Exit::Signal(signal)),
            Event::Reload => match policy_file::load_with_text(&args.policy.file) {
                Ok(loaded) => asked = Some(loaded),
                Err(error) => output.complain(&error, "what was in force stays in force"),
            },
            Event::Changed => {}
        }
        let mut errors = Vec::new();
        if let Some(loaded) = asked.take() {
            match take_over(&loaded, args, &mut prospect.crew) {
                Ok(new) => {
                    let said = keeper.as_ref();
                    let said = said.map(|keeper| keeper.keeps(&args.driver, &new.text));
                    errors.extend(said.and_then(Result::err).map(Error::new));
                    prospect = new;
                }
                // It may be possible when something on the host has changed.
                Err(error) => {
                    errors.push(error);
                    asked = Some(loaded);
                }
            }
        }
        errors.extend(keep(&mut prospect, output));
        errors.extend(listen(&mut prospect, &mut heard, &tell));
        troubles.tell(errors, &mut prospect, output);
    }
}

/// What is in the way of keeping the host so, and was said.
#[derive(Default)]
struct Troubles(HashSet<String>);

impl Troubles {
    fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Says each once, not every time that it is tried again.
    fn tell(&mut self, errors: Vec<Error>, prospect: &mut Prospect, output: &Output) {
        if errors.is_empty() {
            self.0.clear();
            return;
        }
        let advice = match prospect.crew.stands() {
            true => "what was in force stays in force; it is tried again",
            false => "not all of it is in force (vifguard status shows what is); it is tried again",
        };
        let key = |error: &Error| format!("{error}\n{advice}");
        for error in &errors {
            if !self.0.contains(&key(error)) {
                output.complain(error, advice);
            }
        }
        self.0 = errors.iter().map(key).collect();
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

/// Looks at the host and makes it so. What is in the way of one port, or of one driver, does not keep the others
/// from being put right: what cannot be known stays as it was.
fn keep(prospect: &mut Prospect, output: &Output) -> Vec<Error> {
    let before = prospect.scene.desired.clone();
    let asked = prospect.crew.asked();
    let mut errors = look(prospect);
    if bars(prospect, &before, &mut errors) {
        // It was not put in force, so it is neither what was guarded when this is asked again, nor what drivers
        // go on with where nothing can be chosen.
        prospect.scene.desired = before;
        prospect.crew.ask_again(&asked);
        return errors;
    }
    let (done, failed) = prospect.put_each();
    // What stays in the way is said once.
    if !done.is_nothing() || prospect.in_the_way != done.in_the_way {
        output.show(&done);
    }
    prospect.in_the_way = done.in_the_way;
    errors.extend(failed);
    errors
}

/// Looks where the ports are, and chooses drivers for them.
fn look(prospect: &mut Prospect) -> Vec<Error> {
    let host = match links() {
        Ok(host) => host,
        Err(error) => return vec![error.into()],
    };
    let hypervisors = Hypervisors::new(prospect.args.ovsdb.as_deref());
    let before = &prospect.scene.desired;
    let found = Scene::again(&prospect.policy, host.clone(), hypervisors, before);
    let chosen = found.and_then(|(mut scene, failures)| {
        hold_places(&prospect.policy, &host, &mut scene.desired.host);
        if !failures.is_empty() {
            hold_names(before, &mut scene.desired);
        }
        let crew = scene.crew(&prospect.args, None)?;
        Ok((scene, crew, failures))
    });
    match chosen {
        Ok((scene, mut crew, failures)) => {
            // What is known of drivers stays known, whether or not they can be chosen now.
            crew.succeed(std::mem::take(&mut prospect.crew));
            (prospect.scene, prospect.crew) = (scene, crew);
            failures.into_iter().map(Error::new).collect()
        }
        Err(failure) => {
            stay(prospect, host);
            vec![failure.into()]
        }
    }
}

/// Where nothing can be chosen, all is as it was chosen last, but for what has gone since.
fn stay(prospect: &mut Prospect, host: Links) {
    let is_there = there(&host);
    for member in &mut prospect.crew.members {
        let before = member.desired.clone();
        member.desired.ports.retain(&is_there);
        if member.title.bridge.is_none() {
            hold_places(&prospect.policy, &host, &mut member.desired.host);
            hold_names(&before, &mut member.desired);
        }
    }
    drop(is_there);
    prospect.scene.host = host;
}

/// Finds what is in the way, and says whether it would harm the host to go on: if what carries the host itself
/// would come under a guard that it was not under before.
fn bars(prospect: &mut Prospect, before: &Desired, errors: &mut Vec<Error>) -> bool {
    let refused = match prospect.obstacles() {
        Ok(obstacles) => {
            // Whoever began to watch has said yes to what falls silent.
            errors.extend(obstacles.failure(true).map(Error::new));
            prospect.degraded = obstacles.degraded;
            obstacles.refused
        }
        Err(error) => {
            errors.push(error);
            let Scene {
                host,
                hypervisors,
                desired,
                ..
            } = &prospect.scene;
            radius(host, hypervisors.switch().ok().flatten(), desired).refused
        }
    };
    let was_guarded = |device: &str| {
        let mut ports = before.ports.iter();
        ports.any(|port| port.device.as_str() == device)
    };
    refused.iter().any(|refused| !was_guarded(&refused.device))
}

/// A port whose own interface went keeps its guards: it may come back under its name, and no frame is to
/// come before them. What a hypervisor finds has no name of its own to come back to.
fn hold_places(policy: &Policy, host: &Links, held: &mut Host) {
    let there = host.links.iter().map(|link| link.name.as_str());
    let there: HashSet<&str> = there.collect();
    let own = policy.ports().iter();
    let own = own.filter_map(|port| port.binding.device());
    for device in own.filter(|device| !there.contains(device.as_str())) {
        if !held.guards(device.as_str()) {
            let name = DevicePattern::Name(device.clone());
            held.guarded_interfaces.push(name);
        }
    }
}

/// Whose interface it is that comes under the name of a port that is gone, nobody knows as long as whoever knows is
/// away: it is closed, as it would be on a host where nobody watches.
fn hold_names(before: &Desired, now: &mut Desired) {
    let names = before.ports.iter().map(|port| &port.device);
    let held = before.host.guarded_interfaces.iter();
    let held = held.filter_map(|spec| match spec {
        DevicePattern::Name(name) => Some(name),
        DevicePattern::Prefix(_) => None,
    });
    for name in names.chain(held) {
        let has_port = now.ports.iter().any(|port| port.device == *name);
        if !has_port && !now.host.guards(name.as_str()) {
            let name = DevicePattern::Name(name.clone());
            now.host.guarded_interfaces.push(name);
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

/// The policy that was read again, if this host can have it. An interface that is away is no reason against it: its
/// place is held, as it would be if it had gone a moment later. Drivers go on that guard already; if it cannot be
/// had, they guard what they did.
fn take_over(loaded: &Loaded, args: &EnforceArgs, before: &mut Crew) -> Result<Prospect> {
    let (host, policy) = (links()?, &loaded.policy);
    let hypervisors = Hypervisors::new(args.driver.ovsdb.as_deref());
    let mut scene = Scene::of(policy, host, hypervisors)?;
    hold_places(policy, &scene.host, &mut scene.desired.host);
    let crew = scene.crew(&args.driver, None)?;
    let mut new = Prospect::of(loaded.clone(), &args.driver, scene, crew);
    new.beside = true;
    new.crew.swap_drivers(before);
    let checked = new.check(true);
    if checked.is_err() {
        new.crew.swap_drivers(before);
    }
    checked.map(|_| new)
}

/// Who is listened to.
#[derive(Default)]
struct Heard {
    sources: HashSet<Source>,
    drivers: HashSet<Title>,
}

/// Listens to all that the policy and its drivers depend on, and that is not listened to yet; says to whom it
/// cannot.
fn listen(prospect: &mut Prospect, heard: &mut Heard, tell: &Sender<Event>) -> Vec<Error> {
    let ports = prospect.policy.ports().iter();
    let bindings = ports.map(|port| match port.binding {
        Binding::Device(_) => Source::Links,
        Binding::Libvirt { .. } => Source::Libvirt,
        Binding::Ovs(_) => Source::Ovs,
        Binding::Xen { .. } => Source::Xen,
    });
    let mut members = prospect.crew.members.iter();
    let is_bridged = members.any(|member| member.title.bridge.is_some());
    // An interface may come to a bridge, or a bridge begin to take its frames before the driver in charge does.
    let ground = prospect.scene.ground(&prospect.args);
    let may_take = ground.before_all().is_ok_and(|switch| switch.is_some());
    let switch = (is_bridged || may_take).then_some(Source::Ovs);
    let sources: BTreeSet<Source> = bindings.chain([Source::Links]).chain(switch).collect();
    let mut errors = Vec::new();
    for source in sources {
        if heard.sources.contains(&source) {
            continue;
        }
        match watch(source, prospect.args.ovsdb.as_deref(), tell.clone()) {
            Ok(()) => drop(heard.sources.insert(source)),
            Err(error) => errors.push(error.into()),
        }
    }
    for member in &mut prospect.crew.members {
        if heard.drivers.contains(&member.title) {
            continue;
        }
        let tell = tell.clone();
        let changed = move || tell.send(Event::Changed).is_ok();
        match member.driver.watch(Box::new(changed)) {
            Ok(()) => drop(heard.drivers.insert(member.title.clone())),
            Err(error) => errors.push(error.into()),
        }
    }
    errors
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

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: vnet1, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

    /// A name that a guest's interface had may be another guest's next, and nobody can be asked.
    #[test]
    fn the_name_of_an_interface_that_is_gone_stays_closed() {
        let policy = Policy::parse(POLICY, "test").unwrap();
        let before = Desired::of(&policy);
        let mut gone = Desired::default();
        hold_names(&before, &mut gone);
        assert!(gone.host.guards("vnet1"));
        // As long as it takes.
        let mut later = Desired::default();
        hold_names(&gone, &mut later);
        assert_eq!(later, gone);
        let mut back = Desired::of(&policy);
        hold_names(&gone, &mut back);
        assert!(!back.host.guards("vnet1"), "it has its port");
    }
}
