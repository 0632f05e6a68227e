//! What a wrapper tells whoever reads it: so libvirt alone knows what is in force.

use vifguard_policy::GuardSet;

/// Changes whenever notes of the old kind can no longer be read.
const EDITION: &str = "1";
/// libvirt keeps 256 bytes of a comment.
const ROOM: usize = 160;

/// What is known of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The guards that are on; none at all of an interface that has no port and is closed.
    pub guards: Option<GuardSet>,
    /// Stands for what the filter says, without this note.
    pub digest: String,
    /// How often libvirt had to be told again.
    pub turn: u32,
    /// Its interface, if the filter is of an interface and not of a domain's port.
    pub device: String,
    /// Its name.
    pub port: String,
}

impl Note {
    /// The note as a comment.
    pub fn comment(&self) -> String {
        let guards = self
            .guards
            .map_or("closed".to_owned(), |guards| guards.bits().to_string());
        let Note {
            digest,
            turn,
            device,
            port,
            ..
        } = self;
        format!(
            "vifguard {EDITION} {guards} {digest} {turn} {device} {}",
            shortened(port)
        )
    }

    /// A comment as a note.
    pub fn read(comment: &str) -> Option<Note> {
        let mut words = comment.splitn(7, ' ');
        if (words.next()?, words.next()?) != ("vifguard", EDITION) {
            return None;
        }
        let guards = words.next()?;
        let guards = match guards {
            "closed" => None,
            bits => Some(GuardSet::from_bits(bits.parse().ok()?)),
        };
        Some(Note {
            guards,
            digest: words.next()?.to_owned(),
            turn: words.next()?.parse().ok()?,
            device: words.next()?.to_owned(),
            port: words.next()?.to_owned(),
        })
    }
}

/// A long name is told by its beginning.
fn shortened(name: &str) -> &str {
    let mut end = name.len().min(ROOM);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}
