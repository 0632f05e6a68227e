use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use vifguard_driver::Result;

use crate::Options;
use crate::trouble::{option, step};
use crate::wire::{Client, Session, XapiError};

/// The classes whose changes may change what is to be set: VIFs that come, go or are set otherwise; VMs
/// that start, stop or move; networks whose default changes.
const CLASSES: [&str; 3] = ["VIF", "VM", "network"];

/// Hears from XAPI that something changed (`event.from`), without asking over and over.
#[derive(Debug)]
pub struct Watch {
    options: Options,
    client: Client,
    session: Option<Session>,
    token: String,
}

/// What `event.from` gives. The records in it are left alone: what is so now is read by whoever hears.
#[derive(Deserialize)]
struct Batch {
    events: Vec<Value>,
    token: String,
    #[serde(rename = "valid_ref_counts")]
    _counts: BTreeMap<String, Value>,
}

impl Watch {
    /// Listens from now on.
    pub(crate) fn new(options: &Options) -> Result<Watch> {
        let mut watch = Watch {
            client: Client::new(options.endpoint.clone(), options.call_time),
            options: options.clone(),
            session: None,
            token: String::new(),
        };
        watch.wait(Duration::ZERO)?;
        Ok(watch)
    }

    /// Waits so long at most; true if something changed, or may have while nobody could listen.
    ///
    /// # Errors
    ///
    /// XAPI cannot be reached, or does not answer as it should. It may be called again.
    pub fn wait(&mut self, at_most: Duration) -> Result<bool> {
        let (session, is_new) = match self.session.take() {
            Some(session) => (session, false),
            None => {
                let who = self.options.login().map_err(|error| option(&error))?;
                let opened = Session::open(&self.client, &who);
                (opened.map_err(|error| self.failed(error))?, true)
            }
        };
        let params = [
            json!(CLASSES),
            json!(self.token),
            json!(at_most.as_secs_f64()),
        ];
        match session.ask::<Batch>("event.from", &params, at_most) {
            Ok(batch) => {
                self.session = Some(session);
                self.token = batch.token;
                Ok(is_new || !batch.events.is_empty())
            }
            // What was between is not known: begin anew, and say that something may have changed.
            Err(error) if is_over(&error) => {
                if error.is("SESSION_INVALID") {
                    session.abandon();
                } else {
                    self.session = Some(session);
                }
                self.token.clear();
                Ok(true)
            }
            Err(error) => {
                self.token.clear();
                Err(self.failed(error))
            }
        }
    }

    fn failed(&self, error: XapiError) -> vifguard_driver::Error {
        step("listen to the pool", self.client.endpoint(), error)
    }
}

fn is_over(error: &XapiError) -> bool {
    [
        "SESSION_INVALID",
        "EVENT_FROM_TOKEN_PARSE_FAILURE",
        "EVENTS_LOST",
    ]
    .iter()
    .any(|code| error.is(code))
}
