//! One case alone, and what came of it, with a capture.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pcap_file::DataLink;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use vifguard_conformance::{Observed, Place, alone};
use vifguard_corpus::{self as corpus, Corpus, Expected, Variant};
use vifguard_driver::Feature;
use vifguard_policy::Mode;

use crate::fate::Fate;
use crate::ground::Ground;
use crate::{Error, Level, Result, evidence};

/// A case that was sent alone.
#[derive(Clone, Debug)]
pub struct Case {
    /// The guards that were on.
    pub choice: String,
    /// What had to become of it.
    pub expected: Expected,
    /// What became of it, in words.
    pub observed: String,
    /// As the contract says, as far as can be seen?
    pub good: bool,
    /// What was sent.
    pub frame: Vec<u8>,
    /// All that came through meanwhile.
    pub came_through: Vec<Vec<u8>>,
}

/// How one case is sent.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// The guards that are on; the usual ones if none.
    pub choice: Option<&'a str>,
    /// The place, as reports name it; the first one of the driver if none.
    pub place: Option<&'a str>,
    /// Are refusals carried out?
    pub mode: Mode,
}

/// Sends one case.
///
/// # Errors
///
/// A case, choice or place that there is not, the lab, and a driver that puts no policy in force.
pub fn single(ground: &mut Ground, corpus: &Corpus, name: &str, how: &How<'_>) -> Result<Case> {
    let (case, variant) = variant(corpus, name, how.choice)?;
    let choice = variant.label();
    let place = place(ground, how.place)?;
    let stage = vifguard_conformance::Stage::new(place.clone(), corpus)?;
    let can = stage.host.run(|| ground.driver.probe())??;
    drop(stage);
    let counts = Level::declared(&can.of(Feature::Counters)).0 > Level::None;
    let (observed, came_through) = alone(
        ground.driver.as_mut(),
        corpus,
        name,
        &choice,
        &place,
        how.mode,
    )?;
    let good = match how.mode {
        Mode::Enforce => is_good(variant.expected, &observed, counts),
        Mode::Audit => is_audited(variant.expected, &observed, counts),
    };
    Ok(Case {
        choice,
        expected: variant.expected,
        observed: Fate::of(&observed, counts).to_string(),
        good,
        frame: case.frame.clone(),
        came_through,
    })
}

/// The case of this name, with these guards or the usual ones.
pub(crate) fn variant<'a>(
    corpus: &'a Corpus,
    name: &str,
    choice: Option<&str>,
) -> Result<(&'a corpus::Case, &'a Variant)> {
    let case = corpus
        .case(name)
        .ok_or_else(|| Error::NoSuchCase(name.to_owned()))?;
    if case.judge_only {
        return Err(Error::JudgeOnly(name.to_owned()));
    }
    let mut variants = case.variants().iter();
    let variant = match choice {
        None => variants.next(),
        Some(choice) => variants.find(|variant| variant.label() == choice),
    };
    match variant {
        Some(variant) => Ok((case, variant)),
        None => {
            let known: Vec<String> = case.variants().iter().map(|it| it.label()).collect();
            Err(Error::NoSuchChoice {
                case: name.to_owned(),
                choice: choice.unwrap_or_default().to_owned(),
                known: known.join(", "),
            })
        }
    }
}

fn place(ground: &Ground, name: Option<&str>) -> Result<Place> {
    let mut places = ground.places.iter();
    let Some(name) = name else {
        return Ok(places.next().cloned().unwrap_or(Place::Bridge));
    };
    let found = places.find(|place| evidence::name(place) == name);
    found.cloned().ok_or_else(|| {
        let known: Vec<&str> = ground.places.iter().map(evidence::name).collect();
        Error::NoSuchPlace {
            driver: ground.name.clone(),
            place: name.to_owned(),
            known: known.join(", "),
        }
    })
}

/// It passes, and what counts says what would have become of it.
fn is_audited(expected: Expected, observed: &Observed, counts: bool) -> bool {
    let told = observed.audited();
    observed.came_through && (!counts || told.is_some_and(|verdict| expected.allows(verdict)))
}

/// Without counters only the wire can tell.
pub(crate) fn is_good(expected: Expected, observed: &Observed, counts: bool) -> bool {
    if counts {
        let verdict = observed.verdict();
        return verdict.is_some_and(|verdict| expected.allows(verdict));
    }
    let passes = expected.passes();
    let taught = passes == Some(false) && observed.taught;
    !taught && passes.is_none_or(|passes| passes == observed.came_through)
}

impl Case {
    /// Writes what was sent and what came through, as two interfaces of one capture.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn capture(&self, path: &Path) -> Result<()> {
        self.pcapng(path).map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })
    }

    fn pcapng(&self, path: &Path) -> io::Result<()> {
        let file = std::fs::File::create(path)?;
        let mut writer = PcapNgWriter::new(file).map_err(io::Error::other)?;
        for name in ["sent by the guest", "came through"] {
            let interface = InterfaceDescriptionBlock {
                linktype: DataLink::ETHERNET,
                snaplen: 0,
                options: vec![InterfaceDescriptionOption::IfName(name.into())],
            };
            writer
                .write_pcapng_block(interface)
                .map_err(io::Error::other)?;
        }
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        let sent = std::iter::once((0, &self.frame));
        let through = self.came_through.iter().map(|frame| (1, frame));
        for (interface_id, frame) in sent.chain(through) {
            let packet = EnhancedPacketBlock {
                interface_id,
                timestamp: now,
                original_len: u32::try_from(frame.len()).unwrap_or(u32::MAX),
                data: frame.as_slice().into(),
                options: Vec::new(),
            };
            writer
                .write_pcapng_block(packet)
                .map_err(io::Error::other)?;
        }
        Ok(())
    }
}
