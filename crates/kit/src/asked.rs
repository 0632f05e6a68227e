use std::collections::BTreeSet;

use vifguard_driver::Feature;

/// What a run is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is to be judged.
    pub features: BTreeSet<Feature>,
    /// The profile's name.
    pub profile: String,
    /// What the profile holds.
    pub held: BTreeSet<Feature>,
    /// Somebody named them, so the question is about them and not about the profile.
    pub named: bool,
    /// Somebody asked for just this profile, so every feature of it must be there.
    pub strictly: bool,
}
