use std::io;

use thiserror::Error;

use crate::Fingerprint;

/// Why a call did not come back with what it was made for.
#[derive(Debug, Error)]
pub enum XapiError {
    /// Nobody listens there.
    #[error("cannot reach XAPI at {endpoint}: {source}")]
    Unreachable {
        /// Where.
        endpoint: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Somebody else listens there, or the certificate was renewed.
    #[error("XAPI at {endpoint} shows the certificate {found}, and {wanted} is expected")]
    Stranger {
        /// Where.
        endpoint: String,
        /// What is shown.
        found: Fingerprint,
        /// What was to be shown.
        wanted: Fingerprint,
    },
    /// TLS did not come about, or broke.
    #[error("no TLS with XAPI at {endpoint}: {source}")]
    Tls {
        /// Where.
        endpoint: String,
        /// Why.
        #[source]
        source: rustls::Error,
    },
    /// It took too long. Whether the call was carried out is not known.
    #[error("{call}: no answer within {seconds} s")]
    Late {
        /// The call.
        call: &'static str,
        /// How long was waited.
        seconds: u64,
    },
    /// The connection broke. Whether the call was carried out is not known.
    #[error("{call}: the connection broke: {source}")]
    Broken {
        /// The call.
        call: &'static str,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// HTTP's own trouble.
    #[error("{call}: XAPI answers with HTTP status {status}")]
    Status {
        /// The call.
        call: &'static str,
        /// The status.
        status: u16,
    },
    /// An answer that is none.
    #[error("{call}: what XAPI answers cannot be understood: {what}")]
    Malformed {
        /// The call.
        call: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// XAPI says no. Nothing was done.
    #[error("{call}: XAPI says {code}{}", said(parameters))]
    Refused {
        /// The call.
        call: &'static str,
        /// Its error code.
        code: String,
        /// What it says to that.
        parameters: Vec<String>,
    },
}

impl XapiError {
    /// Is it a refusal with this code?
    pub fn is(&self, wanted: &str) -> bool {
        matches!(self, XapiError::Refused { code, .. } if code == wanted)
    }
}

fn said(parameters: &[String]) -> String {
    if parameters.is_empty() {
        return String::new();
    }
    format!(" ({})", parameters.join(", "))
}
