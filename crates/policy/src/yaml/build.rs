use saphyr_parser::{Event, Input, Parser, ScalarStyle, Span, Tag};

use super::ascii::Ascii;
use super::syntax::sentence;
use super::{Item, Kind, Tree, split};
use crate::faults::Faults;
use crate::spot::{Spot, narrow};

/// No policy nests deeper than a handful.
const DEEPEST: usize = 32;

/// A guess that spares large files the moving of what was read: the shortest item is a word.
const BYTES_AN_ITEM: usize = 6;

/// Makes a tree of what the parser says.
pub(super) struct Builder<'a, 'f> {
    pub(super) tree: Tree<'a>,
    /// The lists and mappings around the next item, the innermost last.
    pub(super) open: Vec<usize>,
    before: Before,
    /// Can the characters of the whole text be counted in bytes?
    ascii: bool,
    documents: usize,
    faults: &'f mut Faults,
}

/// What stands in the whole text before that which the parser was given.
#[derive(Clone, Copy, Default)]
pub(super) struct Before {
    pub(super) characters: usize,
    pub(super) lines: usize,
}

/// What to do after an event.
#[derive(PartialEq)]
pub(super) enum Next {
    Go,
    Stop,
}

impl<'a> Tree<'a> {
    /// Reads the text; nothing if it cannot be read to its end.
    pub(crate) fn build(text: &'a str, faults: &mut Faults) -> Option<Tree<'a>> {
        split::build(text).or_else(|| Tree::build_whole(text, faults))
    }

    /// Reads the text in one piece.
    pub(super) fn build_whole(text: &'a str, faults: &mut Faults) -> Option<Tree<'a>> {
        let builder = Builder::new(text, Before::default(), text.len(), faults);
        match Ascii::new(text) {
            Some(input) => builder.whole(Parser::new(input)),
            None => builder.whole(Parser::new_from_str(text)),
        }
    }
}

impl<'a, 'f> Builder<'a, 'f> {
    /// A builder of a part of the text, with room for what so many bytes of it hold.
    pub(super) fn new(
        text: &'a str,
        before: Before,
        bytes: usize,
        faults: &'f mut Faults,
    ) -> Builder<'a, 'f> {
        Builder {
            tree: Tree {
                text,
                items: Vec::with_capacity(bytes / BYTES_AN_ITEM),
                composed: Vec::new(),
            },
            open: Vec::new(),
            before,
            ascii: text.is_ascii(),
            documents: 0,
            faults,
        }
    }

    /// The tree of all that the parser says.
    pub(super) fn whole<T: Input>(mut self, parser: Parser<'_, T>) -> Option<Tree<'a>> {
        for event in parser {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let (spot, message) = sentence(&error, self.tree.text);
                    self.faults.file(spot, message);
                    return None;
                }
            };
            let spot = self.spot(span);
            if self.event(event, spot) == Next::Stop {
                return None;
            }
        }
        Some(self.tree)
    }

    /// Where something stands in the whole text.
    pub(super) fn spot(&self, span: Span) -> Spot {
        Spot {
            index: narrow(self.before.characters + span.start.index()),
            line: narrow(self.before.lines + span.start.line()),
            column: narrow(span.start.col() + 1),
            width: narrow(span.end.index().saturating_sub(span.start.index())),
        }
    }

    /// Takes one event.
    pub(super) fn event(&mut self, event: Event<'_>, spot: Spot) -> Next {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(spot, anchor, tag.as_deref());
                let kind = match tag {
                    Some(_) => Kind::Broken,
                    None => self.text(&text, style, spot),
                };
                self.push(kind, spot);
            }
            Event::Alias(_) => {
                self.faults.file(
                    spot,
                    "aliases are not read; write the value out, without the '*'",
                );
                self.push(Kind::Broken, spot);
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(spot, anchor, tag.as_deref());
                return self.open(Kind::List(0), spot);
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(spot, anchor, tag.as_deref());
                return self.open(Kind::Map(0), spot);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::DocumentStart(_) => return self.document(spot),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Next::Go
    }

    fn text(&mut self, text: &str, style: ScalarStyle, spot: Spot) -> Kind {
        match style {
            // The core schema of YAML 1.2, section 10.3.2.
            ScalarStyle::Plain if matches!(text, "" | "~" | "null" | "Null" | "NULL") => Kind::Null,
            ScalarStyle::Plain if self.stands(text, spot, 0) => Kind::Plain(narrow(text.len())),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if self.stands(text, spot, 1) => {
                Kind::Quoted(narrow(text.len()))
            }
            ScalarStyle::Plain
            | ScalarStyle::SingleQuoted
            | ScalarStyle::DoubleQuoted
            | ScalarStyle::Literal
            | ScalarStyle::Folded => {
                self.tree.composed.push(text.to_owned());
                Kind::Composed(narrow(self.tree.composed.len() - 1))
            }
        }
    }

    /// Does the text stand in the file as it is? So that large files need no second copy of it.
    fn stands(&self, text: &str, spot: Spot, quote: usize) -> bool {
        let start = spot.index as usize + quote;
        self.ascii && self.tree.text.get(start..start + text.len()) == Some(text)
    }

    fn push(&mut self, kind: Kind, spot: Spot) {
        self.tree.items.push(Item { spot, kind });
    }

    fn open(&mut self, kind: Kind, spot: Spot) -> Next {
        if self.open.len() == DEEPEST {
            self.faults.file(
                spot,
                format!("nested more than {DEEPEST} levels deep; no policy is"),
            );
            return Next::Stop;
        }
        self.open.push(self.tree.items.len());
        self.push(kind, spot);
        Next::Go
    }

    fn close(&mut self) {
        if let Some(index) = self.open.pop() {
            let end = narrow(self.tree.items.len());
            self.tree.items[index].kind.end_at(end);
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
