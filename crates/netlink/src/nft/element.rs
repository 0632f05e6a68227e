use super::Verdict;
use super::expr::COUNTER;
use super::numbers::{element as attr, expr as number};
use crate::attr::Attrs;
use crate::message::Messages;

/// One element of a set or map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element {
    /// The key, as registers hold it; empty for the one that stands for all other keys.
    pub key: Vec<u8>,
    /// What it leads to.
    pub value: Value,
    /// Bytes that the kernel keeps and does not look at; at most 256.
    pub note: Vec<u8>,
    /// Frames and bytes counted, where the kernel told; ignored on the way in.
    pub counted: Option<(u64, u64)>,
    /// It has what this crate never writes: the end of a range, a time to live, or an expression that
    /// is no counter.
    pub odd: bool,
}

/// What a key leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing: an element of a plain set.
    None,
    /// Bytes.
    Bytes(Vec<u8>),
    /// A verdict.
    Verdict(Verdict),
    /// The counter of this name.
    Counter(String),
}

impl Element {
    /// An element of a plain set.
    pub fn of(key: Vec<u8>) -> Element {
        Element {
            key,
            value: Value::None,
            note: Vec::new(),
            counted: None,
            odd: false,
        }
    }

    /// An element of a map.
    pub fn mapping(key: Vec<u8>, data: Vec<u8>) -> Element {
        Element {
            value: Value::Bytes(data),
            ..Element::of(key)
        }
    }

    /// An element that leads to a named counter.
    pub fn counted_by(key: Vec<u8>, counter: String) -> Element {
        Element {
            value: Value::Counter(counter),
            ..Element::of(key)
        }
    }

    pub(crate) fn write(&self, to: &mut Messages) {
        let element = to.nest(number::LIST_ELEM);
        self.write_name(to);
        match &self.value {
            Value::None => {}
            Value::Bytes(bytes) => {
                let data = to.nest(attr::DATA);
                to.attr(number::VALUE, bytes);
                to.close(data);
            }
            Value::Verdict(verdict) => {
                let data = to.nest(attr::DATA);
                verdict.write(to);
                to.close(data);
            }
            Value::Counter(name) => to.attr_str(attr::OBJECT, name),
        }
        if !self.note.is_empty() {
            to.attr(attr::USERDATA, &self.note);
        }
        to.close(element);
    }

    pub(crate) fn write_key(&self, to: &mut Messages) {
        let element = to.nest(number::LIST_ELEM);
        self.write_name(to);
        to.close(element);
    }

    fn write_name(&self, to: &mut Messages) {
        if self.key.is_empty() {
            to.attr_u32(attr::FLAGS, attr::FLAG_CATCH_ALL);
            return;
        }
        let key = to.nest(attr::KEY);
        to.attr(number::VALUE, &self.key);
        to.close(key);
    }

    /// No more bytes than this on the wire.
    pub(crate) fn wire_len(&self) -> usize {
        let counter = match &self.value {
            Value::Counter(name) => name.len(),
            Value::None | Value::Bytes(_) | Value::Verdict(_) => 0,
        };
        self.key.len() + self.note.len() + counter + 220
    }

    pub(crate) fn read(element: Attrs<'_>) -> Option<Element> {
        let data = element.nested(attr::DATA);
        let value = match (data.find(number::VALUE), data.find(number::VERDICT)) {
            (Some(bytes), _) => Value::Bytes(bytes.to_vec()),
            (None, Some(verdict)) => Value::Verdict(Verdict::read(Attrs(verdict))?),
            (None, None) => element
                .text(attr::OBJECT)
                .map_or(Value::None, Value::Counter),
        };
        let expr = element.find(attr::EXPR).map(Attrs);
        let counter = expr.map(|expr| expr.nested(number::DATA));
        let plain = expr.is_none_or(|expr| expr.text(number::NAME).as_deref() == Some(COUNTER));
        let odd = attr::ODD.iter().any(|kind| element.find(*kind).is_some());
        let key = element.nested(attr::KEY).find(number::VALUE);
        let flags = element.u32(attr::FLAGS).unwrap_or(0);
        let catches_all = key.is_none() && flags == attr::FLAG_CATCH_ALL;
        Some(Element {
            key: if catches_all { &[] } else { key? }.to_vec(),
            value,
            note: element.find(attr::USERDATA).unwrap_or(&[]).to_vec(),
            counted: counter.and_then(|counter| {
                Some((
                    counter.u64(number::COUNTER_PACKETS)?,
                    counter.u64(number::COUNTER_BYTES)?,
                ))
            }),
            odd: odd || !plain || flags & !attr::FLAG_CATCH_ALL != 0,
        })
    }
}
