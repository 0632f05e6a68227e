/// What becomes of every frame of a stream, whatever happens meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    /// It passes.
    Pass,
    /// It is refused.
    Die,
}

/// Frames that differ only in a number that they carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// For messages.
    pub name: &'static str,
    /// What becomes of its frames.
    pub must: Must,
    frame: Vec<u8>,
    at: usize,
}

impl Stream {
    /// Bytes of the number. They fit into the nonce of neighbor discovery (RFC 3971 section 5.3.2), the
    /// only place there that is free.
    pub const NUMBER: usize = 6;

    /// Frames like this one, with the number at this offset: where nobody judges it.
    pub fn new(name: &'static str, must: Must, frame: Vec<u8>, at: usize) -> Stream {
        Stream {
            name,
            must,
            frame,
            at,
        }
    }

    /// The frame of a number.
    pub fn numbered(&self, number: u64) -> Vec<u8> {
        let mut frame = self.frame.clone();
        self.write(number, &mut frame);
        frame
    }

    pub(crate) fn write(&self, number: u64, frame: &mut [u8]) {
        if let Some(field) = frame.get_mut(self.at..self.at + Self::NUMBER) {
            field.copy_from_slice(&number.to_be_bytes()[8 - Self::NUMBER..]);
        }
    }

    /// The number of a frame, if it is one of this stream's.
    pub(crate) fn number_of(&self, frame: &[u8]) -> Option<u64> {
        let end = self.at + Self::NUMBER;
        let is_ours = frame.len() == self.frame.len()
            && frame[..self.at] == self.frame[..self.at]
            && frame[end..] == self.frame[end..];
        let bytes = is_ours.then(|| &frame[self.at..end])?;
        Some(bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    }

    /// The same, of frames that pass.
    pub(crate) fn that_passes(self) -> Stream {
        Stream {
            must: Must::Pass,
            ..self
        }
    }
}
