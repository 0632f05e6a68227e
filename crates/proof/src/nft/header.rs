//! What the kernel finds in a frame before the first rule: `nft_set_pktinfo_ipv4_validate`,
//! `nft_set_pktinfo_ipv6_validate` and, for all else, `nft_set_pktinfo_unspec`.

use std::cmp::Ordering;

use crate::frame::{BitOf, Carries, IPV6_HEADER, OctetOf, Sight};
use crate::logic::Logic;
use crate::word::Words;

const AH: u64 = 51;

/// The upper layer as the kernel found it.
pub(super) struct Upper<S: Sight> {
    /// It was found (`NFT_PKTINFO_L4PROTO`).
    pub(super) there: BitOf<S>,
    /// `meta l4proto`.
    pub(super) protocol: OctetOf<S>,
    /// `@th` can be read: not in a later fragment (since Linux 5.17).
    pub(super) readable: BitOf<S>,
}

impl<S: Sight> Upper<S> {
    /// What the kernel finds.
    pub(super) fn of(sight: &S) -> Upper<S> {
        match sight.case().carries {
            Carries::Ipv4(_) | Carries::AnyIpv4 => ipv4(sight),
            Carries::Ipv6(_) => ipv6(sight),
            // The kernel looks no further at what is called IPv4 and has another version, or fewer than
            // five words.
            Carries::NoIpv4 | Carries::Other => Upper {
                there: sight.logic().constant(false),
                protocol: sight.logic().octet(0),
                readable: sight.logic().constant(false),
            },
        }
    }
}

fn ipv4<S: Sight>(sight: &S) -> Upper<S> {
    let logic = sight.logic();
    let total = sight.word(2..4);
    let upper = logic.widen(&sight.upper_begin(), 16);
    let fits = logic.minus(
        &logic.not(&logic.order(&total, &upper).less),
        &sight.length_is(Ordering::Less, &total),
    );
    // iph_totlen(): of a chain of segments over 64 KiB the length is that of the frame.
    let huge = logic.and(&sight.segments(), &logic.is(&total, 0));
    let huge = logic.and(&huge, &sight.upper_reaches(0));
    let there = logic.and(&sight.carries(20), &logic.or(&fits, &huge));
    let later = logic.not(&logic.is(&sight.word(6..8)[3..], 0));
    Upper {
        readable: logic.minus(&there, &later),
        there,
        protocol: sight.carried(9),
    }
}

fn ipv6<S: Sight>(sight: &S) -> Upper<S> {
    let logic = sight.logic();
    let length = sight.word(4..6);
    let end = logic.plus(&length, IPV6_HEADER as u64);
    let fits = logic.not(&sight.length_is(Ordering::Less, &end));
    let huge = logic.and(&sight.segments(), &logic.is(&length, 0));
    let version = logic.is(&sight.word(0..1)[..4], 6);
    // ipv6_find_hdr() looks at two bytes of an authentication header before it stops there.
    let is_ah = logic.is(&sight.word(6..7), AH);
    let cut_off = logic.minus(&is_ah, &sight.carries(IPV6_HEADER + 2));
    let there = logic.all(&[
        sight.carries(IPV6_HEADER),
        version,
        logic.or(&fits, &huge),
        logic.not(&cut_off),
    ]);
    Upper {
        readable: there.clone(),
        there,
        protocol: sight.carried(6),
    }
}

/// `meta protocol`: the EtherType behind the tag, or what the kernel makes of a length field.
pub(super) fn protocol<S: Sight>(sight: &S) -> [OctetOf<S>; 2] {
    const ETH_P_802_3: u16 = 0x0001;
    const ETH_P_802_2: u16 = 0x0004;
    let logic = sight.logic();
    let header = sight.case().header();
    let field = [sight.octet(header - 2), sight.octet(header - 1)];
    if sight.case().ethertype().is_some() {
        return field;
    }
    let is_length = logic.is_below(&field.concat(), 0x0600);
    let raw = logic.and(&sight.carries(2), &logic.is(&sight.word(0..2), 0xffff));
    let byte = |i: usize| -> OctetOf<S> {
        let (raw3, llc) = (ETH_P_802_3.to_be_bytes()[i], ETH_P_802_2.to_be_bytes()[i]);
        let (raw3, llc) = (logic.octet(raw3), logic.octet(llc));
        std::array::from_fn(|bit| {
            let named = logic.choose(&raw, &raw3[bit], &llc[bit]);
            logic.choose(&is_length, &named, &field[i][bit])
        })
    };
    [byte(0), byte(1)]
}

/// Is there such an IPv6 header (`ipv6_find_hdr`), for one of those that the proof leaves out? Only
/// behind an authentication header, which the kernel walks over when it is asked for another one.
pub(super) fn has_extension<S: Sight>(sight: &S, header: u8) -> BitOf<S> {
    let logic = sight.logic();
    if !matches!(sight.case().carries, Carries::Ipv6(_)) {
        return logic.constant(false);
    }
    let is_ah = logic.is(&sight.word(6..7), AH);
    let whole = sight.carries(IPV6_HEADER + 2);
    logic.all(&[is_ah, whole, sight.behind(header)])
}
