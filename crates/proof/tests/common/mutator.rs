/// Frames that are nearly those of the corpus: a byte other, a field from elsewhere, longer, shorter.
pub(crate) struct Mutator(u64);

/// Values that rules ask for, most of them a byte wide.
const TELLING: &[u8] = &[
    0, 1, 2, 3, 4, 5, 6, 8, 9, 0x0f, 0x11, 0x12, 0x16, 0x17, 0x22, 0x30, 0x40, 0x44, 0x45, 0x46,
    0x4f, 0x60, 58, 59, 50, 51, 67, 68, 103, 127, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
    0x88, 0x89, 0x8d, 0x8e, 0x8f, 0x97, 0xa8, 0xdd, 0xe0, 0xfe, 0xff,
];

impl Mutator {
    pub(crate) fn new(seed: u64) -> Mutator {
        Mutator(seed)
    }

    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn one_of(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).unwrap()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    pub(crate) fn frame(&mut self, from: &[u8]) -> Vec<u8> {
        let mut frame = from.to_vec();
        for _ in 0..self.one_of(4) {
            self.change(&mut frame);
        }
        frame
    }

    fn change(&mut self, frame: &mut Vec<u8>) {
        if frame.is_empty() {
            return;
        }
        let last = frame.len().min(110);
        match self.one_of(10) {
            0 => frame.truncate(self.one_of(frame.len() + 1)),
            1 => frame.extend((0..self.one_of(24)).map(|i| u8::try_from(i).unwrap())),
            2 => {
                let (to, from) = (self.one_of(last), self.one_of(last));
                let len = self.one_of(17).min(last - to.max(from));
                frame.copy_within(from..from + len, to);
            }
            3 => {
                let at = self.one_of(last);
                frame[at] ^= 1 << self.one_of(8);
            }
            4 => {
                let at = self.one_of(last);
                let len = self.one_of(17).min(last - at);
                frame[at..at + len].fill(0);
            }
            5 => fill(frame),
            6 if frame.len() >= 14 => {
                let tag = [0x81, 0, 0, self.byte()];
                frame.splice(12..12, tag);
            }
            _ => {
                let at = self.one_of(last);
                frame[at] = TELLING[self.one_of(TELLING.len())];
            }
        }
    }
}

/// Makes the packet's length that of its frame.
fn fill(frame: &mut [u8]) {
    let Some(payload) = frame.len().checked_sub(14) else {
        return;
    };
    let (at, length) = match frame[14..].first().map(|first| first >> 4) {
        Some(4) => (16, payload),
        Some(6) if payload >= 40 => (18, payload - 40),
        _ => return,
    };
    if let Some(field) = frame.get_mut(at..at + 2) {
        field.copy_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
    }
}
