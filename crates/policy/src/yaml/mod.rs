//! The text of a file as a tree that knows where everything stands. YAML 1.2, and JSON with it.

mod ascii;
mod build;
mod node;
mod seam;
mod split;
mod syntax;
#[cfg(test)]
mod tests;

pub(crate) use node::{Children, Node, Pairs, View};

use crate::spot::Spot;

/// A document, flat: each item is followed by what it contains.
///
/// So a file of ten thousand ports is one allocation and not a hundred thousand, and a file that
/// nests deeply cannot exhaust the stack.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) struct Tree<'a> {
    /// The whole file.
    text: &'a str,
    items: Vec<Item>,
    /// Texts that do not stand in the file as they are.
    composed: Vec<String>,
}

/// Small, because fresh memory is what a large file waits for most after the parser.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq))]
struct Item {
    spot: Spot,
    kind: Kind,
}

#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq))]
enum Kind {
    /// Nothing, in one of the spellings of YAML.
    Null,
    /// A text that begins at its spot and stands in the file so many bytes long.
    Plain(u32),
    /// The same, but it begins behind a quote.
    Quoted(u32),
    /// A text that had to be put together (escapes, folded lines): its index in the tree.
    Composed(u32),
    /// A list, and the index of the first item that is not part of it.
    List(u32),
    /// A mapping, and the same.
    Map(u32),
    /// Already reported; whoever meets it says no more.
    Broken,
}

impl Kind {
    /// Says where a list or a mapping ends.
    fn end_at(&mut self, index: u32) {
        if let Kind::List(end) | Kind::Map(end) = self {
            *end = index;
        }
    }
}

impl Tree<'_> {
    /// The index of the first item that is not part of this one.
    fn end(&self, index: usize) -> usize {
        match self.items[index].kind {
            Kind::List(end) | Kind::Map(end) => end as usize,
            Kind::Null | Kind::Plain(_) | Kind::Quoted(_) | Kind::Composed(_) | Kind::Broken => {
                index + 1
            }
        }
    }
}
