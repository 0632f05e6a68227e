//! Frames at full rate, each with a number, and every one of them accounted for.
//!
//! What holds "during" something can only be seen by frames that are under way during it. A sender
//! writes numbered frames in turn as fast as it can, an observer notes the numbers that come through,
//! and in the end each number has either come through once or not at all.

mod bits;
mod observer;
mod outcome;
mod sender;
mod stream;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use vifguard_lab::Tap;

use crate::stage::Watch;
use crate::{Error, Result};

pub use outcome::{Fates, Outcome};
pub use sender::Flow;
pub use stream::{Must, Stream};

/// How a flood goes with those who take its frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Frames that may be under way before the observer has caught up.
    pub(crate) ahead: u64,
    /// How long the last frame may be under way.
    pub(crate) settle: Duration,
}

impl Pace {
    /// The kernel hands frames on within the call that sends them; the observer's queue has room for more.
    pub(crate) const KERNEL: Pace = Pace {
        ahead: 16_384,
        settle: Duration::from_millis(20),
    };
    /// A switch in userspace comes to them when it does, and its sockets have room for some two hundred.
    pub(crate) const USERSPACE: Pace = Pace {
        ahead: 48,
        settle: Duration::from_millis(60),
    };
}

/// Ends the sender when what happens during the flood ends, also by a panic.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Sends the streams from a port, over and over, as long as `during` takes.
pub(crate) fn flood<T>(
    tap: &Tap,
    watch: &mut Watch,
    pace: Pace,
    streams: &[Stream],
    during: impl FnOnce(&Flow) -> Result<T>,
) -> Result<(T, Outcome)> {
    let flow = Flow::new(streams.len());
    let (stop, sender_gone) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        let sender = scope.spawn(|| {
            let ended = Stop(&sender_gone);
            let sent = sender::send(tap, streams, pace.ahead, &flow, &stop);
            drop(ended);
            sent
        });
        let observer =
            scope.spawn(|| observer::observe(watch, streams, pace.settle, &flow, &sender_gone));
        let stop = Stop(&stop);
        let done = during(&flow);
        drop(stop);
        let sent = sender.join().map_err(|_| Error::Thread("sender"))?;
        let seen = observer.join().map_err(|_| Error::Thread("observer"))?;
        sent?;
        Ok((done?, Outcome::new(streams, flow.sent(), seen?)))
    })
}
