use super::{BitOf, Case, LENGTH_BITS, OctetOf, Sight};
use crate::Plain;
use crate::word::Words;

/// A frame of which everything is known.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    frame: &'a [u8],
    case: Case,
    segments: bool,
}

impl<'a> Given<'a> {
    /// A frame; none if the proof does not speak of it.
    pub fn of(frame: &'a [u8], segments: bool) -> Option<Given<'a>> {
        let case = Case::of(frame)?;
        let fits = (frame.len() - case.header()) >> LENGTH_BITS == 0;
        fits.then_some(Given {
            frame,
            case,
            segments,
        })
    }
}

impl Sight for Given<'_> {
    type Logic = Plain;

    fn logic(&self) -> &Plain {
        &Plain
    }

    fn case(&self) -> Case {
        self.case
    }

    /// It is there.
    fn there_are(&self) -> bool {
        true
    }

    fn octet(&self, at: usize) -> OctetOf<Self> {
        Plain.octet(self.frame.get(at).copied().unwrap_or(0))
    }

    fn length(&self) -> Vec<bool> {
        let length = self.frame.len() - self.case.header();
        (0..LENGTH_BITS)
            .rev()
            .map(|i| length >> i & 1 == 1)
            .collect()
    }

    fn segments(&self) -> BitOf<Self> {
        self.segments
    }

    /// A frame's own kind is exact.
    fn detached(&self, _: usize) -> OctetOf<Self> {
        Plain.octet(0)
    }

    /// Nothing is said of what is behind an authentication header: no rule of ours asks.
    fn behind(&self, _: u8) -> bool {
        false
    }
}
