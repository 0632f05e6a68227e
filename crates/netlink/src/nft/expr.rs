mod show;
mod wire;

pub(crate) use wire::COUNTER;

/// One of the sixteen 32-bit registers of a rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reg(pub u8);

/// What `meta` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum MetaKey {
    /// `skb->len`, in host order.
    Length = 0,
    /// EtherType of what the kernel takes the frame for, behind a tag that it keeps beside it.
    Protocol = 1,
    /// `skb->mark`, in host order: a word that goes with the frame inside this host.
    Mark = 3,
    /// Index of the receiving interface, in host order.
    Iif = 4,
    /// Name of the receiving interface, 16 bytes.
    IifName = 6,
    /// Routing class of the frame's route; unset where the frame has none yet.
    RouteClass = 13,
    /// Upper layer protocol; unset where the kernel found the packet malformed.
    L4Proto = 16,
}

/// Where a payload offset counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Base {
    /// The Ethernet header, with the VLAN tag put back.
    Link = 0,
    /// The network header.
    Network = 1,
    /// The upper layer; not set in later fragments.
    Transport = 2,
}

/// How two values compare, as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
#[expect(missing_docs, reason = "the names say it")]
pub enum CmpOp {
    Eq = 0,
    Ne = 1,
    Lt = 2,
    Le = 3,
    Gt = 4,
    Ge = 5,
}

/// Where evaluation goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The frame may go on.
    Accept,
    /// The frame dies.
    Drop,
    /// To the caller of this chain.
    Return,
    /// Into a chain, and back here when it ends.
    Jump(String),
    /// Into a chain, and back to this chain's caller when it ends.
    Goto(String),
}

/// One step of a rule. A load that finds nothing to load ends the rule without a match.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "fields are called as in nf_tables.h; lengths and offsets in bytes"
)]
pub enum Expr {
    /// Loads a property of the frame.
    Meta(MetaKey, Reg),
    /// Writes a property of the frame.
    SetMeta(MetaKey, Reg),
    /// Loads bytes of the frame, padded with zeros to whole registers.
    Payload {
        base: Base,
        offset: u32,
        len: u32,
        to: Reg,
    },
    /// Writes a register over bytes of the frame, which the kernel makes its own and linear first.
    Store {
        from: Reg,
        base: Base,
        offset: u32,
        len: u32,
    },
    /// Loads bytes of an IPv6 extension header.
    Exthdr {
        header: u8,
        offset: u32,
        len: u32,
        to: Reg,
    },
    /// Loads 1 if there is such an IPv6 extension header, 0 otherwise.
    ExthdrExists { header: u8, to: Reg },
    /// Masks bytes, then turns those bits over that `xor` has.
    Bits {
        from: Reg,
        to: Reg,
        mask: Vec<u8>,
        xor: Vec<u8>,
    },
    /// Turns four bytes from host into network order.
    HostToNet { from: Reg, to: Reg },
    /// Goes on if the comparison holds.
    Cmp { reg: Reg, op: CmpOp, data: Vec<u8> },
    /// Goes on if the key is in the set (or is not, if `inverted`); loads a map's data.
    Lookup {
        set: String,
        key: Reg,
        inverted: bool,
        to: Option<Reg>,
    },
    /// Goes where a verdict map says.
    VerdictMap { set: String, key: Reg },
    /// Loads a constant.
    Load { to: Reg, data: Vec<u8> },
    /// Counts under a key, which joins the set if it is new.
    Count { set: String, key: Reg },
    /// Goes on if the key is in the map, and counts with the counter that it leads to.
    CountBy { set: String, key: Reg },
    /// Ends the rule.
    Verdict(Verdict),
    /// Something in the kernel that this crate never writes.
    Foreign(String),
}

impl Expr {
    /// Masks bytes.
    pub fn and(from: Reg, to: Reg, mask: &[u8]) -> Expr {
        Expr::Bits {
            from,
            to,
            mask: mask.to_vec(),
            xor: vec![0; mask.len()],
        }
    }
}
