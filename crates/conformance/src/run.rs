use std::cmp::Reverse;
use std::thread;
use std::time::Duration;

use vifguard_corpus::Corpus;
use vifguard_driver::{Counters, Driver, Scope};
use vifguard_policy::Mode;
use vifguard_verdict::Verdict;

use crate::ledger::{Ledger, is_the_labs};
use crate::observed::Counted;
use crate::seat::{Seat, Trial, desired};
use crate::{Error, Mismatch, Observed, Place, Report, Result, Stage, seats};

/// Ports in force at once. A flooded frame is copied to each of them, so that with 48 of them a run takes
/// twice as long.
const PORTS_AT_ONCE: usize = 16;
/// The same where each beginning costs more than what is flooded.
const PORTS_OF_LIBVIRT: usize = 48;
/// The same on a switch in userspace: nothing is flooded, and its counters take their time, once for all ports.
const PORTS_ON_A_SWITCH: usize = 96;
/// So long whoever holds frames back may hold the last of a round of ports. Earlier ones are seen for as long as
/// the round goes on.
const LATE: Duration = Duration::from_millis(300);
/// The ports' MACs that the bridge is taught to find elsewhere, so that a frame which claims one of
/// them and is refused has something to steal: a neighbour's, the gateway's.
pub const ELSEWHERE: [[u8; 6]; 3] = [
    [2, 0, 0, 0, 0, 0x0b],
    [2, 0, 0, 0, 0, 0xfe],
    [2, 0, 0, 0, 0, 0x0c],
];

/// Sends the whole corpus through a driver at a place, each policy on an interface of its own, and
/// compares every frame's fate with the contract. In audit mode every frame must pass, and be counted
/// under the reason for which it would have been refused.
pub fn run(driver: &mut dyn Driver, corpus: &Corpus, place: Place, mode: Mode) -> Result<Report> {
    let mut seats = seats(corpus)?;
    // Those with as much to send sit side by side: a round takes as long for one port as for all.
    seats.sort_by_key(|seat| Reverse(seat.trials.len()));
    run_at(driver, corpus, &seats, place, mode)
}

