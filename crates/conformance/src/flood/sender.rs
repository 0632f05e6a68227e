use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use vifguard_lab::Tap;

use super::Stream;
use crate::Result;

/// How far a flood has got.
#[derive(Debug)]
pub struct Flow {
    rounds: AtomicU64,
    /// How often the observer has found nothing left to read.
    caught_up: AtomicU64,
    streams: usize,
}

impl Flow {
    pub(super) fn new(streams: usize) -> Flow {
        Flow {
            rounds: AtomicU64::new(0),
            caught_up: AtomicU64::new(0),
            streams,
        }
    }

    /// Frames of each stream that the kernel has done with: the next number to be sent is this one or
    /// the one before it.
    pub fn sent(&self) -> u64 {
        self.rounds.load(Ordering::Acquire)
    }

    /// Frames of all streams together.
    pub fn frames(&self) -> u64 {
        self.sent() * u64::try_from(self.streams).unwrap_or(1)
    }

    /// Waits until so many more of each stream were sent.
    pub fn await_more(&self, more: u64) {
        let end = self.sent() + more;
        while self.sent() < end {
            thread::yield_now();
        }
    }

    pub(super) fn note_caught_up(&self) {
        self.caught_up.fetch_add(1, Ordering::Release);
    }
}

pub(super) fn send(
    tap: &Tap,
    streams: &[Stream],
    most: u64,
    flow: &Flow,
    stop: &AtomicBool,
) -> Result<()> {
    let mut frames: Vec<Vec<u8>> = streams.iter().map(|stream| stream.numbered(0)).collect();
    let each = u64::try_from(streams.len()).unwrap_or(1).max(1);
    let (mut ahead, mut seen) = (0, 0);
    for number in 0.. {
        for (stream, frame) in streams.iter().zip(&mut frames) {
            stream.write(number, frame);
            tap.write(frame)?;
        }
        flow.rounds.store(number + 1, Ordering::Release);
        if stop.load(Ordering::Acquire) {
            break;
        }
        ahead += each;
        let now = flow.caught_up.load(Ordering::Acquire);
        if now != seen {
            (seen, ahead) = (now, 0);
        }
        while ahead >= most && flow.caught_up.load(Ordering::Acquire) == seen {
            thread::yield_now();
        }
    }
    Ok(())
}
