use vifguard_corpus::mutant::driver_may;
use vifguard_driver::{Driver, PortCounters};
use vifguard_verdict::{CompiledPort, Reason, Verdict, decide};

use super::parcel::{Parcel, is_flooded};
use super::report::{MutantReport, Outlaw};
use super::{MOST_OUTLAWS, shrink};
use crate::ledger::is_same;
use crate::seat::Seat;
use crate::{Result, Stage};

/// What may become of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fate {
    /// A reason's number; none if it passes.
    refused: Option<u8>,
    /// The number of a reason for which a driver may refuse it whatever the judge says.
    or: Option<u8>,
}

impl Fate {
    pub(super) fn of(verdict: Verdict, frame: &[u8]) -> Fate {
        let refused = match verdict {
            Verdict::Pass => None,
            Verdict::Refuse(reason) => Some(reason.code()),
        };
        Fate {
            refused,
            or: driver_may(frame).map(Reason::code),
        }
    }

    fn allows(self, seen: Option<Verdict>) -> bool {
        let is = |code: Option<u8>| match (seen, code) {
            (Some(Verdict::Pass), None) => true,
            (Some(Verdict::Refuse(reason)), Some(code)) => reason.code() == code,
            _ => false,
        };
        is(self.refused) || (self.or.is_some() && is(self.or))
    }
}

/// A port, and what is needed to send from it and to see what came of it.
pub(super) struct Batch<'a, 's> {
    pub(super) driver: &'a mut dyn Driver,
    pub(super) stage: &'a mut Stage,
    pub(super) seat: &'a Seat<'s>,
    pub(super) port: &'a CompiledPort,
    pub(super) number: usize,
}

impl Batch<'_, '_> {
    /// Sends frames that must all meet this fate.
    pub(super) fn send(
        &mut self,
        fate: Fate,
        parcels: &[Parcel],
        report: &mut MutantReport,
    ) -> Result<()> {
        report.frames += parcels.len();
        if fate.refused.is_some() {
            report.refused += parcels.len();
        }
        if fate.or.is_none() && self.all_meet(fate, parcels)? {
            return Ok(());
        }
        for parcel in parcels {
            let seen = self.one(parcel)?;
            if fate.allows(seen) {
                continue;
            }
            report.differ += 1;
            if report.outlaws.len() < MOST_OUTLAWS {
                let outlaw = self.outlaw(parcel)?;
                report.outlaws.push(outlaw);
            }
        }
        Ok(())
    }

    fn all_meet(&mut self, fate: Fate, parcels: &[Parcel]) -> Result<bool> {
        let before = self.counters()?;
        let through = self.through(parcels)?;
        let after = self.counters()?;
        let as_sent = match fate.refused {
            Some(_) => through.is_empty(),
            None => self.are_all_seen(parcels, &through),
        };
        let count = u64::try_from(parcels.len()).unwrap_or(u64::MAX);
        let mut wanted = before;
        match fate.refused.and_then(|code| Reason::from_code(code.into())) {
            None => wanted.passed += count,
            Some(reason) => *wanted.refused.entry(reason).or_default() += count,
        }
        Ok(as_sent && wanted == after)
    }

    /// The verdict that the counters and the wire agree on.
    pub(super) fn one(&mut self, parcel: &Parcel) -> Result<Option<Verdict>> {
        let before = self.counters()?;
        let through = self.through(std::slice::from_ref(parcel))?;
        let after = self.counters()?;
        let verdict = Reason::ALL
            .into_iter()
            .map(Verdict::Refuse)
            .chain([Verdict::Pass])
            .find(|verdict| {
                let mut wanted = before.clone();
                match verdict {
                    Verdict::Pass => wanted.passed += 1,
                    Verdict::Refuse(reason) => *wanted.refused.entry(*reason).or_default() += 1,
                }
                wanted == after
            });
        let agree = match verdict {
            Some(Verdict::Pass) => self.are_all_seen(std::slice::from_ref(parcel), &through),
            _ => through.is_empty(),
        };
        Ok(verdict.filter(|_| agree))
    }

    /// Did all frames that must come out of the other ports come out, as they were and in order? Of the
    /// rest the counters alone tell.
    fn are_all_seen(&self, parcels: &[Parcel], through: &[Vec<u8>]) -> bool {
        if !self.stage.place().is_bridge() {
            return true;
        }
        let sent = parcels.iter().map(|parcel| parcel.frame.as_slice());
        let must = sent.filter(|frame| is_flooded(frame));
        let seen = through.iter().map(Vec::as_slice);
        let mut seen: Vec<&[u8]> = seen.filter(|frame| is_flooded(frame)).collect();
        let mut must: Vec<&[u8]> = must.collect();
        // Each comes out of every port, one after the other.
        seen.dedup();
        must.dedup();
        seen.len() == must.len()
            && seen
                .iter()
                .zip(must)
                .all(|(seen, sent)| is_same(seen, sent))
    }

    fn through(&mut self, parcels: &[Parcel]) -> Result<Vec<Vec<u8>>> {
        self.stage.came_through()?;
        for parcel in parcels {
            self.stage
                .send_with(self.number, parcel.header, &parcel.frame)?;
        }
        let through = self.stage.came_through()?;
        self.stage.empty_queues()?;
        Ok(through)
    }

    fn counters(&mut self) -> Result<PortCounters> {
        let counters = self.stage.host.run(|| self.driver.counters())??;
        Ok(counters.of(&self.seat.device))
    }

    fn outlaw(&mut self, parcel: &Parcel) -> Result<Outlaw> {
        let small = shrink::smallest(parcel, |smaller| {
            let fate = Fate::of(decide(self.port, &smaller.frame, None), &smaller.frame);
            Ok(smaller.arrives() && !fate.allows(self.one(smaller)?))
        })?;
        Ok(Outlaw {
            origin: small.origin.clone(),
            changes: small.changes.clone(),
            guards: self.seat.label(),
            expected: decide(self.port, &small.frame, None),
            seen: self.one(&small)?,
            policy: self.seat.policy_text(),
            expected_by_profile: self.seat.verdicts(&small.frame)?,
            linear: small.header.header_len,
            frame: small.frame,
        })
    }
}
