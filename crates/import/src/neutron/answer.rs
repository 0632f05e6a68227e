use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::note::Note;
use crate::quote::shown;
use crate::source::Place;
use crate::{ImportError, Source};

/// An object of an answer, and where it stands.
pub(super) struct Found<T> {
    pub(super) place: Place,
    pub(super) body: T,
}

/// What an answer can be about.
pub(super) trait Kind: DeserializeOwned {
    /// The key of many.
    const MANY: &'static str;
    /// The key of one.
    const ONE: &'static str;
    /// A key that no other kind has.
    const MARK: &'static str;
}

/// The objects of an answer. An answer that is but a page of it gives a note.
pub(super) fn read<T: Kind>(
    source: &Source<'_>,
    notes: &mut Vec<Note>,
) -> Result<Vec<Found<T>>, ImportError> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(source.text);
    let value: Value = serde_json::from_str(text).map_err(|error| ImportError::Json {
        file: source.name.to_owned(),
        line: error.line(),
        column: error.column(),
        message: shown(&error.to_string()),
    })?;
    let place = |element: String| Place {
        file: source.name.to_owned(),
        line: None,
        element,
    };
    if has_more(&value, T::MANY) {
        let links = format!("{}_links", T::MANY);
        let note = Note::dropped(&place(links), "one page of an answer", "what is on it");
        notes.push(
            note.decide("get the other pages too (or ask with limit=0) and import all of them"),
        );
    }
    let objects =
        objects::<T>(value).ok_or_else(|| shape::<T>(source.name, "the whole of it", ""))?;
    let found = objects.into_iter().map(|(path, value)| {
        let body = T::deserialize(value)
            .map_err(|error| shape::<T>(source.name, &path, &format!("{error}; ")))?;
        let place = place(path);
        Ok(Found { place, body })
    });
    found.collect()
}

fn has_more(value: &Value, many: &str) -> bool {
    let links = value.get(format!("{many}_links")).and_then(Value::as_array);
    let is_next = |link: &Value| link.get("rel").and_then(Value::as_str) == Some("next");
    links.is_some_and(|links| links.iter().any(is_next))
}

/// The objects with their paths: of an answer, or bare, as the openstack client prints them.
fn objects<T: Kind>(value: Value) -> Option<Vec<(String, Value)>> {
    let numbered = |name: &str, items: Vec<Value>| {
        let items = items.into_iter().enumerate();
        items
            .map(|(i, item)| (format!("{name}[{i}]"), item))
            .collect()
    };
    match value {
        Value::Array(items) => Some(numbered(T::MANY, items)),
        Value::Object(mut object) => {
            if let Some(Value::Array(items)) = object.remove(T::MANY) {
                return Some(numbered(T::MANY, items));
            }
            let one = object.remove(T::ONE).filter(Value::is_object);
            let bare = || {
                object
                    .contains_key(T::MARK)
                    .then_some(Value::Object(object))
            };
            let one = one.or_else(bare)?;
            Some(vec![(T::ONE.to_owned(), one)])
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn shape<T: Kind>(file: &str, element: &str, why: &str) -> ImportError {
    let (many, one) = (T::MANY, T::ONE);
    let message = format!(
        "{}give the body of GET /v2.0/{many} ({{\"{many}\": […]}}) or of one {one}; what openstack {one} \
         list prints leaves too much out",
        shown(why)
    );
    ImportError::Shape {
        file: file.to_owned(),
        element: element.to_owned(),
        message,
    }
}
