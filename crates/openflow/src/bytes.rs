use thiserror::Error;

/// Bytes that are not what they should be: cut off, or with a length that cannot be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0} that cannot be read")]
pub struct Malformed(pub &'static str);

/// What is left of some bytes, read from the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a> {
    left: &'a [u8],
    what: Malformed,
}

impl<'a> Bytes<'a> {
    /// All of them; `what` says what they are, if they turn out not to be.
    pub(crate) fn of(left: &'a [u8], what: &'static str) -> Bytes<'a> {
        Bytes {
            left,
            what: Malformed(what),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// So many, and no fewer.
    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, left) = self.left.split_at_checked(length).ok_or(self.what)?;
        self.left = left;
        Ok(taken)
    }

    pub(crate) fn skip(&mut self, length: usize) -> Result<(), Malformed> {
        self.take(length).map(drop)
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.left
    }

    /// Not what they should be.
    pub(crate) fn wrong<T>(&self) -> Result<T, Malformed> {
        Err(self.what)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, left) = self.left.split_first_chunk().ok_or(self.what)?;
        self.left = left;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }
}

/// A number that is as long as its bytes, of which there are 16 at most.
pub(crate) fn number(bytes: &[u8]) -> u128 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// Fills up to a multiple of eight, counted from a place.
pub(crate) fn pad(bytes: &mut Vec<u8>, from: usize) {
    let length = (bytes.len() - from).next_multiple_of(8);
    bytes.resize(from + length, 0);
}
