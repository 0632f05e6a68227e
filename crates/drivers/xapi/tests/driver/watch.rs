//! What wakes a watch.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::standin::pool::Fault;
use crate::start;

/// Longer than any test waits; it is ended by what happens, not by the clock.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_change_wakes_it_and_nothing_else() {
    let (server, driver) = start();
    let mut watch = driver.events().unwrap();
    assert!(!watch.wait(Duration::ZERO).unwrap());
    // What is of no class that matters does not.
    server.change(|pool| pool.host("OpaqueRef:third", "3", "bridge"));
    assert!(!watch.wait(Duration::ZERO).unwrap());
    let changes: [fn(&mut crate::standin::pool::Pool); 3] = [
        |pool| pool.set("web-0", "locking_mode", json!("unlocked")),
        |pool| pool.vm("new", 8, crate::standin::pool::HERE),
        |pool| {
            pool.set_field(
                "network",
                "OpaqueRef:net",
                "default_locking_mode",
                json!("disabled"),
            );
        },
    ];
    for change in changes {
        let (tell, heard) = channel();
        let waiting = thread::spawn(move || {
            tell.send(()).unwrap();
            let woken = watch.wait(LONG).unwrap();
            (watch, woken)
        });
        heard.recv().unwrap();
        server.change(change);
        let (back, woken) = waiting.join().unwrap();
        watch = back;
        assert!(woken);
        assert!(!watch.wait(Duration::ZERO).unwrap());
    }
}

#[test]
fn after_a_break_something_may_have_changed() {
    let (server, driver) = start();
    let mut watch = driver.events().unwrap();
    // The session is ended: the toolstack was restarted.
    server.change(|pool| pool.sessions.clear());
    assert!(watch.wait(Duration::ZERO).unwrap());
    assert!(
        watch.wait(Duration::ZERO).unwrap(),
        "a new session begins with all there is"
    );
    assert!(!watch.wait(Duration::ZERO).unwrap());
    // The token means nothing to it any more.
    let said = vec!["?".to_owned()];
    server.pool().fault = Some((0, Fault::Refuse("EVENT_FROM_TOKEN_PARSE_FAILURE", said)));
    assert!(watch.wait(Duration::ZERO).unwrap());
    assert!(watch.wait(Duration::ZERO).unwrap());
    assert!(!watch.wait(Duration::ZERO).unwrap());
    // It is gone, and comes back.
    server.pool().fault = Some((0, Fault::DieBefore));
    watch.wait(Duration::ZERO).unwrap_err();
    watch.wait(Duration::ZERO).unwrap_err();
    server.pool().dead = false;
    assert!(watch.wait(Duration::ZERO).unwrap());
}

#[test]
fn it_waits_no_longer_than_it_was_told() {
    let (server, driver) = start();
    let mut watch = driver.events().unwrap();
    assert!(!watch.wait(Duration::from_millis(50)).unwrap());
    drop(server);
}
