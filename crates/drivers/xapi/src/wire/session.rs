use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::rpc::malformed;
use super::{Client, Credentials, XapiError};

/// The version of the API that is spoken: the one that has the calls used here.
const VERSION: &str = "2.0";

/// Logging out takes no longer.
const FAREWELL: Duration = Duration::from_secs(2);

/// A session, logged out when it goes.
#[derive(Debug)]
pub(crate) struct Session {
    client: Client,
    reference: String,
}

impl Session {
    /// Logs in.
    pub(crate) fn open(client: &Client, who: &Credentials) -> Result<Session, XapiError> {
        let call = "session.login_with_password";
        let params = vec![
            json!(who.user),
            json!(who.password),
            json!(VERSION),
            json!("vifguard"),
        ];
        let reference = client.call(call, params)?;
        let Value::String(reference) = reference else {
            return Err(malformed(call, "a session that is no text"));
        };
        Ok(Session {
            client: client.clone(),
            reference,
        })
    }

    /// A call whose result is read as this.
    pub(crate) fn ask<T: DeserializeOwned>(
        &self,
        call: &'static str,
        params: &[Value],
        longer: Duration,
    ) -> Result<T, XapiError> {
        let value = self
            .client
            .call_for(call, self.with_session(params), longer)?;
        serde_json::from_value(value).map_err(|error| malformed(call, error))
    }

    /// A call for what it does.
    pub(crate) fn tell(&self, call: &'static str, params: &[Value]) -> Result<(), XapiError> {
        self.client.call(call, self.with_session(params)).map(drop)
    }

    /// It is over already: nobody logs out.
    pub(crate) fn abandon(mut self) {
        self.reference.clear();
    }

    /// The session's own reference.
    pub(crate) fn reference(&self) -> &str {
        &self.reference
    }

    fn with_session(&self, params: &[Value]) -> Vec<Value> {
        let session = std::iter::once(json!(self.reference));
        session.chain(params.iter().cloned()).collect()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // XAPI forgets sessions by itself, too; so it is not waited for long.
        if !self.reference.is_empty() {
            let client = self.client.hurried(FAREWELL);
            let _ = client.call("session.logout", self.with_session(&[]));
        }
    }
}
