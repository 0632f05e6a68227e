use vifguard_corpus::mutant::Mutant;
use vifguard_lab::VnetHeader;

/// The kernel keeps frames from this length on in pages, behind as much of a linear part as the sender
/// asks for (`tun_alloc_skb`).
const PAGED: usize = 4400;
/// What a port without segmentation offload sends, with one tag.
const ORDINARY: usize = 1518;

/// A mutant as it is handed over.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) origin: String,
    pub(super) changes: Vec<&'static str>,
    pub(super) frame: Vec<u8>,
    pub(super) header: VnetHeader,
}

impl Parcel {
    /// Every eighth frame is made long, and its headers are cut off from the linear part of the
    /// kernel's buffer somewhere else each time.
    pub(super) fn of(mutant: Mutant, number: usize) -> Parcel {
        let mut parcel = Parcel {
            origin: mutant.origin,
            changes: mutant.changes,
            frame: mutant.frame,
            header: VnetHeader::default(),
        };
        if number % 8 == 7 {
            let linear = 14 + (number / 8 * 7) % 90;
            parcel.header.header_len = u16::try_from(linear).unwrap_or(14);
            parcel.changes.push("paged");
            parcel.stretch(number % 16 == 7);
        }
        parcel
    }

    /// With padding, or with more of what the packet carries.
    fn stretch(&mut self, within: bool) {
        let more = PAGED.saturating_sub(self.frame.len());
        self.frame.resize(self.frame.len() + more, 0);
        if within {
            vifguard_corpus::mutant::fit_lengths(&mut self.frame);
        }
    }

    /// Does it come to any hook? The kernel drops a frame that ends within its outermost tag or right
    /// behind it (`skb_vlan_untag`).
    pub(super) fn arrives(&self) -> bool {
        let tagged = matches!(self.frame.get(12..14), Some([0x81, 0x00] | [0x88, 0xa8]));
        !tagged || self.frame.len() >= 20
    }
}

/// Does a bridge send the frame to all other ports, wherever it learned its receiver to be?
pub(super) fn is_flooded(frame: &[u8]) -> bool {
    let (Some(destination), Some(source)) = (frame.get(..6), frame.get(6..12)) else {
        return false;
    };
    let is_group = destination[0] & 1 == 1;
    // 802.1D table 7-10: a bridge keeps these to itself. A source that is a group is no source.
    let is_kept = destination[..5] == [0x01, 0x80, 0xc2, 0, 0] && destination[5] < 0x10;
    let no_source = source[0] & 1 == 1 || *source == [0; 6];
    is_group && !is_kept && !no_source && frame.len() <= ORDINARY && is_whole_inside(frame)
}

/// `br_netfilter` drops a frame that ends within what it would step over (`nf_bridge_encap_header_len`):
/// a second tag, a PPPoE session header.
fn is_whole_inside(frame: &[u8]) -> bool {
    let kind = |at: usize| frame.get(at..at + 2);
    let tagged = matches!(kind(12), Some([0x81, 0x00] | [0x88, 0xa8]));
    let at = if tagged { 16 } else { 12 };
    let inside = match kind(at) {
        Some([0x81, 0x00]) => 4,
        Some([0x88, 0x64]) => 8,
        _ => 0,
    };
    frame.len() >= at + 2 + inside
}
