use std::fmt;
use std::time::Duration;

use vifguard_driver::{Driver, Scope};
use vifguard_lab::{Bridged, Capture, GuestSpec, RawSender};
use vifguard_verdict::Reason;

use super::policies::{DEVICE, desired, usual};
use crate::flood::{Must, Stream};
use crate::{Error, Result};

/// How long a frame may take through the lab.
const PATIENCE: Duration = Duration::from_millis(500);
/// Frames sent each way.
const FRAMES: u64 = 20;

/// What came of frames that a container led past the host's first hook.
#[derive(Clone, Debug)]
pub struct Detoured {
    /// Of the forged ones, those that came through before there were guards: the detour works.
    pub unguarded: u64,
    /// Those that came through guards.
    pub leaked: u64,
    /// Those that were counted as refused.
    pub refused: u64,
    /// Good frames that came the usual way, after that.
    pub good: u64,
}

/// `first-frame`, the other way round: frames of a container that are made to skip the hook where guards
/// sit. A guest on a tap has no such means.
///
/// # Errors
///
/// The lab (which needs `tc`) or the driver.
pub fn detour(driver: &mut dyn Driver) -> Result<Detoured> {
    let pair = usual()?;
    let state = desired(&pair.texts[0])?;
    let of = |must| pair.streams.iter().find(|stream| stream.must == must);
    let missing = || Error::Kit("no stream of this kind".to_owned());
    let forged = of(Must::Die).ok_or_else(missing)?;
    let honest = of(Must::Pass).ok_or_else(missing)?;
    let lab = Bridged::new()?;
    let witness = lab.tap("witness")?;
    let guest = lab.guest(&GuestSpec::new(DEVICE, [2, 0, 0, 0, 0, 0x0a]).silent())?;
    let (direct, past) = (guest.sender()?, guest.detour()?);
    let mut watch = Capture::on(&lab.host, witness.link().name())?;
    let unguarded = arrive(&past, forged, &mut watch)?;
    lab.host.run(|| driver.apply(&state))??;
    let leaked = arrive(&past, forged, &mut watch)?;
    let good = arrive(&direct, honest, &mut watch)?;
    let counters = lab.host.run(|| driver.counters())??;
    lab.host.run(|| driver.remove(&Scope::All))??;
    let refused = &counters.of(DEVICE).refused;
    Ok(Detoured {
        unguarded,
        leaked,
        refused: refused.get(&Reason::UnknownPort).copied().unwrap_or(0),
        good,
    })
}

fn arrive(sender: &RawSender, stream: &Stream, watch: &mut Capture) -> Result<u64> {
    watch.drain()?;
    let frames: Vec<Vec<u8>> = (0..FRAMES).map(|number| stream.numbered(number)).collect();
    sender.send_many(&frames)?;
    let mut seen = 0;
    while let Some(captured) = watch.recv(PATIENCE)? {
        seen += u64::from(frames.contains(&captured.frame));
        if seen == FRAMES {
            break;
        }
    }
    Ok(seen)
}

impl Detoured {
    /// Did none leak, was each counted (with what the detour itself may send), and is the guest heard still?
    pub fn ok(&self) -> bool {
        let come = (self.unguarded, self.leaked, self.good);
        come == (FRAMES, 0, FRAMES) && self.refused >= FRAMES
    }
}

impl fmt::Display for Detoured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "of {FRAMES} forged frames past ingress {} came through without guards, {} with them, {} were \
             counted; {} of {FRAMES} good ones came through",
            self.unguarded, self.leaked, self.refused, self.good
        )
    }
}
