//! Strangers, wrong passwords, members of a pool, answers that are none, and answers that do not come.

use std::time::Duration;

use serde_json::json;
use vifguard_driver::{Driver, Error};
use vifguard_xapi::{Endpoint, Fingerprint, Options, Xapi};

use crate::standin::pool::Fault;
use crate::standin::{StandIn, USER};
use crate::{WEB, desired, start};

fn error(options: Options) -> String {
    let error = Xapi::new(options).apply(&desired(WEB)).unwrap_err();
    error.to_string()
}

#[test]
fn a_stranger_gets_no_password() {
    let (server, _) = start();
    let mut options = server.options();
    let other = Fingerprint::of(b"another certificate");
    let Endpoint::Https { pin, .. } = &mut options.endpoint else {
        panic!("a socket");
    };
    let shown = std::mem::replace(pin, other);
    let error = error(options);
    assert!(
        error.contains(&format!("shows the certificate {shown}")),
        "{error}"
    );
    assert!(error.contains(&format!("{other} is expected")), "{error}");
    assert!(error.contains("VIFGUARD_XAPI_FINGERPRINT"), "{error}");
    assert_eq!(server.pool().called.len(), 0, "nothing was asked");
}

#[test]
fn a_wrong_password() {
    let (server, _) = start();
    let path = server.file("wrong", &format!("{USER}\nsesame\n"), 0o600);
    let error = error(Options {
        credentials: Some(path),
        ..server.options()
    });
    assert!(
        error.contains("knows no such user with this password"),
        "{error}"
    );
    assert!(!error.contains("sesame"), "{error}");
}

#[test]
fn a_member_of_a_pool_names_its_master() {
    let (server, _) = start();
    server.pool().slave_of = Some("192.0.2.1".to_owned());
    let error = error(server.options());
    assert!(
        error.contains("only the pool's master answers; it is 192.0.2.1"),
        "{error}"
    );
    assert!(
        error.contains("VIFGUARD_XAPI_URL=https://192.0.2.1"),
        "{error}"
    );
}

#[test]
fn nobody_listens() {
    let (server, _) = start();
    let options = server.options();
    drop(server);
    let path = std::env::temp_dir().join(format!("vg-xapi-{}-late", std::process::id()));
    std::fs::write(&path, "a\nb\n").unwrap();
    let options = Options {
        credentials: Some(path.clone()),
        ..options
    };
    private(&path);
    let error = error(options);
    std::fs::remove_file(path).unwrap();
    assert!(
        error.contains("cannot reach XAPI at https://127.0.0.1:"),
        "{error}"
    );
}

fn private(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn answered(text: &str) -> (StandIn, String) {
    let (server, mut driver) = start();
    let before = server.pool().records.clone();
    server.pool().fault = Some((2, Fault::Say(text.to_owned())));
    let error = driver.apply(&desired(WEB)).unwrap_err();
    assert!(matches!(error, Error::Step { .. }), "{error}");
    assert_eq!(server.pool().records, before);
    (server, error.to_string())
}

#[test]
fn answers_that_are_none() {
    let ok = |result: serde_json::Value| {
        json!({ "jsonrpc": "2.0", "result": result, "id": 1 }).to_string()
    };
    let cases = [
        ("this is not JSON", "cannot be understood"),
        ("", "cannot be understood"),
        ("[]", "not an object"),
        (
            r#"{"jsonrpc":"2.0","id":1}"#,
            "neither a result nor an error",
        ),
        (
            r#"{"jsonrpc":"2.0","id":2,"result":{}}"#,
            "an answer to something else",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"error":"no"}"#,
            "an error of another form",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"A","data":[1]}}"#,
            "another form",
        ),
        (&ok(json!([])), "invalid type"),
        (
            &ok(json!({ "OpaqueRef:x": { "uuid": "x" } })),
            "missing field",
        ),
        (&ok(json!({ "OpaqueRef:x": 5 })), "invalid type"),
        (
            "HTTP/1.1 500 Internal Error\r\ncontent-length: 0\r\n\r\n",
            "HTTP status 500",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
            "its length is no length",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n",
            "its length is no length",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}",
            "the connection broke",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
            "it comes in chunks",
        ),
        ("HTTP/1.1 OK\r\n\r\n", "it is not HTTP"),
        ("HTTP/1.1 200 OK\r\nx: y", "the connection broke"),
    ];
    for (text, wanted) in cases {
        let (_server, error) = answered(text);
        assert!(error.contains("VIF.get_all_records: "), "{text:?}: {error}");
        assert!(error.contains(wanted), "{text:?}: {error}");
    }
    let endless = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(100_000));
    assert!(answered(&endless).1.contains("its headers have no end"));
}

#[test]
fn an_answer_without_a_length_ends_with_the_connection() {
    let (server, mut driver) = start();
    let vifs = json!({ "jsonrpc": "2.0", "result": server.pool().records["VIF"], "id": 1 });
    let text = format!("HTTP/1.1 200 OK\r\n\r\n{vifs}");
    server.pool().fault = Some((2, Fault::Say(text)));
    // Over TLS without a last word, it may have been cut; over the socket there is no such word.
    driver.observe().unwrap_err();
    let vifs = json!({ "jsonrpc": "2.0", "result": server.pool().records["VIF"], "id": 1 });
    server.pool().fault = Some((2, Fault::Say(format!("HTTP/1.1 200 OK\r\n\r\n{vifs}"))));
    Xapi::new(server.local()).observe().unwrap();
}

#[test]
fn answers_that_do_not_come() {
    for fault in [Fault::Hang, Fault::Drip] {
        let (server, _) = start();
        let before = server.pool().records.clone();
        server.pool().fault = Some((2, fault.clone()));
        let call_time = Duration::from_secs(3);
        let error = error(Options {
            call_time,
            ..server.options()
        });
        assert!(
            error.contains("VIF.get_all_records: no answer within 3 s"),
            "{fault:?}: {error}"
        );
        assert_eq!(server.pool().records, before);
    }
}

#[test]
fn a_server_that_speaks_no_tls() {
    let (server, _) = start();
    // Its socket speaks none; its bytes come through a port of ours.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        use std::io::Write;
        let mut socket = listener.accept().unwrap().0;
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let mut options = server.options();
    if let Endpoint::Https { port: there, .. } = &mut options.endpoint {
        *there = port;
    }
    let error = error(options);
    thread.join().unwrap();
    assert!(error.contains("no TLS with XAPI at"), "{error}");
}

#[test]
fn a_server_that_greets_nobody() {
    let (server, _) = start();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut options = Options {
        call_time: Duration::from_secs(3),
        ..server.options()
    };
    if let Endpoint::Https { port, .. } = &mut options.endpoint {
        *port = listener.local_addr().unwrap().port();
    }
    // The kernel takes the connection; nobody ever speaks on it.
    let error = error(options);
    assert!(error.contains("it does not answer in time"), "{error}");
}
