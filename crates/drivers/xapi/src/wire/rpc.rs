use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::connect::connect;
use super::http::{HttpError, post};
use super::timed::ran_out;
use super::{Endpoint, XapiError};

/// Calls one XAPI.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    endpoint: Endpoint,
    time: Duration,
}

impl Client {
    /// A client whose calls each take at most this long.
    pub(crate) fn new(endpoint: Endpoint, time: Duration) -> Client {
        Client { endpoint, time }
    }

    /// The same with less time for each call.
    pub(crate) fn hurried(&self, time: Duration) -> Client {
        Client {
            time: self.time.min(time),
            ..self.clone()
        }
    }

    /// Whom it calls.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// One call.
    pub(crate) fn call(&self, call: &'static str, params: Vec<Value>) -> Result<Value, XapiError> {
        self.call_for(call, params, Duration::ZERO)
    }

    /// One call that XAPI may hold back so much longer.
    pub(crate) fn call_for(
        &self,
        call: &'static str,
        params: Vec<Value>,
        longer: Duration,
    ) -> Result<Value, XapiError> {
        const ID: u32 = 1;
        let time = self.time + longer;
        let question = json!({ "jsonrpc": "2.0", "method": call, "params": params, "id": ID });
        let mut wire = connect(&self.endpoint, Instant::now() + time)?;
        let host = match &self.endpoint {
            Endpoint::Socket(_) => "localhost".to_owned(),
            Endpoint::Https { host, .. } if host.contains(':') => format!("[{host}]"),
            Endpoint::Https { host, .. } => host.clone(),
        };
        let answer = post(&mut *wire, &host, question.to_string().as_bytes());
        let answer = answer.map_err(|error| match error {
            HttpError::Io(error) if ran_out(&error) => XapiError::Late {
                call,
                seconds: time.as_secs(),
            },
            HttpError::Io(source) => XapiError::Broken { call, source },
            HttpError::Malformed(what) => malformed(call, what),
        })?;
        if answer.status != 200 {
            let status = answer.status;
            return Err(XapiError::Status { call, status });
        }
        let answer: Value =
            serde_json::from_slice(&answer.body).map_err(|error| malformed(call, error))?;
        let Value::Object(mut answer) = answer else {
            return Err(malformed(call, "not an object"));
        };
        if answer.get("id") != Some(&json!(ID)) {
            return Err(malformed(call, "an answer to something else"));
        }
        if let Some(error) = answer.remove("error") {
            return Err(refused(call, &error));
        }
        answer
            .remove("result")
            .ok_or_else(|| malformed(call, "neither a result nor an error"))
    }
}

fn refused(call: &'static str, error: &Value) -> XapiError {
    let known = || -> Option<XapiError> {
        let error: &Map<String, Value> = error.as_object()?;
        let parameters = error.get("data")?.as_array()?.iter();
        Some(XapiError::Refused {
            call,
            code: error.get("message")?.as_str()?.to_owned(),
            parameters: parameters
                .map(|text| text.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
        })
    };
    known().unwrap_or_else(|| malformed(call, format!("an error of another form: {error}")))
}

pub(super) fn malformed(call: &'static str, what: impl ToString) -> XapiError {
    XapiError::Malformed {
        call,
        what: what.to_string(),
    }
}
