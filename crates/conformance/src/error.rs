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
    /// An observer that lost frames saw nothing for certain.
    #[error("{0} frames were lost by the observer; the run says nothing")]
    Lost(u32),
}
