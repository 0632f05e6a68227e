/// A text to import, and what to call it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What remarks and errors call it: a path, or `standard input`.
    pub name: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// Where something stands in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    /// Counted from 1. An API's answer is often a single line, and is told by its path alone.
    pub(crate) line: Option<usize>,
    /// The element as written, or the path to it: `ports[0].fixed_ips[1]`.
    pub(crate) element: String,
}

impl Place {
    /// Something inside it, by a longer path.
    pub(crate) fn inside(&self, path: &str) -> Place {
        Place {
            element: format!("{}.{path}", self.element),
            ..self.clone()
        }
    }
}
