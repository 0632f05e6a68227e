use vifguard_driver::Feature;

use crate::Level;

/// What one part of a run shows of one feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The feature.
    pub feature: Feature,
    /// How far it goes, as far as this part shows; none if it shows nothing.
    pub level: Option<Level>,
    /// What was seen, in a sentence.
    pub why: String,
}

impl Finding {
    /// Something was shown.
    pub fn new(feature: Feature, level: Level, why: impl Into<String>) -> Finding {
        Finding {
            feature,
            level: Some(level),
            why: why.into(),
        }
    }

    /// Nothing was shown; why not.
    pub fn nothing(feature: Feature, why: impl Into<String>) -> Finding {
        Finding {
            feature,
            level: None,
            why: why.into(),
        }
    }
}
