//! Frames with the verdicts they must get, as data files.
