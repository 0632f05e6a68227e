use std::fs;
use std::path::Path;

use vifguard_lab::Place;

use crate::Result;

/// A hook's directories: one of its own, and one for what it prints. They go with this value, unless something
/// is still mounted there: what lies behind a mount is somebody else's.
#[derive(Debug)]
pub(crate) struct Home {
    own: Option<Place>,
    notes: Place,
}

impl Home {
    pub(crate) fn new() -> Result<Home> {
        Ok(Home {
            own: Some(Place::new()?),
            notes: Place::new()?,
        })
    }

    /// The hook's own.
    pub(crate) fn own(&self) -> &Path {
        self.own.as_ref().map_or(Path::new("/"), Place::path)
    }

    /// For what it prints.
    pub(crate) fn notes(&self) -> &Path {
        self.notes.path()
    }

    /// What is mounted in the hook's directory.
    pub(crate) fn mounts(&self) -> Vec<String> {
        // Who cannot tell must not delete.
        let Ok(mounts) = fs::read_to_string("/proc/self/mountinfo") else {
            return vec![self.own().display().to_string()];
        };
        let points = mounts.lines().filter_map(|line| line.split(' ').nth(4));
        let inside = |point: &&str| Path::new(point).starts_with(self.own());
        points.filter(inside).map(str::to_owned).collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !self.mounts().is_empty() {
            std::mem::forget(self.own.take());
        }
    }
}
