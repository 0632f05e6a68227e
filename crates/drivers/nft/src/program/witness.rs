//! The witness: a bit of the packet mark that says "the judge has this frame".
//!
//! A frame can come in without netdev ingress. Whoever owns the other end of a veth may send it through
//! `ifb`, which marks it as classified, and a kernel that receives such a frame goes past classifiers and
//! netdev ingress alike (`tc_skip_classify` in `__netif_receive_skb_core`; seen on Linux 6.18). An
//! interface that is not bound yet is no different. So the judge's base chain sets the bit, and the
//! gates behind it take the bit away again and refuse what comes without it.
//!
//! No guest can bring the bit along: `tun` makes a new packet, and `veth` clears the mark of what comes
//! from another network namespace (`skb_scrub_packet`). Behind the gates the mark is as it was, so that
//! who routes or filters by marks is not disturbed.

use vifguard_netlink::nft::{CmpOp, Expr, MetaKey, Reg};

use super::steps::SCRATCH;

/// The bit.
pub const WITNESS: u32 = 1 << 25;
/// The mark without its other bits.
const BIT: Reg = Reg(SCRATCH.0 + 1);

/// The judge has the frame.
pub fn set() -> Vec<Expr> {
    change(!WITNESS, WITNESS)
}

/// Goes on with frames that have it.
pub fn had() -> Vec<Expr> {
    let bit = WITNESS.to_ne_bytes();
    vec![
        Expr::Meta(MetaKey::Mark, SCRATCH),
        Expr::and(SCRATCH, BIT, &bit),
        Expr::Cmp {
            reg: BIT,
            op: CmpOp::Eq,
            data: bit.to_vec(),
        },
    ]
}

/// The same, and their mark is as it was before.
pub fn take() -> Vec<Expr> {
    // The mark is still there where it was read.
    let change = change(!WITNESS, 0).into_iter().skip(1);
    had().into_iter().chain(change).collect()
}

fn change(mask: u32, xor: u32) -> Vec<Expr> {
    vec![
        Expr::Meta(MetaKey::Mark, SCRATCH),
        Expr::Bits {
            from: SCRATCH,
            to: SCRATCH,
            mask: mask.to_ne_bytes().to_vec(),
            xor: xor.to_ne_bytes().to_vec(),
        },
        Expr::SetMeta(MetaKey::Mark, SCRATCH),
    ]
}
