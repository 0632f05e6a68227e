//! A large file, read in two halves side by side: most of the time that it takes is the parser's.
//!
//! The second half begins at a [`Seam`], at a line that looks like an item of a list, and is read as if
//! the list had just begun. Whether that is true nobody knows yet: the line may as well stand in a text
//! of many lines, or in another list. The first half settles it, because it does not end at the seam.
//! It is read as the whole file is, up to the first item that begins behind the seam, and it accepts
//! the seam only if
//!
//! 1. nothing was wrong so far;
//! 2. that item begins behind the dash of the line, and the item before it ended where the dash stands,
//!    or before. So the dash was no part of a text, and there is nothing else that it can have been but
//!    the sign of an item. It opened no list, or that would be the first item behind the seam, and such
//!    a list begins where its dash stands;
//! 3. exactly two things are open around that item: a mapping in the first column, and a list that is a
//!    value of it. So the dash is the sign of an item of this list, and the item is that one.
//!
//! What the parser has on its stack at such a dash is what it has there in the second half, behind
//! [`HEAD`]: a mapping in the first column, a key's value, a list at the column of the dash. Neither is
//! inside brackets, and in neither a key waits for its colon, because a line has just begun. What else
//! it keeps makes no difference: it compares indexes and lines with one another alone, so that they may
//! all be less by the same; the anchors and tags of the first half matter to those who use them, which
//! is a fault. So it goes on in the second half as it would have gone on.
//!
//! If the seam is not accepted or anything at all is wrong, both halves are thrown away and the file is
//! read in one piece. So every error is what it would have been.

use std::thread;

use saphyr_parser::{Event, Parser};

use super::ascii::Ascii;
use super::build::{Before, Builder, Next};
use super::seam::Seam;
use super::{Item, Kind, Tree};
use crate::faults::Faults;
use crate::spot::Spot;

/// What the second half stands behind. Its key is one that makes no text.
const HEAD: &str = "~:\n";
/// What that makes before the first item of the list.
const HEAD_ITEMS: usize = 3;

/// What was read before the seam.
pub(super) struct First<'a> {
    tree: Tree<'a>,
    /// The list that goes on behind the seam.
    list: usize,
    /// The item with which it goes on.
    next: Spot,
}

/// Reads a text in two halves; nothing if it is not large, or must be read in one piece.
pub(super) fn build(text: &str) -> Option<Tree<'_>> {
    let seam = Seam::near_middle(text)?;
    thread::scope(|scope| {
        let second = thread::Builder::new().spawn_scoped(scope, || second(text, seam));
        let second = second.ok()?;
        let first = first(text, seam);
        // Waited for in any case: a panic in there must not become one of the scope.
        let second = second.join().ok().flatten();
        join(first?, second?)
    })
}

/// The same at a seam of one's choice, and without a thread.
#[cfg(test)]
pub(super) fn at(text: &str, seam: Seam) -> Option<Tree<'_>> {
    join(first(text, seam)?, second(text, seam)?)
}

/// The first half, if the seam is where the second may begin.
pub(super) fn first(text: &str, seam: Seam) -> Option<First<'_>> {
    let mut faults = Faults::default();
    // With room for what will be joined to it.
    let mut builder = Builder::new(text, Before::default(), text.len(), &mut faults);
    for event in Parser::new(Ascii::new(text)?) {
        let (event, span) = event.ok()?;
        let spot = builder.spot(span);
        if is_item(&event) && spot.index as usize >= seam.line_start {
            let list = seam.list(&builder, spot)?;
            let tree = builder.tree;
            let next = spot;
            return faults.is_empty().then_some(First { tree, list, next });
        }
        if builder.event(event, spot) == Next::Stop {
            return None;
        }
    }
    None
}

/// The second half, if the seam is where it may begin.
fn second(text: &str, seam: Seam) -> Option<Tree<'_>> {
    let behind = &text[seam.line_start..];
    let before = Before {
        characters: seam.line_start.checked_sub(HEAD.len())?,
        lines: seam.lines.checked_sub(1)?,
    };
    let mut faults = Faults::default();
    let builder = Builder::new(text, before, behind.len(), &mut faults);
    let input = [HEAD, behind].concat();
    let tree = builder.whole(Parser::new(Ascii::new(&input)?))?;
    faults.is_empty().then_some(tree)
}

/// Puts the items behind the seam where they belong, and ends the list and the mapping around it where
/// they end.
fn join<'a>(first: First<'a>, mut second: Tree<'a>) -> Option<Tree<'a>> {
    // They agree about where they meet, or the lines are not those that were counted.
    if second.items.get(HEAD_ITEMS)?.spot != first.next {
        return None;
    }
    let mut tree = first.tree;
    let items = u32::try_from(tree.items.len() - HEAD_ITEMS).ok()?;
    let composed = u32::try_from(tree.composed.len()).ok()?;
    let mut moved = second.items.iter().map(|item| item.moved(items, composed));
    let (root, _key, list) = (moved.next()?, moved.next()?, moved.next()?);
    tree.items[0].kind = root.kind;
    tree.items[first.list].kind = list.kind;
    tree.items.extend(moved);
    tree.composed.append(&mut second.composed);
    Some(tree)
}

impl Item {
    /// The same behind so many more items and composed texts.
    fn moved(self, items: u32, composed: u32) -> Item {
        let kind = match self.kind {
            Kind::List(end) => Kind::List(end + items),
            Kind::Map(end) => Kind::Map(end + items),
            Kind::Composed(index) => Kind::Composed(index + composed),
            Kind::Null | Kind::Plain(_) | Kind::Quoted(_) | Kind::Broken => self.kind,
        };
        Item { kind, ..self }
    }
}

/// Does the event begin an item?
fn is_item(event: &Event<'_>) -> bool {
    match event {
        Event::Scalar(..)
        | Event::Alias(_)
        | Event::SequenceStart(..)
        | Event::MappingStart(..) => true,
        Event::Nothing
        | Event::StreamStart
        | Event::StreamEnd
        | Event::DocumentStart(_)
        | Event::DocumentEnd
        | Event::SequenceEnd
        | Event::MappingEnd => false,
    }
}
