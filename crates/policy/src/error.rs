use std::fmt;

use thiserror::Error;

use crate::Excerpt;

/// One thing that is wrong with a policy file, and what to write instead.
///
/// As text it is one line, `policy.yaml:12:10: port web-1, mac: "02:00" is not a MAC address; …`;
/// [`PolicyError::snippet`] adds the line of the file. Every field is public, so that a program can
/// be told the same in its own form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct PolicyError {
    /// The name of the file, as given to [`crate::Policy::parse`].
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// What the error is about: `host`, `network public`, `port web-1`; nothing for the file itself.
    pub object: Option<String>,
    /// The key of the object that holds the error.
    pub field: Option<String>,
    /// The offending value, shortened, if it is one.
    pub text: Option<String>,
    /// What is wrong, and what to write instead.
    pub message: String,
    /// The other side of a conflict.
    pub other: Option<OtherPlace>,
    /// The line of the file, for people.
    pub excerpt: Excerpt,
}

/// The other side of a conflict: where it is and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherPlace {
    /// What it belongs to: `network public`, `port web-1`.
    pub object: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

impl PolicyError {
    /// The error with the line of the file and a mark below what is wrong.
    pub fn snippet(&self) -> String {
        let number = self.line.to_string();
        let indent = " ".repeat(number.len());
        let skip = " ".repeat(self.excerpt.marked.start);
        let marks = "^".repeat(self.excerpt.marked.len().max(1));
        let line = &self.excerpt.text;
        format!("{self}\n {indent} |\n {number} | {line}\n {indent} | {skip}{marks}")
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        match (&self.object, &self.field) {
            (Some(object), Some(field)) => write!(f, "{object}, {field}: ")?,
            (Some(only), None) | (None, Some(only)) => write!(f, "{only}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.message)
    }
}

/// Everything that is wrong with a policy file, in the order of the file; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct PolicyErrors(pub(crate) Vec<PolicyError>);

impl PolicyErrors {
    /// The errors, in the order of the file.
    pub fn as_slice(&self) -> &[PolicyError] {
        &self.0
    }
}

impl IntoIterator for PolicyErrors {
    type Item = PolicyError;
    type IntoIter = std::vec::IntoIter<PolicyError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}
