//! The lab of a driver of somebody else's, which is known by its program.

use std::path::Path;

use vifguard_conformance::{Error as RunError, Place};
use vifguard_external::{External, Options};
use vifguard_kit::{Effort, Ground};

use super::DriverName;
use super::lab::{enforce, flush, kit, vandal};

/// What it is made of is not known: it is taken for a driver of a Linux bridge, by nf_tables in whatever way,
/// and for one that takes its time.
pub(super) fn ground(program: &Path) -> Ground {
    let path = program.display().to_string();
    let mut driver = External::new(Options::of(program));
    let mut facts = vec![("program".to_owned(), path.clone())];
    let mut name = DriverName::External.name().to_owned();
    // One that does not greet is found out when it is asked to do something.
    if let Ok(greeting) = driver.greet() {
        facts.push((greeting.name.clone(), greeting.version));
        name = own(greeting.name);
    }
    Ground {
        driver: Box::new(driver),
        name,
        chosen: format!("--driver external --program {path}"),
        foreign: Some(path.clone()),
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
        vandals: vec![vandal(WHAT, |_| match flush().map_err(kit)? {
            0 => Err(RunError::Untried(NOTHING_THERE.to_owned())),
            _ => Ok(()),
        })],
        facts,
    }
}

const WHAT: &str = "deleted every table of nf_tables";
const NOTHING_THERE: &str = "the driver has no table of nf_tables, and how else its guards could be taken away \
    behind its back is not known";

/// The name by which a contract knows it. None of ours: its reports must not speak for them.
fn own(name: String) -> String {
    match DriverName::is_one(&name) {
        true => format!("{}: {name}", DriverName::External.name()),
        false => name,
    }
}
