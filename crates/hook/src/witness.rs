use std::time::{Duration, Instant};

use vifguard_conformance::Error as RunError;
use vifguard_lab::{Capture, RawSender};

use crate::Result;
use crate::fence;
use crate::seat::Seat;

/// An EtherType for experiments (IEEE 802).
const EXPERIMENT: [u8; 2] = [0x88, 0xb6];

/// Who is connected without a guard, and sees what comes out of the switch.
#[derive(Debug)]
pub(crate) struct Witness {
    capture: Capture,
    sender: RawSender,
    next: u32,
    _seat: Seat,
}

impl Witness {
    pub(crate) fn new(seat: Seat) -> Result<Witness> {
        Ok(Witness {
            capture: Capture::incoming(seat.netns(), seat.device())?,
            sender: RawSender::on(seat.netns(), seat.device())?,
            next: 0,
            _seat: seat,
        })
    }

    /// A number that no frame has carried yet.
    pub(crate) fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// Speaks with this source, so that a switch which learns sends here what is for it.
    pub(crate) fn teach(&self, mac: [u8; 6]) -> Result<()> {
        let mut frame = [&[0xff; 6], &mac[..], &EXPERIMENT].concat();
        frame.resize(60, 0);
        Ok(self.sender.send(&frame)?)
    }

    /// Takes down what comes until a frame with one of these marks does. Returns which of them; none if the time
    /// is up.
    pub(crate) fn until(
        &mut self,
        marks: &[[u8; 12]],
        patience: Duration,
        log: &mut Vec<Vec<u8>>,
    ) -> Result<Option<usize>> {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(captured) = self.capture.recv(left)? else {
                self.is_whole()?;
                return Ok(None);
            };
            let frame = captured.frame;
            let mark = marks.iter().position(|mark| fence::carries(&frame, mark));
            if mark.is_some() {
                self.is_whole()?;
                return Ok(mark);
            }
            log.push(frame);
        }
    }

    /// An observer that lost frames saw nothing for certain.
    fn is_whole(&self) -> Result<()> {
        match self.capture.lost()? {
            0 => Ok(()),
            lost => Err(RunError::Lost(lost).into()),
        }
    }
}
