//! `vifguard enforce --watch`: the host is kept as the policy says.
//!
//! Events only wake the loop. What is so is read anew each time, and put in force as a whole, as `enforce`
//! does it once; so no event can be misread, and one that is lost is made good by the next.

mod event;
mod heard;
mod hold;
mod look;
mod troubles;

use std::sync::mpsc;

use anyhow::{Error, Result};
use vifguard_programs::end_followed;

use self::event::{Event, next, signals};
use self::heard::{Heard, confess, listen};
use self::hold::hold_places;
use self::look::{bars, look};
use self::troubles::Troubles;
use super::prospect::{Prospect, Scene, links};
use crate::cli::EnforceArgs;
use crate::drivers::Crew;
use crate::exit::Exit;
use crate::hypervisors::Hypervisors;
use crate::keeper::Keeper;
use crate::output::Output;
use crate::policy_file::{self, Loaded};

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
