//! Reading netlink attributes, whatever the kernel sent.

/// Attributes, one behind the other.
#[derive(Clone, Copy)]
pub(crate) struct Attrs<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Attrs<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        let len = usize::from(u16::from_ne_bytes([head[0], head[1]])).checked_sub(4)?;
        // The two highest bits say "nested" and "network byte order".
        let kind = u16::from_ne_bytes([head[2], head[3]]) & 0x3fff;
        let value = rest.get(..len)?;
        self.0 = rest.get(len.next_multiple_of(4)..).unwrap_or(&[]);
        Some((kind, value))
    }
}

impl<'a> Attrs<'a> {
    pub(crate) fn find(self, kind: u16) -> Option<&'a [u8]> {
        let mut attrs = self;
        Iterator::find(&mut attrs, |(k, _)| *k == kind).map(|(_, value)| value)
    }

    pub(crate) fn nested(self, kind: u16) -> Attrs<'a> {
        Attrs(self.find(kind).unwrap_or(&[]))
    }

    pub(crate) fn u32(self, kind: u16) -> Option<u32> {
        self.find(kind)
            .and_then(|value| value.try_into().ok())
            .map(u32::from_be_bytes)
    }

    pub(crate) fn u64(self, kind: u16) -> Option<u64> {
        self.find(kind)
            .and_then(|value| value.try_into().ok())
            .map(u64::from_be_bytes)
    }

    pub(crate) fn text(self, kind: u16) -> Option<String> {
        self.find(kind).map(text)
    }
}

/// A string of the kernel's, with or without its closing NUL.
pub(crate) fn text(value: &[u8]) -> String {
    let end = value
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(value.len());
    String::from_utf8_lossy(&value[..end]).into_owned()
}
