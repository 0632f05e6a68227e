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

use crate::fate::Fate;
use crate::ground::Ground;
use crate::{Error, Level, Result};

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

/// Sends one case from a port with these guards, by default the usual ones.
///
/// # Errors
///
/// A case or choice that there is not, the lab, and a driver that puts no policy in force.
pub fn single(
    ground: &mut Ground,
    corpus: &Corpus,
    name: &str,
    choice: Option<&str>,
) -> Result<Case> {
    let (case, variant) = variant(corpus, name, choice)?;
    let choice = variant.label();
    let place = ground.places.first().cloned().unwrap_or(Place::Bridge);
    let stage = vifguard_conformance::Stage::new(place.clone(), corpus)?;
    let can = stage.host.run(|| ground.driver.probe())??;
    drop(stage);
    let counts = Level::declared(&can.of(Feature::Counters)).0 > Level::None;
    let (observed, came_through) = alone(ground.driver.as_mut(), corpus, name, &choice, &place)?;
    let good = is_good(variant.expected, &observed, counts);
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

/// Without counters only the wire can tell.
pub(crate) fn is_good(expected: Expected, observed: &Observed, counts: bool) -> bool {
    if counts {
        let verdict = observed.verdict();
        return verdict.is_some_and(|verdict| expected.allows(verdict));
    }
    let passes = expected.passes();
    passes.is_none_or(|passes| passes == observed.came_through)
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
