//! Whose flow it is.

use sha2::{Digest, Sha256};
use vifguard_openflow::{ALL_TABLES, Filter};

/// The upper half of every cookie of ours: "vifg".
const OURS: u64 = 0x7669_6667 << 32;
/// The bits that say whether a flow is ours.
const OURS_MASK: u64 = 0xffff_ffff << 32;

/// The cookie of flows that are the same on every host.
pub const PROGRAM: u64 = OURS;
/// The cookie of flows that are a host's, and no port's.
pub const HOST: u64 = OURS | 0xffff_ffff;

/// The cookie of a port's flows on an interface. Counters live as long as it does.
pub fn of_port(port: &str, device: &str) -> u64 {
    let [a, b, c, d, ..] = digest([port, "\n", device]);
    // The first and the last are no port's.
    OURS | u64::from(u32::from_be_bytes([a, b, c, d]).clamp(1, u32::MAX - 1))
}

/// Is it ours?
pub fn is_ours(cookie: u64) -> bool {
    cookie & OURS_MASK == OURS
}

/// What `ovs-ofctl` is asked for to get all of ours and nothing else, by whoever looks for himself.
pub fn all_of_ours() -> String {
    format!("cookie={OURS:#x}/{OURS_MASK:#x}")
}

/// All of ours, and nothing else.
pub(crate) const ALL: Filter = Filter {
    table: ALL_TABLES,
    cookie: OURS,
    cookie_mask: OURS_MASK,
};

/// Those of ours in a table.
pub(crate) fn in_table(table: u8) -> Filter {
    Filter { table, ..ALL }
}

/// Those with this cookie. The switch has an index of cookies: other masks make it go through all flows.
pub(crate) fn exactly(cookie: u64) -> Filter {
    Filter {
        table: ALL_TABLES,
        cookie,
        cookie_mask: u64::MAX,
    }
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
