//! What the gate writes into registers about a port.
//!
//! | register | holds |
//! |---|---|
//! | 0, 1 | the last 64 bits of own IPv6 addresses |
//! | 2, 3 | in which of these all own IPv6 addresses agree |
//! | 4, 5 | the 48 bits of own MACs |
//! | 6, 7 | in which of these all own MACs agree |
//! | 12 | guards, and what was found out about the frame |
//! | 14 | the reason for which the frame is refused |
//! | 15 | the frame has been judged |
//!
//! All but the last are cleared before the frame goes on in the operator's pipeline.

use vifguard_policy::Guard;

use crate::flow::Match;

/// The register of guards.
pub(crate) const WORD: u8 = 12;
/// The port has a single MAC: what agrees in all bits is own.
pub(crate) const ONE_MAC: u32 = 1 << 8;
/// The frame's IPv6 source is `::`.
pub(crate) const UNSPECIFIED: u8 = 9;
/// The frame's IPv6 source is not own, which nobody asked yet.
pub(crate) const FOREIGN: u8 = 10;
/// The bit of register 15 that tells a judged frame from one that comes in.
pub(crate) const JUDGED: u32 = 1 << 31;

impl Match {
    /// Of these, those from ports on which this guard is on.
    #[must_use]
    pub(crate) fn on(self, guard: Guard) -> Match {
        let bit = 1 << guard as u32;
        self.reg(WORD, bit, bit)
    }

    /// Of these, those from ports on which none of these guards is on.
    #[must_use]
    pub(crate) fn off(self, guards: &[Guard]) -> Match {
        let bits = guards
            .iter()
            .fold(0, |bits, guard| bits | 1 << *guard as u32);
        self.reg(WORD, 0, bits)
    }

    /// Of these, those about which this was found out.
    #[must_use]
    pub(crate) fn found(self, bit: u8) -> Match {
        self.reg(WORD, 1 << bit, 1 << bit)
    }

    /// Of these, those from ports with a single MAC.
    #[must_use]
    pub(crate) fn one_mac(self) -> Match {
        self.reg(WORD, ONE_MAC, ONE_MAC)
    }
}
