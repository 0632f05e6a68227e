use crate::excerpt::Lines;
use crate::object::Object;
use crate::quote::shown;
use crate::spot::Spot;
use crate::yaml::Node;
use crate::{OtherPlace, PolicyError, PolicyErrors};

/// What has been found wrong so far; reading goes on, so that the writer learns everything at once.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

struct Fault {
    at: Spot,
    object: Option<String>,
    field: Option<&'static str>,
    text: Option<String>,
    message: String,
    other: Option<OtherPlace>,
}

/// The key of an object: where a value belongs.
#[derive(Clone, Copy)]
pub(crate) struct Place<'t> {
    pub(crate) object: Object<'t>,
    pub(crate) field: Option<&'static str>,
}

impl<'t> Object<'t> {
    /// The object itself.
    pub(crate) fn whole(self) -> Place<'t> {
        Place {
            object: self,
            field: None,
        }
    }

    /// One of its keys.
    pub(crate) fn field(self, field: &'static str) -> Place<'t> {
        Place {
            object: self,
            field: Some(field),
        }
    }
}

impl Faults {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Something about the file, not about a value in it.
    pub(crate) fn file(&mut self, at: Spot, message: impl Into<String>) {
        self.0.push(Fault {
            at,
            object: None,
            field: None,
            text: None,
            message: message.into(),
            other: None,
        });
    }

    /// Something about one value.
    pub(crate) fn value(&mut self, node: Node<'_>, place: Place<'_>, message: impl Into<String>) {
        self.push(node, place, message.into(), None);
    }

    /// Something about two values that do not go together.
    pub(crate) fn conflict(
        &mut self,
        node: Node<'_>,
        place: Place<'_>,
        message: impl Into<String>,
        (other, object): (Node<'_>, Object<'_>),
    ) {
        let spot = other.spot();
        let other = OtherPlace {
            object: object.to_string(),
            line: spot.line as usize,
            column: spot.column as usize,
        };
        self.push(node, place, message.into(), Some(other));
    }

    fn push(
        &mut self,
        node: Node<'_>,
        place: Place<'_>,
        message: String,
        other: Option<OtherPlace>,
    ) {
        self.0.push(Fault {
            at: node.spot(),
            object: place.object.name(),
            field: place.field,
            text: node.text().map(shown),
            message,
            other,
        });
    }

    /// The errors as the caller of the crate sees them.
    pub(crate) fn finish(mut self, text: &str, file: &str) -> PolicyErrors {
        if self.0.is_empty() {
            // Cannot be: a file that gave no policy gave a reason. Nobody may take it for a success.
            self.file(
                Spot::START,
                "the file gives no policy, and no reason: please report this",
            );
        }
        self.0.sort_by_key(|fault| fault.at);
        let mut lines = Lines::of(text);
        PolicyErrors(
            self.0
                .into_iter()
                .map(|fault| fault.finish(&mut lines, file))
                .collect(),
        )
    }
}

impl Fault {
    fn finish(self, lines: &mut Lines<'_>, file: &str) -> PolicyError {
        PolicyError {
            file: file.to_owned(),
            line: self.at.line as usize,
            column: self.at.column as usize,
            object: self.object,
            field: self.field.map(str::to_owned),
            text: self.text,
            message: self.message,
            other: self.other,
            excerpt: lines.excerpt(self.at),
        }
    }
}
