//! The records of a small pool, and what the calls do to them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value, json};

use super::datamodel::DataModel;
use super::{PASSWORD, USER};

pub(crate) const HERE: &str = "OpaqueRef:host-here";
pub(crate) const HERE_UUID: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const ELSEWHERE: &str = "OpaqueRef:host-there";
pub(crate) const NOWHERE: &str = "OpaqueRef:NULL";

/// What a call gets: a result, or an error code with what belongs to it.
pub(crate) type Answer = Result<Value, (String, Vec<String>)>;

/// What goes wrong, once, at the call of this number (counted from the next).
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// XAPI says no.
    Refuse(&'static str, Vec<String>),
    /// It dies before it does anything, and stays dead.
    DieBefore,
    /// It dies after it has done it, before it answers, and stays dead.
    DieAfter,
    /// It does it, the answer is lost, and it lives on.
    LoseAnswer,
    /// This comes instead of an answer.
    Say(String),
    /// Nothing comes, as long as the client waits.
    Hang,
    /// A byte comes now and then, as long as the client waits.
    Drip,
}

#[derive(Default)]
pub(crate) struct Pool {
    pub(crate) records: BTreeMap<&'static str, BTreeMap<String, Value>>,
    /// The address of the master, if this is a member only.
    pub(crate) slave_of: Option<String>,
    pub(crate) sessions: BTreeSet<String>,
    next_session: u32,
    /// The names of all calls that were ever made.
    pub(crate) called: BTreeSet<String>,
    /// Every call but those of sessions, in order.
    pub(crate) journal: Vec<String>,
    /// All VIFs as they were after each call that changed something.
    pub(crate) states: Vec<BTreeMap<String, Value>>,
    pub(crate) fault: Option<(usize, Fault)>,
    pub(crate) dead: bool,
    /// Changes, by class and reference; a token is a length of this.
    pub(crate) events: Vec<(String, String)>,
    pub(crate) against_the_data_model: Vec<String>,
}

impl Pool {
    pub(crate) fn new() -> Pool {
        let mut pool = Pool::default();
        pool.host(HERE, HERE_UUID, "openvswitch");
        pool.host(
            ELSEWHERE,
            "22222222-2222-2222-2222-222222222222",
            "openvswitch",
        );
        pool.put(
            "network",
            "OpaqueRef:net",
            json!({ "name_label": "lan", "default_locking_mode": "unlocked" }),
        );
        pool.vm("web", 7, HERE);
        pool.vif("web", 0, "02:00:00:00:00:0a");
        pool
    }

    pub(crate) fn host(&mut self, reference: &str, uuid: &str, backend: &str) {
        let record = json!({
            "uuid": uuid,
            "name_label": "xen",
            "software_version": { "network_backend": backend, "product_brand": "stand-in" },
        });
        self.put("host", reference, record);
    }

    /// A VM. It runs if it is resident somewhere.
    pub(crate) fn vm(&mut self, name: &str, domid: i64, host: &str) {
        let record = json!({
            "uuid": format!("vm-{name}"), "name_label": name, "domid": domid, "resident_on": host,
        });
        self.put("VM", &format!("OpaqueRef:vm-{name}"), record);
    }

    /// A VIF of it, as XAPI makes them.
    pub(crate) fn vif(&mut self, vm: &str, device: u16, mac: &str) -> String {
        let reference = format!("OpaqueRef:vif-{vm}-{device}");
        let record = json!({
            "uuid": format!("vif-{vm}-{device}"),
            "device": device.to_string(),
            "network": "OpaqueRef:net",
            "VM": format!("OpaqueRef:vm-{vm}"),
            "MAC": mac,
            "other_config": { "theirs": "stays" },
            "locking_mode": "network_default",
            "ipv4_allowed": [],
            "ipv6_allowed": [],
            "currently_attached": true,
        });
        self.put("VIF", &reference, record);
        reference
    }

    fn put(&mut self, class: &'static str, reference: &str, record: Value) {
        let wrong = DataModel::get().wrong_record(class, &record);
        self.against_the_data_model.extend(wrong);
        self.records
            .entry(class)
            .or_default()
            .insert(reference.to_owned(), record);
        self.events.push((class.to_owned(), reference.to_owned()));
    }

    /// A field of `OpaqueRef:vif-…`.
    pub(crate) fn get(&self, vif: &str, field: &str) -> &Value {
        &self.records["VIF"][&format!("OpaqueRef:vif-{vif}")][field]
    }

