//! The text of a file as a tree that knows where everything stands. YAML 1.2, and JSON with it.

mod build;
mod syntax;

use crate::quote::quoted;
use crate::spot::Spot;

/// A document, flat: each item is followed by what it contains.
///
/// So a file of ten thousand ports is one allocation and not a hundred thousand, and a file that
/// nests deeply cannot exhaust the stack.
pub(crate) struct Tree<'a> {
    items: Vec<Item<'a>>,
    /// Texts that do not stand in the file as they are.
    texts: Vec<String>,
}

struct Item<'a> {
    kind: Kind<'a>,
    spot: Spot,
    /// The index of the first item that is not part of this one.
    end: u32,
}

enum Kind<'a> {
    Plain(&'a str),
    Quoted(&'a str),
    /// A text that had to be put together (escapes, folded lines): its index in the tree.
    Composed(usize),
    List,
    Map,
    /// Already reported; whoever meets it says no more.
    Broken,
}

/// One value in a [`Tree`].
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    tree: &'t Tree<'t>,
    index: usize,
}

/// What a value is.
pub(crate) enum View<'t> {
    Text(&'t str),
    Null,
    List(Children<'t>),
    Map(Pairs<'t>),
    Broken,
}

impl Tree<'_> {
    /// The value that is the document, if there is any.
    pub(crate) fn root(&self) -> Option<Node<'_>> {
        self.items.first().map(|_| Node {
            tree: self,
            index: 0,
        })
    }
}

impl<'t> Node<'t> {
    fn item(self) -> &'t Item<'t> {
        &self.tree.items[self.index]
    }

    /// Where it stands.
    pub(crate) fn spot(self) -> Spot {
        self.item().spot
    }

    /// What it is.
    pub(crate) fn view(self) -> View<'t> {
        match &self.item().kind {
            // The core schema of YAML 1.2, section 10.3.2.
            Kind::Plain("" | "~" | "null" | "Null" | "NULL") => View::Null,
            Kind::Plain(text) | Kind::Quoted(text) => View::Text(text),
            Kind::Composed(index) => View::Text(&self.tree.texts[*index]),
            Kind::List => View::List(self.children()),
            Kind::Map => View::Map(Pairs(self.children())),
            Kind::Broken => View::Broken,
        }
    }

    fn children(self) -> Children<'t> {
        Children {
            tree: self.tree,
            next: self.index + 1,
            end: self.item().end as usize,
        }
    }

    /// Its text, if it is one value.
    pub(crate) fn text(self) -> Option<&'t str> {
        match self.view() {
            View::Text(text) => Some(text),
            View::Null | View::List(_) | View::Map(_) | View::Broken => None,
        }
    }

    /// How a message names it.
    pub(crate) fn quoted(self) -> String {
        match self.view() {
            View::Text(text) => quoted(text),
            View::Null => "nothing".to_owned(),
            View::List(_) => "a list".to_owned(),
            View::Map(_) => "a mapping".to_owned(),
            View::Broken => "a value".to_owned(),
        }
    }
}

/// The values of a list.
#[derive(Clone)]
pub(crate) struct Children<'t> {
    tree: &'t Tree<'t>,
    next: usize,
    end: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let node = Node {
            tree: self.tree,
            index: self.next,
        };
        self.next = node.item().end as usize;
        Some(node)
    }
}

/// The keys and values of a mapping.
#[derive(Clone)]
pub(crate) struct Pairs<'t>(Children<'t>);

impl<'t> Iterator for Pairs<'t> {
    type Item = (Node<'t>, Node<'t>);

    fn next(&mut self) -> Option<(Node<'t>, Node<'t>)> {
        Some((self.0.next()?, self.0.next()?))
    }
}
