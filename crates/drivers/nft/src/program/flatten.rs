//! What makes the kernel's own reading of IPv6 headers true.
//!
//! A frame's first bytes may lie in one piece of memory and the rest elsewhere: a guest's virtio header
//! or a packet ring decides where the cut is. At netdev ingress nf_tables finds the upper layer by
//! `ipv6_find_hdr`, which reads the first next-header field straight from the first piece. If the header
//! is not there, it reads what an earlier frame left in that memory (seen on Linux 6.18), and from then
//! on `meta l4proto`, `@th` and `exthdr` speak of headers that the frame does not have: a forged
//! advertisement looks like a datagram.
//!
//! Whoever writes a byte of a header gets it into the first piece (`skb_ensure_writable`). nf_tables
//! looks for the upper layer once for every base chain that a frame comes to. So a base chain before the
//! judge's writes the field over itself, and the judge sees the frame as it is. IPv4 headers are read
//! wherever they are.

use vifguard_netlink::nft::{CmpOp, Expr, MetaKey, Rule};

use super::ipv6::NEXT_HEADER;
use super::steps::{Field, SCRATCH, Steps};

pub(crate) fn rule() -> Rule {
    let Field { base, offset, len } = NEXT_HEADER;
    let store = Expr::Store {
        from: SCRATCH,
        base,
        offset,
        len,
    };
    Steps::new()
        .step(Expr::Meta(MetaKey::Protocol, SCRATCH))
        .scratch_is(CmpOp::Eq, &[0x86, 0xdd])
        .reaches(NEXT_HEADER)
        .step(store)
        .rule("a header that can be read")
}
