use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_policy::MacAddr;

use super::Field;

/// Bytes of a payload that are shown.
const SHOWN: usize = 24;

/// Takes fields from the front of a frame.
pub(super) struct Reader<'a> {
    frame: &'a [u8],
    at: usize,
    /// Where the innermost packet ends that said so.
    end: usize,
    fields: Vec<Field>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(frame: &'a [u8]) -> Reader<'a> {
        Reader {
            frame,
            at: 0,
            end: frame.len(),
            fields: Vec::new(),
        }
    }

    pub(super) fn into_fields(self) -> Vec<Field> {
        self.fields
    }

    /// Bytes that are left of the packet.
    pub(super) fn left(&self) -> usize {
        self.end.saturating_sub(self.at)
    }

    /// The packet ends so many bytes from here, if the frame goes so far.
    pub(super) fn end_in(&mut self, bytes: usize) {
        self.end = self.end.min(self.at.saturating_add(bytes));
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        (at < self.end)
            .then(|| self.frame.get(at).copied())
            .flatten()
    }

    fn take<const N: usize>(&mut self) -> Option<([u8; N], usize)> {
        let bytes = self.frame.get(self.at..self.end)?.first_chunk::<N>()?;
        let at = self.at;
        self.at += N;
        Some((*bytes, at))
    }

    fn push(
        &mut self,
        layer: &'static str,
        name: &'static str,
        offset: usize,
        length: usize,
        value: String,
    ) {
        self.fields.push(Field {
            layer,
            name,
            offset,
            length,
            value,
        });
    }

    pub(super) fn mac(&mut self, layer: &'static str, name: &'static str) -> Option<()> {
        let (bytes, at) = self.take::<6>()?;
        self.push(layer, name, at, 6, MacAddr(bytes).to_string());
        Some(())
    }

    pub(super) fn v4(&mut self, layer: &'static str, name: &'static str) -> Option<()> {
        let (bytes, at) = self.take::<4>()?;
        self.push(layer, name, at, 4, Ipv4Addr::from(bytes).to_string());
        Some(())
    }

    pub(super) fn v6(&mut self, layer: &'static str, name: &'static str) -> Option<()> {
        let (bytes, at) = self.take::<16>()?;
        self.push(layer, name, at, 16, Ipv6Addr::from(bytes).to_string());
        Some(())
    }

    /// A number of one byte, in words of its own if it has any.
    pub(super) fn byte(
        &mut self,
        layer: &'static str,
        name: &'static str,
        words: impl FnOnce(u8) -> Option<&'static str>,
    ) -> Option<u8> {
        let ([value], at) = self.take::<1>()?;
        let text = match words(value) {
            Some(words) => format!("{value} ({words})"),
            None => value.to_string(),
        };
        self.push(layer, name, at, 1, text);
        Some(value)
    }

    /// A number of two bytes.
    pub(super) fn number(&mut self, layer: &'static str, name: &'static str) -> Option<u16> {
        let (bytes, at) = self.take::<2>()?;
        let value = u16::from_be_bytes(bytes);
        self.push(layer, name, at, 2, value.to_string());
        Some(value)
    }

    /// Two bytes that are usually written in hexadecimal digits, or otherwise as `words` has it.
    pub(super) fn pair(
        &mut self,
        layer: &'static str,
        name: &'static str,
        words: impl FnOnce(u16) -> Option<String>,
    ) -> Option<u16> {
        let (bytes, at) = self.take::<2>()?;
        let value = u16::from_be_bytes(bytes);
        let text = match words(value) {
            Some(words) => format!("0x{value:04x} ({words})"),
            None => format!("0x{value:04x}"),
        };
        self.push(layer, name, at, 2, text);
        Some(value)
    }

    /// So many bytes, or as many as there are, as they are.
    pub(super) fn bytes(&mut self, layer: &'static str, name: &'static str, many: usize) {
        let many = many.min(self.left());
        if many == 0 {
            return;
        }
        let at = self.at;
        self.at += many;
        let bytes = self.frame.get(at..self.at).unwrap_or_default();
        let shown: Vec<String> = bytes
            .iter()
            .take(SHOWN)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let more = if many > SHOWN { " …" } else { "" };
        self.push(layer, name, at, many, format!("{}{more}", shown.join(" ")));
    }

    /// What is left of the packet, and then of the frame.
    pub(super) fn rest(&mut self) {
        self.bytes("payload", "bytes", usize::MAX);
        self.end = self.frame.len();
        self.bytes("padding", "bytes", usize::MAX);
    }
}
