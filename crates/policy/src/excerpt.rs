use std::ops::Range;

use crate::spot::Spot;

/// How much of a line an excerpt shows on each side of the error.
const AROUND: usize = 60;

/// A piece of one line of the file around an error.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The line, or its part around the error if it is long; nothing in it moves a terminal's cursor.
    pub text: String,
    /// The characters of `text` that are wrong.
    pub marked: Range<usize>,
}

/// Walks a text once, so that ten thousand errors on one long line stay cheap.
pub(crate) struct Lines<'a> {
    rest: &'a str,
    index: usize,
}

impl<'a> Lines<'a> {
    /// The lines of this text.
    pub(crate) fn of(text: &'a str) -> Lines<'a> {
        Lines {
            rest: text,
            index: 0,
        }
    }

    /// The piece around this place, which is behind every place asked for before.
    pub(crate) fn excerpt(&mut self, at: Spot) -> Excerpt {
        let left = (at.column as usize).saturating_sub(1);
        let before = left.min(AROUND);
        self.forward((at.index as usize).saturating_sub(before));
        // No further than needed: all of a JSON file may be one line.
        let line = self.rest.chars().take_while(|c| !matches!(c, '\n' | '\r'));
        let mut line = line.map(harmless);
        let cut = if left > before { "…" } else { "" };
        let mut text: String = cut
            .chars()
            .chain(line.by_ref().take(before + AROUND))
            .collect();
        let start = before + cut.chars().count();
        let end = (start + at.width as usize)
            .min(text.chars().count())
            .max(start);
        if line.next().is_some() {
            text.push('…');
        }
        Excerpt {
            text,
            marked: start..end,
        }
    }

    fn forward(&mut self, index: usize) {
        let skip = index.saturating_sub(self.index);
        let byte = self
            .rest
            .char_indices()
            .nth(skip)
            .map_or(self.rest.len(), |(byte, _)| byte);
        self.rest = &self.rest[byte..];
        self.index = self.index.max(index);
    }
}

/// Every character one column wide, and none that a terminal obeys.
fn harmless(c: char) -> char {
    match c {
        '\t' => ' ',
        _ if c.escape_debug().len() > 1 && !matches!(c, '"' | '\'' | '\\') => '·',
        _ => c,
    }
}
