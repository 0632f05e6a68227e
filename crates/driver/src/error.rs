use thiserror::Error;

/// Short for a result with a driver's error.
pub type Result<T> = std::result::Result<T, Error>;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a driver could not do what was asked. What was in force is still in force, unless the error says that nobody knows.
#[derive(Debug, Error)]
pub enum Error {
    /// The caller may neither see nor change what is in force.
    #[error("not allowed: to read or change guards needs CAP_NET_ADMIN; run as root")]
    Privilege,
    /// The host lacks what the driver is made of.
    #[error("{driver}: this host cannot do it: {cause}; {remedy}")]
    Unsupported {
        /// Name of the driver.
        driver: &'static str,
        /// What is missing.
        cause: String,
        /// What would help.
        remedy: String,
    },
    /// A port's interface cannot be guarded.
    #[error("port {port}: {cause}; {remedy}")]
    Port {
        /// Name of the port.
        port: String,
        /// What is wrong with it.
        cause: String,
        /// What to do.
        remedy: String,
    },
    /// No such port is in force.
    #[error("no port {0:?} is in force; vifguard status lists those that are")]
    NoSuchPort(String),
    /// Somebody else kept changing what the driver was changing.
    #[error("{driver}: somebody else keeps changing {what}; find out who, and try again")]
    Disturbed {
        /// Name of the driver.
        driver: &'static str,
        /// What kept changing.
        what: String,
    },
    /// What was read back is not what was put in force.
    #[error("{driver}: read back something else than was put in force: {difference}")]
    NotAsPlanned {
        /// Name of the driver.
        driver: &'static str,
        /// The first difference.
        difference: String,
    },
    /// A change was sent, and what became of it could not be seen. It is whole or not there.
    #[error("{driver}: cannot {step}, so it is not known whether the change is in force: {source}")]
    Uncertain {
        /// Name of the driver.
        driver: &'static str,
        /// What it was doing.
        step: String,
        /// Why it failed.
        source: Source,
    },
    /// A step of the driver's failed.
    #[error("{driver}: cannot {step}: {source}")]
    Step {
        /// Name of the driver.
        driver: &'static str,
        /// What it was doing.
        step: String,
        /// Why it failed.
        source: Source,
    },
}
