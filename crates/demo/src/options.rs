/// What of the demo to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Only rows with this text in their name.
    pub only: Option<String>,
}

impl Options {
    /// Is the row of this name wanted?
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|part| name.contains(part))
    }
}
