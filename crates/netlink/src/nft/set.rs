use super::numbers::{object, set as attr};
use crate::attr::Attrs;
use crate::message::Messages;

/// A set or map, without its elements. All are hash tables: what a look-up costs does not grow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Its name, unique in the table.
    pub name: String,
    /// Length of a key in bytes.
    pub key_len: u32,
    /// What a key leads to.
    pub data: SetData,
    /// Rules may add elements.
    pub dynamic: bool,
    /// At most so many elements; a set of known size is a plain table, others grow.
    pub size: Option<u32>,
    /// It is of a kind that this crate never writes: its elements are ranges, or run out, or lead to
    /// something else than counters.
    pub odd: bool,
}

/// What a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetData {
    /// Nothing: a plain set.
    None,
    /// So many bytes.
    Bytes(u32),
    /// A verdict.
    Verdict,
    /// A named counter.
    Counter,
}

impl Set {
    pub(crate) fn write(&self, to: &mut Messages, id: u32) {
        let mut flags = 0;
        to.attr_str(attr::NAME, &self.name);
        to.attr_u32(attr::KEY_TYPE, attr::TYPE_INTEGER);
        to.attr_u32(attr::KEY_LEN, self.key_len);
        match self.data {
            SetData::None => {}
            SetData::Bytes(len) => {
                flags |= attr::FLAG_MAP;
                to.attr_u32(attr::DATA_TYPE, attr::TYPE_INTEGER);
                to.attr_u32(attr::DATA_LEN, len);
            }
            SetData::Verdict => {
                flags |= attr::FLAG_MAP;
                to.attr_u32(attr::DATA_TYPE, attr::DATA_VERDICT);
            }
            SetData::Counter => {
                flags |= attr::FLAG_OBJECT;
                to.attr_u32(attr::OBJECT_TYPE, object::COUNTER);
            }
        }
        if self.dynamic {
            flags |= attr::FLAG_EVAL;
        }
        if let Some(size) = self.size {
            let desc = to.nest(attr::DESC);
            to.attr_u32(attr::DESC_SIZE, size);
            to.close(desc);
        }
        to.attr_u32(attr::FLAGS, flags);
        to.attr_u32(attr::ID, id);
    }

    pub(crate) fn read(attrs: Attrs<'_>) -> Option<Set> {
        let flags = attrs.u32(attr::FLAGS).unwrap_or(0);
        let data = match (flags & attr::FLAG_MAP != 0, attrs.u32(attr::DATA_TYPE)) {
            _ if flags & attr::FLAG_OBJECT != 0 => SetData::Counter,
            (false, _) => SetData::None,
            (true, Some(attr::DATA_VERDICT)) => SetData::Verdict,
            (true, _) => SetData::Bytes(attrs.u32(attr::DATA_LEN)?),
        };
        let known = attr::FLAG_MAP | attr::FLAG_EVAL | attr::FLAG_OBJECT;
        let object = attrs.u32(attr::OBJECT_TYPE).unwrap_or(object::COUNTER);
        Some(Set {
            name: attrs.text(attr::NAME)?,
            key_len: attrs.u32(attr::KEY_LEN)?,
            data,
            dynamic: flags & attr::FLAG_EVAL != 0,
            size: attrs.nested(attr::DESC).u32(attr::DESC_SIZE),
            odd: flags & !known != 0 || object != object::COUNTER,
        })
    }
}
