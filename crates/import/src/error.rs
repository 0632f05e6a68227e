use thiserror::Error;
use vifguard_policy::PolicyErrors;

/// Why a source cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// Not XML, or a kind of XML that is not read: DTDs are refused.
    #[error("{file}:{line}:{column}: not well-formed XML: {message}")]
    Xml {
        /// The source.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// Not JSON.
    #[error("{file}:{line}:{column}: not JSON: {message}")]
    Json {
        /// The source.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// Well-formed, but nothing that can be imported.
    #[error("{file}, {element}: {message}")]
    Shape {
        /// The source.
        file: String,
        /// The element or the path to it.
        element: String,
        /// What is wrong with it, and what to give instead.
        message: String,
    },
    /// The policy that came out has errors: a defect of this crate.
    #[error("the imported policy has errors, which is a defect of vifguard: {0}")]
    Defect(PolicyErrors),
}
