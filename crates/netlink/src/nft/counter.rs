use super::numbers::{expr, object as attr};
use crate::attr::Attrs;

/// A named counter: it outlives the elements that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Its name, unique in the table; shorter than 256 bytes.
    pub name: String,
    /// What it has counted.
    pub frames: u64,
}

impl Counter {
    pub(crate) fn read(attrs: Attrs<'_>) -> Option<Counter> {
        Some(Counter {
            name: attrs.text(attr::NAME)?,
            frames: attrs.nested(attr::DATA).u64(expr::COUNTER_PACKETS)?,
        })
    }
}
