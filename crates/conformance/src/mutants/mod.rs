//! Mutants against the judge: frames that no case foresaw, sent through a driver, and every one of
//! them accounted for, on the wire and in the counters.
//!
//! Frames of one port that the judge treats alike go out together, and the counters are read once for
//! all of them: if exactly that one counter moved, and by their number, each of them was treated so.
//! If not, they are sent again one by one, and the first that differ are made as small as they can be.

mod batch;
mod parcel;
mod report;
mod shrink;

use std::collections::BTreeMap;

use vifguard_corpus::Corpus;
use vifguard_corpus::mutant::{Mutant, Mutants, saved};
use vifguard_driver::{Driver, Scope};
use vifguard_policy::Mode;
use vifguard_verdict::{CompiledPort, decide};

use crate::seat::{Seat, desired};
use crate::{Place, Result, Stage, seats};
use batch::{Batch, Fate};
use parcel::Parcel;

pub use report::{MutantReport, Outlaw};

/// Ports in force at once. A flooded frame is copied to each of them.
const PORTS_AT_ONCE: usize = 48;
/// Frames from one port before others take their turn.
const FRAMES_A_PORT: usize = 512;
/// So many differences are looked into; the rest is counted.
const MOST_OUTLAWS: usize = 8;

/// How many mutants, from which seed, where.
#[derive(Clone, Debug)]
pub struct MutantRun {
    /// From one seed come the same frames.
    pub seed: u64,
    /// At least so many frames are sent.
    pub frames: usize,
    /// Where.
    pub place: Place,
}

/// Sends mutants through a driver and compares what became of each with the judge's verdict.
///
/// # Errors
///
/// The lab, the driver, or an observer that lost frames. A driver that differs from the judge is no
/// error.
pub fn run_mutants(
    driver: &mut dyn Driver,
    corpus: &Corpus,
    run: MutantRun,
) -> Result<MutantReport> {
    let seats = seats(corpus)?;
    let mut report = MutantReport::new(run.seed);
    // Every port of the first group gets those that were worth keeping.
    let mut first_of_all: Vec<Mutant> = saved().collect();
    let mut mutants = Mutants::of(corpus, run.seed);
    let groups: Vec<&[Seat<'_>]> = seats.chunks(PORTS_AT_ONCE).collect();
    // Another seed begins with other policies.
    let first = usize::try_from(run.seed % groups.len().max(1) as u64).unwrap_or(0);
    for group in groups.iter().cycle().skip(first) {
        if report.frames >= run.frames {
            break;
        }
        let first = std::mem::take(&mut first_of_all);
        run_group(driver, &run.place, group, &first, &mut mutants, &mut report)?;
    }
    Ok(report)
}

fn run_group(
    driver: &mut dyn Driver,
    place: &Place,
    seats: &[Seat<'_>],
    first: &[Mutant],
    mutants: &mut Mutants<'_>,
    report: &mut MutantReport,
) -> Result<()> {
    let mut stage = Stage::with_virtio(place.clone())?;
    let wanted = desired(seats, Mode::Enforce)?;
    stage.host.run(|| driver.apply(&wanted))??;
    for seat in seats {
        stage.plug(&seat.device)?;
    }
    // A driver that binds to devices binds to these now.
    stage.host.run(|| driver.apply(&wanted))??;
    for (number, seat) in seats.iter().enumerate() {
        let port = CompiledPort::new(seat.identity());
        let mut alike: BTreeMap<Fate, Vec<Parcel>> = BTreeMap::new();
        let parcels = first
            .iter()
            .cloned()
            .chain(mutants.by_ref().take(FRAMES_A_PORT))
            .enumerate()
            .map(|(i, mutant)| Parcel::of(mutant, i));
        for parcel in parcels.filter(Parcel::arrives) {
            let fate = Fate::of(decide(&port, &parcel.frame, None), &parcel.frame);
            alike.entry(fate).or_default().push(parcel);
        }
        let mut batch = Batch {
            driver: &mut *driver,
            stage: &mut stage,
            seat,
            port: &port,
            number,
        };
        for (fate, parcels) in alike {
            batch.send(fate, &parcels, report)?;
        }
    }
    stage.host.run(|| driver.remove(&Scope::All))??;
    Ok(())
}