/// The same for some of the corpus's policies: where it takes a driver seconds to put one in force.
pub fn run_at(
    driver: &mut dyn Driver,
    corpus: &Corpus,
    seats: &[Seat<'_>],
    place: Place,
    mode: Mode,
) -> Result<Report> {
    let mut report = Report {
        policies: seats.len(),
        ..Report::default()
    };
    run_each(driver, corpus, seats, &place, mode, &mut |trial, seen| {
        judge(&mut report, trial, &place, mode, seen);
    })?;
    Ok(report)
}

/// The same, and nothing is judged: each frame is told, with what became of it, for a judge who has other
/// evidence or other questions.
pub fn run_each<'a>(
    driver: &mut dyn Driver,
    corpus: &Corpus,
    seats: &[Seat<'a>],
    place: &Place,
    mode: Mode,
    each: &mut dyn FnMut(&Trial<'a>, Observed),
) -> Result<()> {
    let at_once = match place {
        Place::Bridge | Place::Routed | Place::Host => PORTS_AT_ONCE,
        Place::Libvirt(_) => PORTS_OF_LIBVIRT,
        Place::Switch(_) => PORTS_ON_A_SWITCH,
    };
    for seats in seats.chunks(at_once) {
        let mut stage = Stage::new(place.clone(), corpus)?;
        // The guards come first: these interfaces are born guarded.
        let wanted = desired(seats, mode)?;
        stage.host.run(|| driver.apply(&wanted))??;
        for seat in seats {
            stage.plug(&seat.device)?;
        }
        // A driver that binds to devices binds to these now; for others nothing is left to do.
        stage.host.run(|| driver.apply(&wanted))??;
        run_seats(driver, &mut stage, seats, mode, each)?;
        stage.host.run(|| driver.remove(&Scope::All))??;
    }
    Ok(())
}

/// Sends one variant of one case from the only port that there is. Returns what became of it, and all that
/// came through meanwhile.
///
/// # Errors
///
/// A variant that no seat has, the lab, the driver.
pub fn alone(
    driver: &mut dyn Driver,
    corpus: &Corpus,
    case: &str,
    choice: &str,
    place: &Place,
    mode: Mode,
) -> Result<(Observed, Vec<Vec<u8>>)> {
    let mut seats = seats(corpus)?;
    for seat in &mut seats {
        seat.trials
            .retain(|trial| trial.case.name == case && trial.choice == choice);
    }
    seats.retain(|seat| !seat.trials.is_empty());
    let (Some(seat), [only]) = (seats.first(), seats.as_slice()) else {
        return Err(Error::Kit(format!("no policy sends {case} ({choice})")));
    };
    let trial = only.trials[0].clone();
    let mut stage = Stage::new(place.clone(), corpus)?;
    let wanted = desired(&seats, mode)?;
    stage.host.run(|| driver.apply(&wanted))??;
    stage.plug(&seat.device)?;
    stage.host.run(|| driver.apply(&wanted))??;
    let before = stage.host.run(|| driver.counters())??;
    let came = send(&mut stage, 0, &trial)?;
    let after = stage.host.run(|| driver.counters())??;
    let mut ledger = Ledger::new(mode);
    let number = ledger.sent(&trial, came.through.clone(), came.taught);
    let counted = Counted::between(&before.of(&seat.device), &after.of(&seat.device));
    ledger.counted(number, counted);
    thread::sleep(LATE);
    let late = stage.came_through()?;
    ledger.strays(late.clone());
    let hosts = stage.speakers()?;
    let mut fates = ledger.close(&hosts).into_iter();
    let observed = fates.next().map(|(_, observed)| observed);
    let observed = observed.ok_or_else(|| Error::Kit("nothing was sent".to_owned()))?;
    let all = came.through.into_iter().chain(late);
    let all = all.filter(|frame| !is_the_labs(frame, &hosts)).collect();
    stage.host.run(|| driver.remove(&Scope::All))??;
    Ok((observed, all))
}

fn run_seats<'a>(
    driver: &mut dyn Driver,
    stage: &mut Stage,
    seats: &[Seat<'a>],
    mode: Mode,
    each: &mut dyn FnMut(&Trial<'a>, Observed),
) -> Result<()> {
    let rounds = seats
        .iter()
        .map(|seat| seat.trials.len())
        .max()
        .unwrap_or(0);
    let counters = |driver: &mut dyn Driver, stage: &Stage| -> Result<Counters> {
        Ok(stage.host.run(|| driver.counters())??)
    };
    let mut ledger = Ledger::new(mode);
    let mut before = counters(driver, stage)?;
    for round in 0..rounds {
        let mut sent = Vec::new();
        for (port, seat) in seats.iter().enumerate() {
            if let Some(trial) = seat.trials.get(round) {
                let came = send(stage, port, trial)?;
                ledger.strays(came.before);
                sent.push((seat, ledger.sent(trial, came.through, came.taught)));
            }
        }
        // One reading serves all ports: each has sent one frame since the last.
        let after = counters(driver, stage)?;
        for (seat, number) in sent {
            let counted = Counted::between(&before.of(&seat.device), &after.of(&seat.device));
            ledger.counted(number, counted);
        }
        before = after;
    }
    thread::sleep(LATE);
    ledger.strays(stage.came_through()?);
    let fates = ledger.close(&stage.speakers()?);
    fates
        .into_iter()
        .for_each(|(trial, observed)| each(trial, observed));
    Ok(())
}

/// What came of sending a frame.
struct Came {
    /// What came through since the frame before it.
    before: Vec<Vec<u8>>,
    /// What came through at once.
    through: Vec<Vec<u8>>,
    /// The bridge learned something.
    taught: bool,
}

/// Sends one frame.
fn send(stage: &mut Stage, port: usize, trial: &Trial<'_>) -> Result<Came> {
    let frame = &trial.case.frame;
    for mac in ELSEWHERE {
        stage.teach(mac)?;
    }
    // A bridge keeps to itself what is for the port that it came from.
    if let Some(destination) = frame.first_chunk::<6>().filter(|mac| mac[0] & 1 == 0) {
        stage.teach(*destination)?;
    }
    let before = stage.came_through()?;
    let learned = stage.learned()?;
    stage.send(port, frame)?;
    let through = stage.came_through()?;
    let taught = stage.learned()? != learned;
    stage.empty_queues()?;
    Ok(Came {
        before,
        through,
        taught,
    })
}

/// A frame without its tags.
pub fn untagged(frame: &[u8]) -> Vec<u8> {
    let (addresses, mut rest) = frame.split_at(frame.len().min(12));
    while let [0x81, 0x00, _, _, behind @ ..] | [0x88, 0xa8, _, _, behind @ ..] = rest {
        rest = behind;
    }
    [addresses, rest].concat()
}

fn judge(
    report: &mut Report,
    trial: &Trial<'_>,
    place: &Place,
    mode: Mode,
    mut observed: Observed,
) {
    report.frames += 1;
    // What a bridge keeps to itself by its own standard (802.1D) is judged by the counters alone.
    if trial.case.bridge_drops && place.is_bridge() {
        observed.came_through = matches!(
            observed.counted,
            Some(Counted::Passed | Counted::Audited(_))
        );
    }
    let verdict = match mode {
        Mode::Enforce => observed.verdict(),
        Mode::Audit => observed.audited(),
    };
    let good = verdict.is_some_and(|verdict| trial.expected.allows(verdict));
    if good {
        report.refused += usize::from(verdict != Some(Verdict::Pass));
        return;
    }
    report.mismatches.push(Mismatch {
        case: trial.case.name.clone(),
        choice: trial.choice.clone(),
        place: place.clone(),
        expected: trial.expected,
        observed,
        frame: trial.case.frame.clone(),
    });
}
