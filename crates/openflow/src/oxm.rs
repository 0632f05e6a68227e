use crate::bytes::{Bytes, Malformed};

/// One field of a match, or one that is written (section 7.2.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Oxm<'a> {
    /// Who numbers the field.
    pub(crate) class: u16,
    /// Its number.
    pub(crate) field: u8,
    /// The bytes.
    pub(crate) value: &'a [u8],
    /// Which of their bits count; all, if nothing is said.
    pub(crate) mask: Option<&'a [u8]>,
}

/// The fields of a match.
///
/// # Errors
///
/// Bytes that are none.
pub(crate) fn oxms(bytes: &[u8]) -> impl Iterator<Item = Result<Oxm<'_>, Malformed>> {
    let mut left = Bytes::of(bytes, "a match");
    std::iter::from_fn(move || {
        let more = !left.is_empty();
        more.then(|| {
            let read = read(&mut left);
            if read.is_err() {
                left = Bytes::of(&[], "a match");
            }
            read
        })
    })
}

pub(crate) fn read<'a>(left: &mut Bytes<'a>) -> Result<Oxm<'a>, Malformed> {
    let (class, field) = (left.u16()?, left.u8()?);
    let length = usize::from(left.u8()?);
    let is_masked = field & 1 != 0;
    let both = left.take(length)?;
    let (value, mask) = both.split_at(if is_masked { length / 2 } else { length });
    // Those of experimenters have a longer header; none is known here, and each is taken for what it is as it is.
    if is_masked && value.len() != mask.len() {
        return left.wrong();
    }
    Ok(Oxm {
        class,
        field: field >> 1,
        value,
        mask: is_masked.then_some(mask),
    })
}

impl Oxm<'_> {
    /// Writes it.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let mask = self.mask.unwrap_or_default();
        let length = u8::try_from(self.value.len() + mask.len()).unwrap_or(u8::MAX);
        bytes.extend(self.class.to_be_bytes());
        bytes.extend([self.field << 1 | u8::from(self.mask.is_some()), length]);
        bytes.extend(self.value);
        bytes.extend(mask);
    }
}
