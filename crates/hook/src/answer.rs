//! What hooks print: nothing, or one JSON object.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The answer to `start`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Started {
    /// What is judged.
    pub(crate) product: Option<String>,
    /// Its version.
    pub(crate) version: Option<String>,
    /// The Linux bridge whose forwarding database can be compared.
    pub(crate) bridge: Option<String>,
}

/// The answer to `plug` and `guard`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Seated {
    /// Where the guest's end is, if the product made it.
    pub(crate) netns: Option<PathBuf>,
    /// Its name there.
    pub(crate) device: Option<String>,
}

/// The answer to what has none.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Nothing {}

/// Reads an answer.
pub(crate) fn read<T: DeserializeOwned + Default>(text: &str) -> Result<T, String> {
    match text.trim() {
        "" => Ok(T::default()),
        text => serde_json::from_str(text).map_err(|error| error.to_string()),
    }
}
