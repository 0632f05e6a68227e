//! One connection: a request, its answer, and what can go wrong with it.

use std::io::{Read, Write};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Shared;
use super::datamodel::DataModel;
use super::pool::{Answer, Fault};

/// What becomes of a connection.
enum Fate {
    Say(String),
    Close,
    Hang,
    Drip,
}

pub(crate) fn serve(wire: &mut (impl Read + Write), shared: &Shared, is_local: bool) {
    if shared.pool.lock().unwrap().dead {
        return;
    }
    let Some(body) = request(wire) else {
        return;
    };
    match fate(&body, shared, is_local) {
        Fate::Say(text) => {
            let length = text.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\ncontent-type: application/json\r\n\
                 connection: close\r\n\r\n"
            );
            let whole = if text.starts_with("HTTP/") {
                text
            } else {
                head + &text
            };
            let _ = wire.write_all(whole.as_bytes());
            let _ = wire.flush();
        }
        Fate::Close => {}
        // Until the client hangs up.
        Fate::Hang => while wire.read(&mut [0; 16]).is_ok_and(|count| count > 0) {},
        Fate::Drip => {
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";
            let mut alive = wire.write_all(head).is_ok();
            while alive {
                std::thread::sleep(Duration::from_millis(20));
                alive = wire.write_all(b" ").is_ok() && wire.flush().is_ok();
            }
        }
    }
}

fn request(wire: &mut impl Read) -> Option<Value> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = wire.read(&mut buffer).ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&buffer[..count]);
        let text = std::str::from_utf8(&bytes).ok()?;
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        assert!(head.starts_with("POST /jsonrpc HTTP/1.1\r\n"), "{head}");
        let mut lines = head.lines().map(str::to_lowercase);
        let length = lines.find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())?;
        if body.len() < length {
            continue;
        }
        return serde_json::from_str(body).ok();
    }
}

fn fate(question: &Value, shared: &Shared, is_local: bool) -> Fate {
    let call = question["method"].as_str().unwrap_or_default();
    let params = question["params"].as_array().cloned().unwrap_or_default();
    let mut pool = shared.pool.lock().unwrap();
    if question["jsonrpc"] != json!("2.0") || !question["id"].is_u64() {
        pool.against_the_data_model
            .push(format!("not JSON-RPC 2.0: {question}"));
    }
    pool.called.insert(call.to_owned());
    let is_session = call.starts_with("session.");
    let mut due = None;
    if !is_session {
        pool.journal.push(call.to_owned());
        if let Some((left, fault)) = pool.fault.take() {
            if left == 0 {
                due = Some(fault);
            } else {
                pool.fault = Some((left - 1, fault));
            }
        }
    }
    match due {
        Some(Fault::Refuse(code, said)) => {
            return Fate::Say(answer(question, Err((code.to_owned(), said))));
        }
        Some(Fault::DieBefore) => {
            pool.dead = true;
            return Fate::Close;
        }
        Some(Fault::Say(text)) => return Fate::Say(text),
        Some(Fault::Hang) => return Fate::Hang,
        Some(Fault::Drip) => return Fate::Drip,
        Some(Fault::DieAfter | Fault::LoseAnswer) | None => {}
    }
    if let Some(wrong) = DataModel::get().wrong(call, &params) {
        pool.against_the_data_model.push(wrong.clone());
        let error = ("FIELD_TYPE_ERROR".to_owned(), vec![wrong]);
        return Fate::Say(answer(question, Err(error)));
    }
    let result = if call == "session.login_with_password" {
        pool.log_in(&params, is_local)
    } else if !pool.sessions.contains(params[0].as_str().unwrap()) {
        let said = vec![params[0].as_str().unwrap().to_owned()];
        Err(("SESSION_INVALID".to_owned(), said))
    } else if call == "event.from" {
        // Waiting, it lets others in.
        drop(pool);
        return Fate::Say(answer(question, events(shared, &params)));
    } else {
        pool.call(call, &params)
    };
    shared.changed.notify_all();
    match due {
        Some(Fault::DieAfter) => {
            pool.dead = true;
            Fate::Close
        }
        Some(Fault::LoseAnswer) => Fate::Close,
        _ => Fate::Say(answer(question, result)),
    }
}

/// Waits until something of these classes changed after the token.
fn events(shared: &Shared, params: &[Value]) -> Answer {
    let classes = params[1].as_array().unwrap();
    let token = params[2].as_str().unwrap();
    let from: usize = match token {
        "" => 0,
        token => token.parse().map_err(|_| {
            (
                "EVENT_FROM_TOKEN_PARSE_FAILURE".to_owned(),
                vec![token.to_owned()],
            )
        })?,
    };
    let until = Instant::now() + Duration::from_secs_f64(params[3].as_f64().unwrap());
    let mut pool = shared.pool.lock().unwrap();
    loop {
        let new = pool.events.iter().enumerate().skip(from);
        let new = new.filter(|(_, (class, _))| classes.contains(&json!(class)));
        let events: Vec<Value> = new
            .map(|(id, (class, reference))| {
                json!({
                    "id": id, "timestamp": "19700101T00:00:00Z", "class": class.to_lowercase(),
                    "operation": "mod", "ref": reference,
                })
            })
            .collect();
        let left = until.saturating_duration_since(Instant::now());
        if !events.is_empty() || left.is_zero() || shared.stop.load(Ordering::SeqCst) {
            let model = DataModel::get();
            let wrong: Vec<String> = events
                .iter()
                .filter_map(|event| model.wrong_record("event", event))
                .collect();
            let token = pool.events.len().to_string();
            let counts = json!({ "vif": pool.records["VIF"].len() });
            pool.against_the_data_model.extend(wrong);
            return Ok(json!({ "events": events, "valid_ref_counts": counts, "token": token }));
        }
        pool = shared.changed.wait_timeout(pool, left).unwrap().0;
        // A session that was ended meanwhile is told so.
        if !pool.sessions.contains(params[0].as_str().unwrap()) {
            let said = vec![params[0].as_str().unwrap().to_owned()];
            return Err(("SESSION_INVALID".to_owned(), said));
        }
    }
}

fn answer(question: &Value, answer: Answer) -> String {
    let id = &question["id"];
    match answer {
        Ok(result) => json!({ "jsonrpc": "2.0", "result": result, "id": id }),
        Err((code, said)) => json!({
            "jsonrpc": "2.0", "id": id, "error": { "code": 1, "message": code, "data": said },
        }),
    }
    .to_string()
}
