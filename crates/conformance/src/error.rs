use thiserror::Error;

/// Short for a result with this crate's error.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a run could not be carried out; a driver that is wrong is no error but a [`crate::Report`].
#[derive(Debug, Error)]
pub enum Error {
    /// The lab.
    #[error(transparent)]
    Lab(#[from] vifguard_lab::Error),
    /// The driver.
    #[error(transparent)]
    Driver(#[from] vifguard_driver::Error),
    /// A case whose policy is none.
    #[error("case {case} ({choice}): its policy is wrong:\n{errors}")]
    Policy {
        /// The case.
        case: String,
        /// The guards that were chosen.
        choice: String,
        /// What is wrong.
        errors: String,
    },
    /// A part of the run died.
    #[error("the {0} of the run died; its own words are above")]
    Thread(&'static str),
    /// A program that was to put a policy in force.
    #[error("cannot run {program}: {source}")]
    Program {
        /// What was run.
        program: String,
        /// Why it could not be.
        #[source]
        source: std::io::Error,
    },
    /// There was nothing to try it on.
    #[error("{0}")]
    Untried(String),
    /// A policy or stream of the kit's own that is not what it is taken for.
    #[error("the kit is wrong: {0}")]
    Kit(String),
    /// An observer that lost frames saw nothing for certain.
    #[error("{0} frames were lost by the observer; the run says nothing")]
    Lost(u32),
}
