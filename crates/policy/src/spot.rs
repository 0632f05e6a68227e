use std::fmt;

/// Where something stands in the text of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Spot {
    /// Characters before it in the whole text.
    pub(crate) index: u32,
    /// The line, counted from 1.
    pub(crate) line: u32,
    /// The column in characters, counted from 1.
    pub(crate) column: u32,
    /// How many characters long it is; it may go on over the end of its line.
    pub(crate) width: u32,
}

impl Spot {
    /// The first character of a text.
    pub(crate) const START: Spot = Spot {
        index: 0,
        line: 1,
        column: 1,
        width: 0,
    };

    /// The character at this byte of the text.
    pub(crate) fn at_byte(text: &str, byte: usize) -> Spot {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Spot {
            index: narrow(before.chars().count()),
            line: narrow(before.bytes().filter(|b| *b == b'\n').count() + 1),
            column: narrow(before[line_start..].chars().count() + 1),
            width: 1,
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A count within a text; nobody writes a policy of four billion characters.
pub(crate) fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
