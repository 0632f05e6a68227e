//! What the flows at the gate tell whoever reads them: so the switch alone knows what is in force.

use vifguard_policy::{GuardSet, Mode, Unknown};

use crate::program::Sight;

/// Changes whenever notes of the old kind can no longer be read.
const EDITION: &str = "2";

/// A note at the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A port.
    Port(PortNote),
    /// A guarded interface without a port.
    Unknown {
        /// Its name.
        device: String,
    },
    /// What holds for all.
    Seal(Seal),
}

/// What is known of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortNote {
    /// Its name.
    pub port: String,
    /// Its interface.
    pub device: String,
    /// The guards that are on.
    pub guards: GuardSet,
    /// Whether refusals are carried out.
    pub mode: Mode,
    /// Of what it was made from.
    pub wants: [u8; 8],
    /// Of all its flows.
    pub digest: [u8; 8],
}

/// What is known of what holds for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Patterns of guarded interfaces.
    pub guarded: Vec<String>,
    /// What happens to frames from those without a port.
    pub unknown: Unknown,
    /// What the flows were made for.
    pub sight: Sight,
    /// Of what the flows were made from that are the same for all ports.
    pub wants: [u8; 8],
    /// Of these flows.
    pub program: [u8; 8],
    /// Of the host's.
    pub digest: [u8; 8],
    /// How many flows of ours are not the host's.
    pub others: u64,
}

impl Note {
    /// The bytes of the note.
    pub fn bytes(&self) -> Vec<u8> {
        let parts: Vec<String> = match self {
            Note::Port(note) => vec![
                "port".to_owned(),
                note.guards.bits().to_string(),
                note.mode.name().to_owned(),
                hex(&note.wants),
                hex(&note.digest),
                note.device.clone(),
                note.port.clone(),
            ],
            Note::Unknown { device } => vec!["unknown".to_owned(), device.clone()],
            Note::Seal(seal) => vec![
                "seal".to_owned(),
                seal.unknown.name().to_owned(),
                seen(seal.sight).to_string(),
                hex(&seal.wants),
                hex(&seal.program),
                hex(&seal.digest),
                seal.others.to_string(),
                seal.guarded.join(" "),
            ],
        };
        join(&parts)
    }

    /// The note among actions, as `ovs-ofctl` prints them.
    pub fn read(actions: &str) -> Option<Note> {
        let (text, _) = actions.strip_prefix("note:")?.split_once(',')?;
        let text = String::from_utf8(undotted(text)?).ok()?;
        let parts: Vec<&str> = text.trim_end_matches('\0').split('\n').collect();
        match parts.as_slice() {
            [EDITION, "port", guards, mode, wants, digest, device, port] => {
                Some(Note::Port(PortNote {
                    port: (*port).to_owned(),
                    device: (*device).to_owned(),
                    guards: GuardSet::from_bits(guards.parse().ok()?),
                    mode: Mode::ALL.into_iter().find(|known| known.name() == *mode)?,
                    wants: unhex(wants)?,
                    digest: unhex(digest)?,
                }))
            }
            [EDITION, "unknown", device] => Some(Note::Unknown {
                device: (*device).to_owned(),
            }),
            [
                EDITION,
                "seal",
                unknown,
                sees,
                wants,
                program,
                digest,
                others,
                guarded,
            ] => Some(Note::Seal(Seal {
                guarded: guarded.split_whitespace().map(str::to_owned).collect(),
                unknown: Unknown::ALL
                    .into_iter()
                    .find(|known| known.name() == *unknown)?,
                sight: sight(sees.parse().ok()?),
                wants: unhex(wants)?,
                program: unhex(program)?,
                digest: unhex(digest)?,
                others: others.parse().ok()?,
            })),
            _ => None,
        }
    }
}

/// The bytes of `61.62.63`. There may be thousands of notes.
fn undotted(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |group: &[u8]| match group {
        [high, low] | [high, low, b'.'] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
        _ => None,
    };
    text.as_bytes().chunks(3).map(byte).collect()
}

fn join(parts: &[String]) -> Vec<u8> {
    let lines = std::iter::once(EDITION).chain(parts.iter().map(String::as_str));
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

fn hex(digest: &[u8; 8]) -> String {
    format!("{:016x}", u64::from_be_bytes(*digest))
}

fn unhex(text: &str) -> Option<[u8; 8]> {
    u64::from_str_radix(text, 16).ok().map(u64::to_be_bytes)
}

fn seen(sight: Sight) -> u8 {
    u8::from(sight.first_fragments) | u8::from(sight.option_types) << 1
}

fn sight(bits: u8) -> Sight {
    Sight {
        first_fragments: bits & 1 != 0,
        option_types: bits & 2 != 0,
    }
}
