use std::fmt;

use serde::Serialize;

use crate::Change;
use crate::note::Note;

/// What becomes of one line of the source.
///
/// As text it is one line: `port web-net0: stricter: web.xml:23 <filterref filter='clean-traffic'>: UDP
/// from 0.0.0.0 to anywhere -> only a DHCP client's broadcast`. Nothing in it moves a terminal's cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What it is about: `port web-net0`, `network default`, `the policy`.
    pub object: String,
    /// The name of the source.
    pub file: String,
    /// The line of the source, counted from 1; an API's answer is told by its path alone.
    pub line: Option<usize>,
    /// The element as written, or the path to it: `ports[0].fixed_ips[1]`.
    pub element: String,
    /// Whether it becomes stricter or looser.
    pub change: Change,
    /// What it was.
    pub was: String,
    /// What it becomes.
    pub becomes: String,
    /// What the operator has to settle before the policy can be used, if anything.
    pub decide: Option<String>,
}

impl Remark {
    pub(crate) fn of(object: &str, note: Note) -> Remark {
        Remark {
            object: object.to_owned(),
            file: note.place.file,
            line: note.place.line,
            element: note.place.element,
            change: note.change,
            was: note.was,
            becomes: note.becomes,
            decide: note.decide,
        }
    }

    /// Where in the source: `web.xml:23 <filterref filter='clean-traffic'>`.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line} {}", self.file, self.element),
            None => format!("{} {}", self.file, self.element),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (object, change, place) = (&self.object, self.change, self.place());
        let (was, becomes) = (&self.was, &self.becomes);
        write!(f, "{object}: {change}: {place}: {was} -> {becomes}")?;
        match &self.decide {
            Some(decide) => write!(f, "; DECIDE: {decide}"),
            None => Ok(()),
        }
    }
}
