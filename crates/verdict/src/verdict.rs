use std::fmt;

use crate::Reason;

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It may go.
    Pass,
    /// It dies at the port.
    Refuse(Reason),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Pass => f.write_str("pass"),
            Verdict::Refuse(reason) => reason.fmt(f),
        }
    }
}

/// A VLAN tag that the kernel keeps beside the frame (`skb->vlan_proto`, `skb->vlan_tci`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VlanTag {
    /// 0x8100 or 0x88a8.
    pub tpid: u16,
    /// Priority, DEI and VLAN id, as on the wire.
    pub tci: u16,
}
