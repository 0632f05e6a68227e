use super::{Item, Kind, Tree};
use crate::quote::quoted;
use crate::spot::Spot;

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
    fn item(self) -> Item {
        self.tree.items[self.index]
    }

    /// Where it stands.
    pub(crate) fn spot(self) -> Spot {
        self.item().spot
    }

    /// What it is.
    pub(crate) fn view(self) -> View<'t> {
        match self.item().kind {
            Kind::Null => View::Null,
            Kind::Plain(bytes) => View::Text(self.slice(0, bytes)),
            Kind::Quoted(bytes) => View::Text(self.slice(1, bytes)),
            Kind::Composed(index) => View::Text(&self.tree.composed[index as usize]),
            Kind::List(end) => View::List(self.children(end)),
            Kind::Map(end) => View::Map(Pairs(self.children(end))),
            Kind::Broken => View::Broken,
        }
    }

    /// A text of the file that begins so many characters behind the place of this item.
    fn slice(self, quote: usize, bytes: u32) -> &'t str {
        let start = self.spot().index as usize + quote;
        &self.tree.text[start..start + bytes as usize]
    }

    fn children(self, end: u32) -> Children<'t> {
        Children {
            tree: self.tree,
            next: self.index + 1,
            end: end as usize,
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
        self.next = self.tree.end(node.index);
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
