//! Frames that nobody thought of: frames of the corpus with a few things about them changed.
//!
//! From one seed always come the same mutants, on every machine. They carry no expectation: what must
//! become of them is for the judge to say, and the corpus says whether the judge is right.

mod change;
mod either;
mod field;
mod random;
mod repair;

use crate::{Corpus, Hex};
use random::Random;

pub use either::driver_may;
pub use repair::lengths as fit_lengths;

/// The shortest thing that can be sent: an Ethernet header.
const SHORTEST: usize = 14;
/// What a port takes without segmentation offload, and a tag more.
const LONGEST: usize = 1518;
const MOST_CHANGES: usize = 4;

/// A changed frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The case that it was made from.
    pub origin: String,
    /// What was done to it, in order.
    pub changes: Vec<&'static str>,
    /// It goes over the wire so, tags in it.
    pub frame: Vec<u8>,
}

/// Mutants that the judge settled in ways that no frame of the corpus did, collected by
/// `examples/collect.rs`: a run that knows no better begins with these.
const SAVED: &str = include_str!("../../mutants.txt");

/// The mutants that were saved.
pub fn saved() -> impl Iterator<Item = Mutant> {
    let frame = |line: &str| line.parse::<Hex>().ok();
    SAVED.lines().filter_map(frame).map(|hex| Mutant {
        origin: "saved".to_owned(),
        changes: Vec::new(),
        frame: hex.0,
    })
}

/// An endless supply of mutants.
#[derive(Clone, Debug)]
pub struct Mutants<'a> {
    parents: Vec<(&'a str, &'a [u8])>,
    random: Random,
}

impl<'a> Mutants<'a> {
    /// Mutants of the frames of a corpus.
    pub fn of(corpus: &'a Corpus, seed: u64) -> Mutants<'a> {
        let sendable = |frame: &[u8]| (SHORTEST..=LONGEST).contains(&frame.len());
        let parents = corpus
            .cases
            .iter()
            .filter(|case| sendable(&case.frame))
            .map(|case| (case.name.as_str(), case.frame.as_slice()));
        Mutants {
            parents: parents.collect(),
            random: Random::new(seed),
        }
    }

    fn make(&mut self) -> Mutant {
        let random = &mut self.random;
        let (origin, parent) = *random.of(&self.parents);
        let mut mutant = Mutant {
            origin: origin.to_owned(),
            changes: Vec::new(),
            frame: parent.to_vec(),
        };
        for _ in 0..=random.below(MOST_CHANGES) {
            let (_, other) = *random.of(&self.parents);
            let (name, change) = *random.of(change::ALL);
            change(&mut mutant.frame, other, random);
            mutant.changes.push(name);
            let len = mutant.frame.len().clamp(SHORTEST, LONGEST);
            mutant.frame.resize(len, 0);
        }
        mutant
    }
}

impl Iterator for Mutants<'_> {
    type Item = Mutant;

    fn next(&mut self) -> Option<Mutant> {
        // A generator of nothing would end, rather than go on for ever without a frame.
        (!self.parents.is_empty()).then(|| self.make())
    }
}
