use std::fmt;

use thiserror::Error;

/// One thing that is wrong with a contract file, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Fault {
    /// The name of the file, as given to [`crate::Contract::parse`].
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// What it is about: `feature mac`, `driver nft`; nothing for the file itself.
    pub object: Option<String>,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault {
            file,
            line,
            column,
            object,
            message,
        } = self;
        write!(f, "{file}:{line}:{column}: ")?;
        if let Some(object) = object {
            write!(f, "{object}: ")?;
        }
        f.write_str(message)
    }
}

/// Everything that is wrong with a contract file, in the order of the file; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    /// The faults, in the order of the file.
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}
