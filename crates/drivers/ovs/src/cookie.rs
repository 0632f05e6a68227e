//! Whose flow it is.

use sha2::{Digest, Sha256};

/// The upper half of every cookie of ours: "vifg".
const OURS: u64 = 0x7669_6667 << 32;
/// The bits that say whether a flow is ours.
const OURS_MASK: u64 = 0xffff_ffff << 32;

/// Set in the cookies of what tells most: the entries at the gate, and all that is a host's.
const ENTRY: u64 = 1 << 31;
/// What tells one port's cookies from another's.
const PORT_MASK: u64 = !ENTRY;

/// The cookie of flows that are the same on every host.
pub const PROGRAM: u64 = OURS;
/// The cookie of flows that are a host's, and no port's.
pub const HOST: u64 = OURS | 0xffff_ffff;

/// The cookie of a port's flows on an interface. Counters live as long as it does.
pub fn of_port(port: &str, device: &str) -> u64 {
    let [a, b, c, d, ..] = digest([port, "\n", device]);
    // The first and the last are no port's.
    OURS | u64::from(u32::from_be_bytes([a, b, c, d]) >> 1).clamp(1, ENTRY - 2)
}

/// The cookie of a port's entry at the gate.
pub fn of_entry(port: u64) -> u64 {
    port | ENTRY
}

/// The cookie of the port whose flow this is; that of the program or the host if it is theirs.
pub fn owner(cookie: u64) -> u64 {
    if cookie == HOST {
        HOST
    } else {
        cookie & PORT_MASK
    }
}

/// Is it ours?
pub fn is_ours(cookie: u64) -> bool {
    cookie & OURS_MASK == OURS
}

/// What `ovs-ofctl` is asked for to get all of ours and nothing else.
pub fn all_of_ours() -> String {
    format!("cookie={OURS:#x}/{OURS_MASK:#x}")
}

/// What `ovs-ofctl` is asked for to get entries, and all that is the host's.
pub fn entries() -> String {
    format!("cookie={:#x}/{:#x}", OURS | ENTRY, OURS_MASK | ENTRY)
}

/// What `ovs-ofctl` is asked for to get what is a port's, the program's or the host's.
pub fn all_of(owner: u64) -> String {
    let mask = if owner == HOST { u64::MAX } else { PORT_MASK };
    format!("cookie={owner:#x}/{mask:#x}")
}

/// The first bytes of a digest of texts, one behind the other.
pub(crate) fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> [u8; 8] {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
    }
    let whole: [u8; 32] = hash.finalize().into();
    let mut first = [0; 8];
    first.copy_from_slice(&whole[..8]);
    first
}