    /// Somebody sets a field.
    pub(crate) fn set(&mut self, vif: &str, field: &str, value: Value) {
        self.set_field("VIF", &format!("OpaqueRef:vif-{vif}"), field, value);
    }

    pub(crate) fn set_field(
        &mut self,
        class: &'static str,
        reference: &str,
        field: &str,
        value: Value,
    ) {
        let record = self
            .records
            .get_mut(class)
            .unwrap()
            .get_mut(reference)
            .unwrap();
        record[field] = value;
        let wrong = DataModel::get().wrong_record(class, record);
        self.against_the_data_model.extend(wrong);
        self.events.push((class.to_owned(), reference.to_owned()));
    }

    pub(crate) fn other_config(&self, vif: &str) -> &Map<String, Value> {
        self.get(vif, "other_config").as_object().unwrap()
    }

    pub(crate) fn log_in(&mut self, params: &[Value], is_local: bool) -> Answer {
        if let Some(master) = &self.slave_of {
            return Err(("HOST_IS_SLAVE".to_owned(), vec![master.clone()]));
        }
        let is_known = params[0] == json!(USER) && params[1] == json!(PASSWORD);
        if !(is_known || is_local) {
            let name = params[0].as_str().unwrap_or_default().to_owned();
            let said = vec![name, "Authentication failure".to_owned()];
            return Err(("SESSION_AUTHENTICATION_FAILED".to_owned(), said));
        }
        self.next_session += 1;
        let session = format!("OpaqueRef:session-{}", self.next_session);
        self.sessions.insert(session.clone());
        Ok(json!(session))
    }

    /// Everything but logging in and waiting for events, with a session that is known.
    pub(crate) fn call(&mut self, call: &str, params: &[Value]) -> Answer {
        if let Some(class) = call.strip_suffix(".get_all_records") {
            return Ok(json!(self.records[class]));
        }
        match call {
            "session.logout" => {
                self.sessions.remove(params[0].as_str().unwrap());
                Ok(json!(""))
            }
            "session.get_this_host" => Ok(json!(HERE)),
            _ => self.change(call, params),
        }
    }

    fn change(&mut self, call: &str, params: &[Value]) -> Answer {
        let reference = params[1].as_str().unwrap().to_owned();
        let vifs = self.records.get_mut("VIF").unwrap();
        let Some(vif) = vifs.get_mut(&reference) else {
            let said = vec!["VIF".to_owned(), reference];
            return Err(("HANDLE_INVALID".to_owned(), said));
        };
        match call {
            "VIF.set_locking_mode" => vif["locking_mode"] = params[2].clone(),
            "VIF.set_ipv4_allowed" => {
                vif["ipv4_allowed"] = addresses::<Ipv4Addr>("ipv4_allowed", &params[2])?;
            }
            "VIF.set_ipv6_allowed" => {
                vif["ipv6_allowed"] = addresses::<Ipv6Addr>("ipv6_allowed", &params[2])?;
            }
            "VIF.add_to_other_config" => {
                let key = params[2].as_str().unwrap();
                let map = vif["other_config"].as_object_mut().unwrap();
                if let Some(there) = map.get(key) {
                    let said = [&params[2], there, &params[3]]
                        .map(|value| value.as_str().unwrap().to_owned());
                    return Err(("MAP_DUPLICATE_KEY".to_owned(), said.to_vec()));
                }
                map.insert(key.to_owned(), params[3].clone());
            }
            "VIF.remove_from_other_config" => {
                vif["other_config"]
                    .as_object_mut()
                    .unwrap()
                    .remove(params[2].as_str().unwrap());
            }
            other => panic!("in the data model, but not in the stand-in: {other}"),
        }
        let wrong = DataModel::get().wrong_record("VIF", vif);
        self.against_the_data_model.extend(wrong);
        self.events.push(("VIF".to_owned(), reference));
        self.states.push(self.records["VIF"].clone());
        Ok(json!(""))
    }
}

/// A set without doubles; each an address of the family.
fn addresses<T: std::str::FromStr>(field: &str, value: &Value) -> Answer {
    let all: BTreeSet<&str> = value
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect();
    if let Some(wrong) = all.iter().find(|text| text.parse::<T>().is_err()) {
        return Err((
            "INVALID_VALUE".to_owned(),
            vec![field.to_owned(), (*wrong).to_owned()],
        ));
    }
    Ok(json!(all))
}
