//! Chains that judge no claim and so serve every court.

use vifguard_netlink::nft::{Expr, MetaKey, Reg};
use vifguard_verdict::Reason;

use super::steps::{Steps, nh};
use super::{Fate, Program, arp, nd, numbers};

/// Returns if an IPv6 packet ends where its frame ends.
pub(crate) const FILLED: &str = "ip6.filled";

pub(crate) fn chains(program: &mut Program, fate: Fate) {
    arp::shared(program, fate);
    nd::shared(program, fate);
    filled(program, fate);
}

/// Payload length plus 40 is the frame's length. nf_tables cannot add: the low bytes lead to a carry,
/// and the high bytes with it to the sums that are right.
fn filled(program: &mut Program, fate: Fate) {
    let (high, low) = (nh(4, 1), nh(5, 1));
    // The carry comes behind a word of no meaning, as in the map of ports.
    let (length, part, other) = (Reg(8), Reg(9), Reg(10));
    let filled = Steps::new()
        .step(Expr::Meta(MetaKey::Length, length))
        .step(Expr::HostToNet {
            from: length,
            to: length,
        })
        .step(low.load(part))
        .step(Expr::and(length, other, &[0, 0, 0, 0xff]))
        .step(Expr::Lookup {
            set: numbers::FILL_LOW.to_owned(),
            key: part,
            inverted: false,
            to: Some(other),
        })
        .step(high.load(part))
        .step(Expr::and(length, other, &[0xff, 0xff, 0xff, 0]))
        .lookup(numbers::FILL_HIGH, part, false);
    program.chain(
        fate.name(FILLED),
        vec![
            filled.back(""),
            Steps::new().refuse(fate, Reason::Ipv6Malformed, "6.1 bytes behind the packet"),
        ],
    );
}
