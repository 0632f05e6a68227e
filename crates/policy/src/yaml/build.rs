use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::syntax::sentence;
use super::{Item, Kind, Tree};
use crate::faults::Faults;
use crate::spot::{Spot, narrow};

/// No policy nests deeper than a handful.
const DEEPEST: usize = 32;

struct Builder<'a, 'f> {
    /// The whole text, if its characters can be counted in bytes.
    ascii: Option<&'a str>,
    tree: Tree<'a>,
    open: Vec<usize>,
    documents: usize,
    faults: &'f mut Faults,
}

/// A guess that spares large files the moving of what was read: the shortest item is a word.
const BYTES_AN_ITEM: usize = 6;

/// What to do after an event.
enum Next {
    Go,
    Stop,
}

impl<'a> Tree<'a> {
    /// Reads the text; nothing if it cannot be read to its end.
    pub(crate) fn build(text: &'a str, faults: &mut Faults) -> Option<Tree<'a>> {
        let mut builder = Builder {
            ascii: Some(text).filter(|text| text.is_ascii()),
            tree: Tree {
                items: Vec::with_capacity(text.len() / BYTES_AN_ITEM),
                texts: Vec::new(),
            },
            open: Vec::new(),
            documents: 0,
            faults,
        };
        for event in Parser::new_from_str(text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let (spot, message) = sentence(&error, text);
                    builder.faults.file(spot, message);
                    return None;
                }
            };
            match builder.event(event, spot(span)) {
                Next::Go => {}
                Next::Stop => return None,
            }
        }
        Some(builder.tree)
    }
}

impl<'a> Builder<'a, '_> {
    fn event(&mut self, event: Event<'a>, spot: Spot) -> Next {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(spot, anchor, tag.as_deref());
                let kind = match tag {
                    Some(_) => Kind::Broken,
                    None => self.text(text, style, spot),
                };
                self.leaf(kind, spot);
            }
            Event::Alias(_) => {
                self.faults.file(
                    spot,
                    "aliases are not read; write the value out, without the '*'",
                );
                self.leaf(Kind::Broken, spot);
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(spot, anchor, tag.as_deref());
                return self.open(Kind::List, spot);
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(spot, anchor, tag.as_deref());
                return self.open(Kind::Map, spot);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::DocumentStart(_) => return self.document(spot),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Next::Go
    }

    /// The text as it stands in the file if it does, so that large files need no second copy.
    fn text(&mut self, text: Cow<'a, str>, style: ScalarStyle, spot: Spot) -> Kind<'a> {
        let quote = usize::from(matches!(
            style,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted
        ));
        let start = spot.index as usize + quote;
        let slice = self
            .ascii
            .and_then(|whole| whole.get(start..start + text.len()));
        match slice.filter(|slice| **slice == *text) {
            Some(slice) if style == ScalarStyle::Plain => Kind::Plain(slice),
            Some(slice) => Kind::Quoted(slice),
            None if style == ScalarStyle::Plain && text.is_empty() => Kind::Plain(""),
            None => {
                self.tree.texts.push(text.into_owned());
                Kind::Composed(self.tree.texts.len() - 1)
            }
        }
    }

    fn leaf(&mut self, kind: Kind<'a>, spot: Spot) {
        let end = narrow(self.tree.items.len() + 1);
        self.tree.items.push(Item { kind, spot, end });
    }

    fn open(&mut self, kind: Kind<'a>, spot: Spot) -> Next {
        if self.open.len() == DEEPEST {
            self.faults.file(
                spot,
                format!("nested more than {DEEPEST} levels deep; no policy is"),
            );
            return Next::Stop;
        }
        self.open.push(self.tree.items.len());
        self.leaf(kind, spot);
        Next::Go
    }

    fn close(&mut self) {
        if let Some(index) = self.open.pop() {
            self.tree.items[index].end = narrow(self.tree.items.len());
        }
    }

    fn document(&mut self, spot: Spot) -> Next {
        self.documents += 1;
        if self.documents == 1 {
            return Next::Go;
        }
        self.faults.file(
            spot,
            "a second document begins here; a policy is one document: remove the line and join both",
        );
        Next::Stop
    }

    /// A value that is written elsewhere, or means something else than it says, is one that a reader
    /// of the file overlooks; and expanded aliases make small files huge.
    fn refuse_extras(&mut self, spot: Spot, anchor: usize, tag: Option<&Tag>) {
        if anchor != 0 {
            self.faults.file(
                spot,
                "anchors are not read; remove the word that begins with '&'",
            );
        }
        if tag.is_some() {
            self.faults.file(
                spot,
                "tags are not read; remove the word that begins with '!'",
            );
        }
    }
}

fn spot(span: Span) -> Spot {
    Spot {
        index: narrow(span.start.index()),
        line: narrow(span.start.line()),
        column: narrow(span.start.col() + 1),
        width: narrow(span.end.index().saturating_sub(span.start.index())),
    }
}
