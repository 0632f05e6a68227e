//! A difference, on one frame that both sides have judged once more, alone.

use vifguard_verdict::{CompiledPort, judge};

use super::alone::carry_out;
use super::compare::{Disagreement, Kind, kind};
use super::prove::{Error, Prover};
use super::subject::Subject;
use crate::frame::{Given, picture};
use crate::outcome::Outcome;
use crate::proof::{Difference, Whose};

impl<'p> Prover<'p> {
    /// One of the frames. What is said of it is not the diagrams' word: the contract's authority judges
    /// it, and the rules are carried out for it alone.
    pub(super) fn show(
        &self,
        subject: &Subject<'p>,
        whose: Whose,
        found: &Disagreement,
        alike: usize,
    ) -> Result<Difference, Error> {
        let identity = subject.identity();
        let lies = found.kind == Kind::Passes;
        let picture = picture(&self.diagrams, found.case, &found.frames, identity, lies);
        let picture = picture.unwrap_or_default();
        let wrong = |what: &str| Error::Contradiction {
            device: whose.device.clone(),
            frame: picture.hex(),
            what: what.to_owned(),
        };
        let sight = Given::of(&picture.bytes, picture.segments);
        let sight = sight.ok_or_else(|| wrong("it is not a frame that the proof speaks of"))?;
        let gates = self.gates.iter();
        let gates = gates.filter(|(family, _)| Some(*family) == found.hook);
        let gates = gates.map(|(_, gate)| gate);
        let table = (!found.unjudged).then_some(self.table);
        let done = carry_out(table, found.arrival, gates, &subject.interface, &sight);
        let (kernel, taken) = done.ok_or_else(|| wrong("the kernel's rules cannot be read"))?;
        let judged = subject.role.always().is_none() && !found.unjudged;
        let port = identity.filter(|_| judged);
        let judgement = port.map(|port| judge(&CompiledPort::new(port), &picture.bytes, None));
        let policy = match &judgement {
            Some(judgement) => Outcome::of(judgement.verdict(), subject.mode()),
            None if found.unjudged => found.expected(),
            None => subject.role.always().unwrap_or_else(Outcome::pass),
        };
        if kind(&kernel, &policy) != Some(found.kind) {
            return Err(wrong(&format!(
                "the kernel: {kernel}, the policy: {policy}"
            )));
        }
        Ok(Difference {
            whose,
            kind: found.kind,
            picture,
            kernel,
            taken,
            hook: found.hook,
            unjudged: found.unjudged,
            unbridged: found.unbridged,
            policy,
            judgement,
            alike,
        })
    }
}
