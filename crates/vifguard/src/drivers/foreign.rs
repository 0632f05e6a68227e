//! The lab of a driver of somebody else's, which is known by its program.

use std::path::Path;

use vifguard_conformance::Place;
use vifguard_external::{External, Options};
use vifguard_kit::{Effort, Ground};

use super::DriverName;
use super::lab::{enforce, flush, kit, vandal};

/// What it is made of is not known: it is taken for a driver of a Linux bridge, by nf_tables in whatever way,
/// and for one that takes its time.
pub(super) fn ground(program: &Path) -> Ground {
    let path = program.display().to_string();
    Ground {
        driver: Box::new(External::new(Options::of(program))),
        name: DriverName::External.name().to_owned(),
        places: vec![Place::Bridge],
        effort: Effort {
            interfaces: 4,
            changes: (4, 16),
            kills: (2, 4),
            ..Effort::USUAL
        },
        program: Some(enforce(
            &["--driver", "external", "--program", &path],
            Vec::new(),
        )),
        vandals: vec![vandal("deleted every table of nf_tables", |_| {
            flush().map_err(kit)
        })],
        facts: vec![("program".to_owned(), path)],
    }
}
