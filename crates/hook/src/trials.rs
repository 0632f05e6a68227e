//! Frames through a guarded port, one after the other.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use vifguard_conformance::{ELSEWHERE, Observed, Trial, untagged};
use vifguard_lab::{Netns, RawSender};

use crate::fence::{self, Kind};
use crate::hook::Hook;
use crate::witness::Witness;
use crate::{Port, Result};

/// How long a port may take until it forwards anything.
const WARM_UP: Duration = Duration::from_secs(5);
/// How long a frame may take through the switch.
const PATIENCE: Duration = Duration::from_secs(5);
/// After this a frame that tells is sent once more.
const AGAIN: Duration = Duration::from_millis(250);

/// What frames go through.
pub(crate) struct Line<'s> {
    pub(crate) host: &'s Netns,
    pub(crate) bridge: Option<&'s str>,
    pub(crate) witness: &'s mut Witness,
    pub(crate) sender: RawSender,
    pub(crate) port: &'s Port,
}

/// How far it got.
pub(crate) enum Sent<'a> {
    /// To the end.
    All,
    /// Nothing that the port may send came through, of these kinds.
    Dead(Vec<Kind>),
    /// From this case on nothing came through any more, whatever was sent.
    Silent(&'a Trial<'a>, usize),
}

/// What came of them.
pub(crate) struct Through<'a> {
    pub(crate) sent: Sent<'a>,
    /// What became of each that was sent.
    pub(crate) observed: Vec<Observed>,
    /// All that came to the witness meanwhile, but for the frames that only tell.
    pub(crate) seen: Vec<Vec<u8>>,
}

impl Line<'_> {
    /// Sends all of these, and tells what became of each.
    pub(crate) fn send<'a>(
        &mut self,
        hook: &Hook,
        trials: &'a [Trial<'a>],
        step: &mut dyn FnMut(),
    ) -> Result<Through<'a>> {
        let Some(kind) = self.warm_up(hook)? else {
            return Ok(Through {
                sent: Sent::Dead(self.kinds()),
                observed: Vec::new(),
                seen: Vec::new(),
            });
        };
        let mut log: Vec<(usize, Vec<u8>)> = Vec::new();
        let mut taught = Vec::new();
        let mut sent = Sent::All;
        for (number, trial) in trials.iter().enumerate() {
            hook.heed()?;
            self.teach(&trial.case.frame)?;
            // What it spoke of is known once this is through, and so is what became of the last frame.
            let mut seen = Vec::new();
            let is_alive = self.fence(kind, &mut seen)?;
            log.extend(
                seen.into_iter()
                    .map(|frame| (number.saturating_sub(1), frame)),
            );
            if !is_alive {
                sent = Sent::Silent(&trials[number.saturating_sub(1)], trials.len() - number);
                break;
            }
            let before = self.learned()?;
            self.sender.send(&trial.case.frame)?;
            let mut seen = Vec::new();
            let is_alive = self.fence(kind, &mut seen)?;
            log.extend(seen.into_iter().map(|frame| (number, frame)));
            taught.push(self.learned()? != before);
            step();
            if !is_alive {
                sent = Sent::Silent(trial, trials.len() - number - 1);
                break;
            }
        }
        Ok(Through {
            sent,
            observed: observed(trials, &log, &taught),
            seen: log.into_iter().map(|(_, frame)| frame).collect(),
        })
    }

    /// Finds out what the port lets through of what it must.
    fn warm_up(&mut self, hook: &Hook) -> Result<Option<Kind>> {
        let start = Instant::now();
        while start.elapsed() < WARM_UP {
            hook.heed()?;
            self.teach(&[])?;
            let mut sent: Vec<(Kind, [u8; 12])> = Vec::new();
            for kind in Kind::ALL {
                let number = self.witness.number();
                if let Some(frame) = fence::frame(kind, self.port, number) {
                    self.sender.send(&frame)?;
                    sent.push((kind, fence::mark(number)));
                }
            }
            let marks: Vec<[u8; 12]> = sent.iter().map(|(_, mark)| *mark).collect();
            let mut seen = Vec::new();
            if let Some(first) = self.witness.until(&marks, AGAIN, &mut seen)? {
                return Ok(Some(sent[first].0));
            }
        }
        Ok(None)
    }

    fn kinds(&self) -> Vec<Kind> {
        let possible = |kind: &Kind| fence::frame(*kind, self.port, 0).is_some();
        Kind::ALL.into_iter().filter(possible).collect()
    }

    /// Sends what the port may send until it is seen. False if it is not.
    fn fence(&mut self, kind: Kind, seen: &mut Vec<Vec<u8>>) -> Result<bool> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let number = self.witness.number();
            let Some(frame) = fence::frame(kind, self.port, number) else {
                return Ok(false);
            };
            self.sender.send(&frame)?;
            if self
                .witness
                .until(&[fence::mark(number)], AGAIN, seen)?
                .is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets a switch that learns know who is elsewhere: those whom a frame may claim to be, and whom it is for.
    fn teach(&self, frame: &[u8]) -> Result<()> {
        ELSEWHERE
            .into_iter()
            .try_for_each(|mac| self.witness.teach(mac))?;
        match frame.first_chunk::<6>().filter(|mac| mac[0] & 1 == 0) {
            Some(destination) => self.witness.teach(*destination),
            None => Ok(()),
        }
    }

    fn learned(&self) -> Result<Vec<Learned>> {
        let Some(bridge) = self.bridge else {
            return Ok(Vec::new());
        };
        let rows = self.host.fdb(bridge)?.into_iter().filter(|row| row.learned);
        Ok(rows.map(|row| (row.mac, row.port, row.vlan)).collect())
    }
}

/// What a bridge has learned: a MAC, the port behind which it is, the VLAN.
type Learned = ([u8; 6], String, Option<u16>);

/// What became of each frame that was sent. One that was late is still seen: it counts for the last that was
/// sent with these bytes.
fn observed(trials: &[Trial<'_>], log: &[(usize, Vec<u8>)], taught: &[bool]) -> Vec<Observed> {
    let mut came: Vec<bool> = vec![false; taught.len()];
    let mut sent: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    for (number, trial) in trials.iter().take(taught.len()).enumerate() {
        sent.entry(untagged(&trial.case.frame))
            .or_default()
            .push(number);
    }
    for (when, frame) in log {
        let same = sent.get(&untagged(frame)).into_iter().flatten();
        if let Some(last) = same.filter(|number| *number <= when).max() {
            came[*last] = true;
        }
    }
    let observed = |(came_through, taught): (bool, &bool)| Observed {
        came_through,
        counted: None,
        taught: *taught,
    };
    came.into_iter().zip(taught).map(observed).collect()
}
