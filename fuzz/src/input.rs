use vifguard_policy::GuardSet;
use vifguard_verdict::VlanTag;

/// One question to the judge.
///
/// The layout is fixed, so that saved inputs keep their meaning: the guards as the bits of
/// [`GuardSet`]; a byte whose lowest two bits choose the tag and whose next two choose the port; the
/// tag's TCI; the frame.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The guards that are on.
    pub guards: GuardSet,
    /// Which of the ports of [`crate::identity`] sends.
    pub port: u8,
    /// The tag beside the frame.
    pub tag: Option<VlanTag>,
    /// The frame.
    pub frame: &'a [u8],
}

impl<'a> Input<'a> {
    /// Reads an input; too few bytes mean nothing.
    pub fn read(bytes: &'a [u8]) -> Option<Input<'a>> {
        let ([guards, choice, high, low], frame) = bytes.split_first_chunk()?;
        let tci = u16::from_be_bytes([*high, *low]);
        let tag = match choice & 3 {
            1 => Some(VlanTag { tpid: 0x8100, tci }),
            2 => Some(VlanTag { tpid: 0x88a8, tci }),
            _ => None,
        };
        Some(Input {
            guards: GuardSet::from_bits(*guards),
            port: choice >> 2 & 3,
            tag,
            frame,
        })
    }

    /// The bytes of an untagged frame from the first port.
    pub fn write(guards: GuardSet, frame: &[u8]) -> Vec<u8> {
        [&[guards.bits(), 0, 0, 0], frame].concat()
    }
}
