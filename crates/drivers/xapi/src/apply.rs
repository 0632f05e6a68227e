//! Carrying a change out. With reading, the only IO of this crate.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use vifguard_driver::{Error, Result};

use crate::change::{Act, Change, VifChange};
use crate::held::{Held, Pool};
use crate::record::Records;
use crate::trouble::{NAME, step};
use crate::wire::{Endpoint, Session, XapiError};

/// Reads all that matters.
pub(crate) fn read(
    session: &Session,
    endpoint: &Endpoint,
    wanted_host: Option<&str>,
) -> Result<Held> {
    let failed = |error| step("read what the pool holds", endpoint, error);
    let pool = Pool {
        hosts: all(session, "host.get_all_records").map_err(failed)?,
        vms: all(session, "VM.get_all_records").map_err(failed)?,
        vifs: all(session, "VIF.get_all_records").map_err(failed)?,
        networks: all(session, "network.get_all_records").map_err(failed)?,
    };
    let here = match wanted_host {
        Some(uuid) => {
            let mut hosts = pool.hosts.iter();
            let found = hosts.find(|(_, host)| host.uuid == uuid);
            // An unknown one is named as it was written.
            found.map_or_else(|| uuid.to_owned(), |(reference, _)| reference.clone())
        }
        None => {
            let own = [json!(session.reference())];
            let asked = session.ask("session.get_this_host", &own, Duration::ZERO);
            asked.map_err(failed)?
        }
    };
    pool.held(&here)
}

fn all<T: DeserializeOwned>(
    session: &Session,
    call: &'static str,
) -> std::result::Result<Records<T>, XapiError> {
    session.ask(call, &[], Duration::ZERO)
}

/// Does all of it, or none, as long as XAPI answers: what had been done when a step fails is taken back.
pub(crate) fn carry_out(session: &Session, endpoint: &Endpoint, change: &Change) -> Result<()> {
    let mut done: Vec<(&VifChange, &Act)> = Vec::new();
    for vif in &change.vifs {
        for next in &vif.steps {
            let Err(error) = act(session, vif, &next.act) else {
                done.push((vif, &next.undo));
                continue;
            };
            // What was refused was not done; of what broke off, nobody knows.
            if !matches!(error, XapiError::Refused { .. }) {
                done.push((vif, &next.undo));
            }
            let back = take_back(session, &done);
            return Err(failure(endpoint, vif, &next.act, error, back));
        }
    }
    Ok(())
}

/// The last first. What cannot be taken back ends it.
fn take_back(session: &Session, done: &[(&VifChange, &Act)]) -> std::result::Result<(), XapiError> {
    for (vif, undo) in done.iter().rev() {
        match act(session, vif, undo) {
            // It had not gone.
            Err(error) if error.is("MAP_DUPLICATE_KEY") && matches!(undo, Act::Mark(..)) => {}
            // The VIF itself has, with all that was done to it.
            Err(error) if error.is("HANDLE_INVALID") => {}
            done => done?,
        }
    }
    Ok(())
}

fn failure(
    endpoint: &Endpoint,
    vif: &VifChange,
    act: &Act,
    error: XapiError,
    back: std::result::Result<(), XapiError>,
) -> Error {
    let port = vif.port.as_deref().unwrap_or("?");
    if let Err(second) = back {
        let what = format!(
            "set {act} on {} for port {port}, nor take back what had been done ({second}); each VIF \
             is as it was, as it is to be, or has the new addresses of one family only: run it again",
            vif.vif
        );
        return Error::Step {
            driver: NAME,
            step: what,
            source: Box::new(error),
        };
    }
    if error.is("MAP_DUPLICATE_KEY") || error.is("HANDLE_INVALID") {
        return Error::Disturbed {
            driver: NAME,
            what: format!(
                "{} ({error}; nothing of ours remains of this change)",
                vif.vif
            ),
        };
    }
    let what = format!(
        "set {act} on {} for port {port}, and took back what had been done",
        vif.vif
    );
    step(&what, endpoint, error)
}

fn act(session: &Session, vif: &VifChange, act: &Act) -> std::result::Result<(), XapiError> {
    let vif = json!(vif.reference);
    let (call, params): (_, Vec<Value>) = match act {
        Act::Mode(mode) => ("VIF.set_locking_mode", vec![vif, json!(mode.name())]),
        Act::V4(all) => ("VIF.set_ipv4_allowed", vec![vif, json!(all)]),
        Act::V6(all) => ("VIF.set_ipv6_allowed", vec![vif, json!(all)]),
        Act::Mark(key, text) => {
            let params = vec![vif, json!(key), json!(text)];
            ("VIF.add_to_other_config", params)
        }
        Act::Unmark(key) => ("VIF.remove_from_other_config", vec![vif, json!(key)]),
    };
    session.tell(call, &params)
}
