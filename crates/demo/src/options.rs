use crate::attacks;
use crate::error::{Error, Result};
use crate::good::{self, bulk};

/// What of the demo to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Only rows with this text in their name.
    pub only: Option<String>,
}

impl Options {
    /// Is there anything to run?
    pub(crate) fn check(&self) -> Result<()> {
        let attacks = attacks::ALL.iter().map(|attack| attack.name);
        let mut names = attacks
            .chain(good::ALL.iter().map(|good| good.name))
            .chain([bulk::NAME]);
        match &self.only {
            Some(part) if !names.any(|name| self.wants(name)) => {
                Err(Error::NoSuchRow(part.clone()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Is the row of this name wanted?
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|part| name.contains(part))
    }
}
