use std::iter;

use super::build::Builder;
use super::{Kind, Tree};
use crate::spot::Spot;

/// A place between two lines of a text of ASCII where it may be taken apart: the line behind it looks
/// like an item of a list, `<spaces>- `.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seam {
    /// Where that line begins.
    pub(super) line_start: usize,
    /// Where its dash stands.
    pub(super) dash: usize,
    /// How many lines come before it.
    pub(super) lines: usize,
}

/// Some two thousand ports. What is smaller takes a few milliseconds, and no second thread.
const LARGE: usize = 256 * 1024;

/// The list that makes a file large.
const LIST: &str = "\nports:";

impl Seam {
    /// Where to take a text apart; nowhere if it is short, not ASCII, or its list not in block style.
    pub(super) fn near_middle(text: &str) -> Option<Seam> {
        if text.len() < LARGE || !text.is_ascii() {
            return None;
        }
        let list = text.find(LIST)? + LIST.len();
        let item = beginning_of_items(&text[list..])?;
        let next = |from: usize| Some(from + text[from..].find(&item)? + 1);
        // Behind the first item, which is no place for a seam: the list begins with it.
        let from = next(list)?.max(text.len() / 2);
        Seam::at(text, next(from)?)
    }

    /// The seam before the line that begins here, if that looks like an item.
    pub(super) fn at(text: &str, line_start: usize) -> Option<Seam> {
        let (before, line) = text.split_at_checked(line_start)?;
        let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
        let fits = before.ends_with('\n') && line[spaces..].starts_with("- ");
        fits.then(|| Seam {
            line_start,
            dash: line_start + spaces,
            lines: before.bytes().filter(|byte| *byte == b'\n').count(),
        })
    }

    /// The list that goes on behind the seam, if one may go on there: asked when the first item that
    /// begins behind the seam is about to be built. The head of `split` says why this is enough.
    pub(super) fn list(&self, builder: &Builder<'_, '_>, first: Spot) -> Option<usize> {
        let [root, list] = builder.open[..] else {
            return None;
        };
        let tree = &builder.tree;
        let last = tree.items.last()?.spot;
        let fits = first.index as usize > self.dash
            && last.index as usize + last.width as usize <= self.dash
            && matches!(tree.items[root].kind, Kind::Map(_))
            && tree.items[root].spot.column == 1
            && matches!(tree.items[list].kind, Kind::List(_))
            && is_value(tree, root, list);
        fits.then_some(list)
    }
}

/// The line break, the spaces and the dash with which the items of a list begin.
fn beginning_of_items(list: &str) -> Option<String> {
    let mut lines = list.lines().skip(1);
    let first =
        lines.find(|line| !matches!(line.trim_start().bytes().next(), None | Some(b'#')))?;
    let (spaces, _) = first.split_once("- ")?;
    let blank = spaces.bytes().all(|byte| byte == b' ');
    blank.then(|| format!("\n{spaces}- "))
}

/// Is this one of the values of the mapping, and not one of its keys?
fn is_value(tree: &Tree<'_>, map: usize, item: usize) -> bool {
    let entries = iter::successors(Some(map + 1), |entry| Some(tree.end(*entry)));
    entries.take_while(|entry| *entry < item).count() % 2 == 1
}
