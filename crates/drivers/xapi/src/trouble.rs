//! What XAPI says, in the words of a driver: what is wrong, and what to do.

use std::io::ErrorKind;

use vifguard_driver::Error;

use crate::{Endpoint, OptionError, XapiError};

/// The driver's name, as an operator chooses it.
pub(crate) const NAME: &str = "xapi";

/// An option in the words of a driver.
pub(crate) fn option(error: &OptionError) -> Error {
    Error::Unsupported {
        driver: NAME,
        cause: error.to_string(),
        remedy: "docs/xapi.md tells of the variables".to_owned(),
    }
}

/// A failed call in the words of a driver.
pub(crate) fn step(step: &str, endpoint: &Endpoint, error: XapiError) -> Error {
    if let (Endpoint::Socket(_), XapiError::Unreachable { source, .. }) = (endpoint, &error)
        && source.kind() == ErrorKind::PermissionDenied
    {
        return Error::Privilege;
    }
    match remedy(endpoint, &error) {
        Some((cause, remedy)) => Error::Unsupported {
            driver: NAME,
            cause,
            remedy,
        },
        None => Error::Step {
            driver: NAME,
            step: step.to_owned(),
            source: Box::new(error),
        },
    }
}

/// The cause and what to do, where that is known.
fn remedy(endpoint: &Endpoint, error: &XapiError) -> Option<(String, String)> {
    let said = |remedy: &str| Some((error.to_string(), remedy.to_owned()));
    match error {
        XapiError::Unreachable { .. } => said(match endpoint {
            Endpoint::Socket(_) => {
                "run it as root in dom0 while the toolstack is up, or set VIFGUARD_XAPI_URL"
            }
            Endpoint::Https { .. } => "see whether the host is up, and VIFGUARD_XAPI_URL is right",
        }),
        XapiError::Stranger { .. } => said(
            "nothing was sent; if the certificate was renewed, read its fingerprint on the server \
             itself (openssl x509 -noout -fingerprint -sha256 -in /etc/xensource/xapi-ssl.pem) and \
             set VIFGUARD_XAPI_FINGERPRINT to it",
        ),
        XapiError::Refused {
            code, parameters, ..
        } => refusal(endpoint, code, parameters),
        XapiError::Tls { .. }
        | XapiError::Late { .. }
        | XapiError::Broken { .. }
        | XapiError::Status { .. }
        | XapiError::Malformed { .. } => None,
    }
}

fn refusal(endpoint: &Endpoint, code: &str, parameters: &[String]) -> Option<(String, String)> {
    let (cause, remedy) = match code {
        "SESSION_AUTHENTICATION_FAILED" => (
            format!("XAPI at {endpoint} knows no such user with this password"),
            "see VIFGUARD_XAPI_CREDENTIALS".to_owned(),
        ),
        "HOST_IS_SLAVE" => {
            let master = parameters.first().map_or("unknown", String::as_str);
            (
                format!(
                    "XAPI at {endpoint} belongs to a member of the pool, and only the pool's master \
                     answers; it is {master}"
                ),
                format!(
                    "set VIFGUARD_XAPI_URL=https://{master} with its fingerprint and credentials"
                ),
            )
        }
        "HOST_STILL_BOOTING" => (
            format!("XAPI at {endpoint} is still starting"),
            "try again in a minute".to_owned(),
        ),
        "RBAC_PERMISSION_DENIED" => (
            format!(
                "the user may not call {} at {endpoint}",
                parameters.first().map_or("this", String::as_str)
            ),
            "give it the role pool-operator".to_owned(),
        ),
        "LICENSE_RESTRICTION" => (
            "the pool's licence does not cover locking of VIFs".to_owned(),
            "use another driver, or another edition".to_owned(),
        ),
        // A controller keeps flows of its own, and XAPI leaves the switch to it.
        "OPERATION_NOT_ALLOWED" => (
            format!(
                "XAPI does not let VIFs be locked: {}",
                parameters.join(", ")
            ),
            "a pool with a controller for its switches locks VIFs there; use another driver"
                .to_owned(),
        ),
        "MESSAGE_METHOD_UNKNOWN" => (
            format!(
                "XAPI at {endpoint} does not know the call {}",
                parameters.first().map_or("", String::as_str)
            ),
            "VIFs can be locked since XenServer 6.1".to_owned(),
        ),
        _ => return None,
    };
    Some((cause, remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_own_socket_is_roots() {
        let socket = Endpoint::Socket(Endpoint::LOCAL.into());
        let unreachable = |kind: ErrorKind| XapiError::Unreachable {
            endpoint: socket.to_string(),
            source: kind.into(),
        };
        let of = |kind| step("log in", &socket, unreachable(kind));
        assert!(matches!(of(ErrorKind::PermissionDenied), Error::Privilege));
        assert!(matches!(of(ErrorKind::NotFound), Error::Unsupported { .. }));
    }
}
