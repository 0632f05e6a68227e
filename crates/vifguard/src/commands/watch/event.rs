//! What wakes the loop.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};
use nix::sys::signal::{SigSet, Signal};
use vifguard_inventory::watch::Source;

/// Events come in swarms; so long after the first of them the host is looked at.
const SETTLE: Duration = Duration::from_millis(20);
/// After an error the host is looked at again without an event.
const AGAIN: Duration = Duration::from_secs(2);

/// What wakes the loop.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
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

/// The next event; those that come with it are one.
pub(super) fn next(events: &Receiver<Event>, failed: bool) -> Result<Event> {
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

/// Makes events of signals, from now on and in every thread that is made from now on.
pub(super) fn signals(tell: Sender<Event>) -> Result<()> {
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
