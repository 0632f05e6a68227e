use crate::Change;
use crate::source::Place;

/// A remark before it is known what its port or network will be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) place: Place,
    pub(crate) change: Change,
    pub(crate) was: String,
    pub(crate) becomes: String,
    pub(crate) decide: Option<String>,
}

impl Note {
    pub(crate) fn new(
        place: &Place,
        change: Change,
        was: impl Into<String>,
        becomes: impl Into<String>,
    ) -> Note {
        Note {
            place: place.clone(),
            change,
            was: was.into(),
            becomes: becomes.into(),
            decide: None,
        }
    }

    pub(crate) fn same(place: &Place, was: impl Into<String>, becomes: impl Into<String>) -> Note {
        Note::new(place, Change::Same, was, becomes)
    }

    pub(crate) fn stricter(
        place: &Place,
        was: impl Into<String>,
        becomes: impl Into<String>,
    ) -> Note {
        Note::new(place, Change::Stricter, was, becomes)
    }

    pub(crate) fn looser(
        place: &Place,
        was: impl Into<String>,
        becomes: impl Into<String>,
    ) -> Note {
        Note::new(place, Change::Looser, was, becomes)
    }

    pub(crate) fn dropped(
        place: &Place,
        was: impl Into<String>,
        becomes: impl Into<String>,
    ) -> Note {
        Note::new(place, Change::NotCarriedOver, was, becomes)
    }

    /// The same, with what the operator has to settle.
    pub(crate) fn decide(self, what: impl Into<String>) -> Note {
        Note {
            decide: Some(what.into()),
            ..self
        }
    }
}
