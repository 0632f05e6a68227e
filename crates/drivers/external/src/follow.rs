//! Listening to a program of its own that watches: `counters` and `apply` need not wait for it.

use std::thread;
use std::time::Duration;

use serde::Deserialize;
use vifguard_driver::{Result, Tell};

use crate::Options;
use crate::conversation::Conversation;
use crate::wire::{Call, Event, Events};

/// Before a program that ended is started again.
const PAUSE: Duration = Duration::from_secs(1);
/// It may have nothing to say for ever.
const LISTEN: Duration = Duration::from_secs(3600);

/// An answer without anything in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Starts a program that watches, and its successors.
pub(crate) fn follow(options: &Options, tell: Tell) -> Result<()> {
    let mut speaker = begin(options)?;
    let options = options.clone();
    // A thread begins in the namespace of the one that starts it.
    thread::spawn(move || {
        loop {
            if !hear(&mut speaker, &tell) || !tell() {
                return;
            }
            speaker = loop {
                thread::sleep(PAUSE);
                match begin(&options) {
                    Ok(again) => break again,
                    // Whoever listens looks for itself, and finds out what is wrong.
                    Err(_) if tell() => {}
                    Err(_) => return,
                }
            };
            // What happened in between was said to nobody.
            if !tell() {
                return;
            }
        }
    });
    Ok(())
}

fn begin(options: &Options) -> Result<Conversation> {
    let mut speaker = Conversation::begin(options)?;
    let Nothing {} = speaker.ask(Call::Watch)?;
    Ok(speaker)
}

/// Passes on what is said, until there is no more; false when nobody listens.
fn hear(speaker: &mut Conversation, tell: &Tell) -> bool {
    loop {
        match speaker.event(LISTEN) {
            Some(Event {
                event: Events::Changed,
            }) => {
                if !tell() {
                    return false;
                }
            }
            // It says what is not understood, or nothing for an hour: another one is asked.
            None => return true,
        }
    }
}

impl Conversation {
    fn event(&mut self, patience: Duration) -> Option<Event> {
        let line = self.next(patience).ok()?;
        serde_json::from_slice(&line).ok()
    }
}
