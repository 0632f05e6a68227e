use thiserror::Error;

/// Short for a result of the demo.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the demo could not be carried out. An attack that succeeds is no error but a row of the report.
#[derive(Debug, Error)]
pub enum Error {
    /// The lab could not be built.
    #[error(transparent)]
    Lab(#[from] vifguard_lab::Error),
    /// The driver could not put the guards in force.
    #[error(transparent)]
    Driver(#[from] vifguard_driver::Error),
    /// A policy of the demo's own was refused.
    #[error("the demo's policy was refused, which is a bug in the demo:\n{0}")]
    Policy(#[from] vifguard_policy::PolicyErrors),
    /// A program that plays a part is not installed.
    #[error("the demo needs the program {program}; install the package {package} (Debian's name)")]
    MissingProgram {
        /// What was looked for.
        program: &'static str,
        /// Where it is from.
        package: &'static str,
    },
    /// A row was asked for that the demo does not have.
    #[error("no row of the demo has {0:?} in its name; run it without a selection to see them all")]
    NoSuchRow(String),
    /// A step outside the lab failed.
    #[error("cannot {step}: {source}")]
    Step {
        /// What was being done.
        step: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The honest traffic that a row begins with did not come through: that row proves nothing.
    #[error("{0}")]
    Baseline(&'static str),
}

impl Error {
    /// Names the step of an I/O error.
    pub(crate) fn step(step: &'static str) -> impl FnOnce(std::io::Error) -> Error {
        move |source| Error::Step { step, source }
    }
}
