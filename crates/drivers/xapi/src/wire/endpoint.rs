use std::fmt;
use std::path::PathBuf;

use crate::Fingerprint;

/// Where XAPI listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Its socket on this host, for root alone.
    Socket(PathBuf),
    /// A server that shows this certificate, whoever signed it.
    Https {
        /// A name or an address.
        host: String,
        /// Usually 443.
        port: u16,
        /// Of the certificate.
        pin: Fingerprint,
    },
}

impl Endpoint {
    /// XAPI's socket in dom0.
    pub const LOCAL: &str = "/var/lib/xcp/xapi";
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Socket(path) => write!(f, "{}", path.display()),
            Endpoint::Https { host, port, .. } => write!(f, "https://{host}:{port}"),
        }
    }
}
