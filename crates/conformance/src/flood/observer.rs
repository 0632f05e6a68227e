use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::bits::Bits;
use super::{Flow, Stream};
use crate::stage::Watch;
use crate::{Error, Result};

/// What an observer saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The numbers that came through, by stream.
    pub(super) passed: Vec<Bits>,
    /// Frames that came through a second time.
    pub(super) doubled: u64,
    /// Frames that nobody sent.
    pub(super) strangers: u64,
}

pub(super) fn observe(
    watch: &mut Watch,
    streams: &[Stream],
    settle: Duration,
    flow: &Flow,
    sender_gone: &AtomicBool,
) -> Result<Seen> {
    let mut seen = Seen {
        passed: vec![Bits::default(); streams.len()],
        ..Seen::default()
    };
    loop {
        let last = sender_gone.load(Ordering::Acquire);
        while let Some(frame) = watch.next(settle)? {
            seen.note(streams, &frame);
        }
        flow.note_caught_up();
        if last {
            break;
        }
    }
    match watch.lost()? {
        0 => Ok(seen),
        lost => Err(Error::Lost(lost)),
    }
}

impl Seen {
    fn note(&mut self, streams: &[Stream], frame: &[u8]) {
        let numbered = streams
            .iter()
            .zip(&mut self.passed)
            .find_map(|(stream, passed)| Some((passed, stream.number_of(frame)?)));
        match numbered {
            Some((passed, number)) => self.doubled += u64::from(!passed.insert(number)),
            None => self.strangers += 1,
        }
    }
}
