use std::env;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::wire::Credentials;
use crate::{Endpoint, Fingerprint};

/// How long one call may take. Changing a VIF waits for the scripts of its host.
const CALL_TIME: Duration = Duration::from_secs(30);

/// How to find XAPI, and who logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where it listens.
    pub endpoint: Endpoint,
    /// A file with a name and a password; none is needed on the host's own socket.
    pub credentials: Option<PathBuf>,
    /// The UUID of this host in the pool; what `/etc/xensource-inventory` says, and else the host that
    /// is spoken to, if none is given.
    pub host: Option<String>,
    /// How long one call may take, from the first byte to the last.
    pub call_time: Duration,
}

/// Why options cannot be.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum OptionError {
    /// Not a place where XAPI can be.
    #[error("VIFGUARD_XAPI_URL is {0:?}; write https://HOST, https://HOST:PORT or unix:PATH")]
    Url(String),
    /// Passwords go over TLS or not at all.
    #[error("VIFGUARD_XAPI_URL is {0:?}; passwords are not sent in the clear, write https://")]
    Clear(String),
    /// Nothing tells the server from another.
    #[error(
        "VIFGUARD_XAPI_URL needs VIFGUARD_XAPI_FINGERPRINT beside it, the SHA-256 fingerprint of the \
         server's certificate; on the server: openssl x509 -noout -fingerprint -sha256 \
         -in /etc/xensource/xapi-ssl.pem"
    )]
    NoPin,
    /// Not a fingerprint.
    #[error("VIFGUARD_XAPI_FINGERPRINT is {0:?}; it has 64 hexadecimal digits, colons or not")]
    Pin(String),
    /// A fingerprint of nothing.
    #[error(
        "VIFGUARD_XAPI_FINGERPRINT is given, but no certificate is shown on a socket; leave it out"
    )]
    NoTls,
    /// Nobody to log in.
    #[error(
        "VIFGUARD_XAPI_URL needs VIFGUARD_XAPI_CREDENTIALS beside it, a file of mode 600 with the \
         user's name in its first line and the password in its second"
    )]
    NoCredentials,
    /// A file that cannot be used.
    #[error("VIFGUARD_XAPI_CREDENTIALS: {}: {what}", path.display())]
    Credentials {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

impl Default for Options {
    /// XAPI on this host, by its own socket.
    fn default() -> Options {
        Options {
            endpoint: Endpoint::Socket(Endpoint::LOCAL.into()),
            credentials: None,
            host: None,
            call_time: CALL_TIME,
        }
    }
}

impl Options {
    /// What `VIFGUARD_XAPI_URL`, `_FINGERPRINT`, `_CREDENTIALS` and `_HOST` say; the host's own socket if
    /// they say nothing.
    ///
    /// # Errors
    ///
    /// Values that are none, or that lack another.
    pub fn from_env() -> Result<Options, OptionError> {
        Options::from_variables(|name| env::var(name).ok())
    }

    /// The same from any set of variables.
    ///
    /// # Errors
    ///
    /// As with [`Options::from_env`].
    pub fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Options, OptionError> {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let pin = match variable("VIFGUARD_XAPI_FINGERPRINT") {
            None => None,
            Some(text) => Some(text.parse().map_err(|()| OptionError::Pin(text))?),
        };
        let mut options = Options {
            credentials: variable("VIFGUARD_XAPI_CREDENTIALS").map(PathBuf::from),
            host: variable("VIFGUARD_XAPI_HOST"),
            ..Options::default()
        };
        if let Some(url) = variable("VIFGUARD_XAPI_URL") {
            options.endpoint = endpoint(&url, pin)?;
        }
        match options.endpoint {
            Endpoint::Socket(_) if pin.is_some() => Err(OptionError::NoTls),
            Endpoint::Https { .. } if options.credentials.is_none() => {
                Err(OptionError::NoCredentials)
            }
            Endpoint::Socket(_) | Endpoint::Https { .. } => Ok(options),
        }
    }

    /// Who logs in.
    pub(crate) fn login(&self) -> Result<Credentials, OptionError> {
        match &self.credentials {
            Some(path) => Credentials::read(path),
            None => Ok(Credentials::local()),
        }
    }
}

fn endpoint(url: &str, pin: Option<Fingerprint>) -> Result<Endpoint, OptionError> {
    let wrong = || OptionError::Url(url.to_owned());
    if let Some(path) = url.strip_prefix("unix:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if !path.starts_with('/') {
            return Err(wrong());
        }
        return Ok(Endpoint::Socket(path.into()));
    }
    if url.starts_with("http://") {
        return Err(OptionError::Clear(url.to_owned()));
    }
    let rest = url.strip_prefix("https://").ok_or_else(wrong)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains(['/', '@', '?', '#']) {
        return Err(wrong());
    }
    let (host, port) = match rest.strip_prefix('[') {
        // An IPv6 address stands in brackets, since it has colons of its own.
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or_else(wrong)?;
            (host, port)
        }
        None => match rest.find(':') {
            Some(colon) => rest.split_at(colon),
            None => (rest, ""),
        },
    };
    let port = match port.strip_prefix(':') {
        Some(port) => port.parse().map_err(|_| wrong())?,
        None if port.is_empty() => 443,
        None => return Err(wrong()),
    };
    if host.is_empty() {
        return Err(wrong());
    }
    Ok(Endpoint::Https {
        host: host.to_owned(),
        port,
        pin: pin.ok_or(OptionError::NoPin)?,
    })
}
