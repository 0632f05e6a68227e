//! A switch that misbehaves: no real one can be made to, so a stand-in says what each test needs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use vifguard_openflow::{Command, Connection, Error, Filter, FlowMod, Question};

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(100);
const ALL: Filter = Filter {
    table: 0xff,
    cookie: 0,
    cookie_mask: 0,
};
/// The kinds of messages that matter here.
const HELLO: u8 = 0;
const ERROR: u8 = 1;
const ECHO: u8 = 2;
const ECHO_REPLY: u8 = 3;
const MULTIPART: u8 = 19;
const BUNDLE: u8 = 33;
const ADD: u8 = 34;

/// Where a stand-in is called.
struct Socket(PathBuf);

impl Socket {
    fn new() -> Socket {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("vifguard-openflow-{}-{next}", std::process::id());
        Socket(std::env::temp_dir().join(name))
    }

    /// Takes one call, and does what it is told to.
    fn serve(&self, serve: impl FnOnce(UnixStream) + Send + 'static) -> JoinHandle<()> {
        let listener = UnixListener::bind(&self.0).unwrap();
        thread::spawn(move || serve(listener.accept().unwrap().0))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn message(kind: u8, xid: u32, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + body.len()).unwrap();
    let head = [&[5, kind][..], &length.to_be_bytes(), &xid.to_be_bytes()].concat();
    [&head, body].concat()
}

/// The next message of the client's: its kind, its number, and its body.
fn heard(stream: &mut UnixStream) -> Option<(u8, u32, Vec<u8>)> {
    let mut head = [0; 8];
    stream.read_exact(&mut head).ok()?;
    let [_, kind, high, low, a, b, c, d] = head;
    let mut body = vec![0; usize::from(u16::from_be_bytes([high, low])) - 8];
    stream.read_exact(&mut body).ok()?;
    Some((kind, u32::from_be_bytes([a, b, c, d]), body))
}

/// Greets, and takes the first question.
fn greet(stream: &mut UnixStream) -> u32 {
    assert_eq!(heard(stream).unwrap().0, HELLO);
    stream.write_all(&message(HELLO, 0, &[])).unwrap();
    heard(stream).unwrap().1
}

fn count(socket: &Socket, patience: Duration) -> Result<Vec<u8>, Error> {
    let mut connection = Connection::open(&socket.0, patience)?;
    let mut all = Vec::new();
    connection.ask::<Error>(&[Question::Count(ALL)], |_, part| {
        all.extend(part);
        Ok(())
    })?;
    Ok(all)
}

fn counted(xid: u32) -> Vec<u8> {
    let body = [
        &[0, 2, 0, 0, 0, 0, 0, 0][..],
        &[0; 16],
        &[0, 0, 0, 9, 0, 0, 0, 0],
    ]
    .concat();
    message(MULTIPART, xid, &body)
}

/// What came before, for others, and in pieces is no answer; what was asked for is.
#[test]
fn answers_are_told_apart() {
    let socket = Socket::new();
    let served = socket.serve(|mut stream| {
        let xid = greet(&mut stream);
        let said = [message(ECHO, 7, b"x"), counted(xid + 100), counted(xid)].concat();
        for byte in said {
            stream.write_all(&[byte]).unwrap();
        }
        // The echo comes before the next question.
        let (kind, xid, body) = heard(&mut stream).unwrap();
        assert_eq!((kind, xid, body), (ECHO_REPLY, 7, b"x".to_vec()));
        let (_, xid, _) = heard(&mut stream).unwrap();
        stream.write_all(&counted(xid)).unwrap();
    });
    let mut connection = Connection::open(&socket.0, LONG).unwrap();
    for _ in 0..2 {
        let mut counts = Vec::new();
        connection
            .ask::<Error>(&[Question::Count(ALL)], |_, part| {
                counts.push(vifguard_openflow::flow_count(part)?);
                Ok(())
            })
            .unwrap();
        assert_eq!(counts, [9]);
    }
    served.join().unwrap();
}

#[test]
fn one_that_is_not_there_or_hangs_is_told() {
    let socket = Socket::new();
    let error = count(&socket, LONG).unwrap_err();
    assert!(matches!(error, Error::Absent { .. }), "{error}");
    let served = socket.serve(|mut stream| {
        greet(&mut stream);
        // Until it is hung up on.
        assert!(heard(&mut stream).is_none());
    });
    let error = count(&socket, SHORT).unwrap_err();
    assert!(matches!(error, Error::Stuck { .. }), "{error}");
    served.join().unwrap();
}

/// It is given so long in all, however often it says something that nobody asked for.
#[test]
fn one_that_only_chatters_is_stuck() {
    let socket = Socket::new();
    let served = socket.serve(|mut stream| {
        greet(&mut stream);
        while stream.write_all(&message(ECHO, 1, &[])).is_ok() {}
    });
    let error = count(&socket, SHORT).unwrap_err();
    assert!(
        matches!(error, Error::Stuck { .. } | Error::TooMuch { .. }),
        "{error}"
    );
    served.join().unwrap();
}

#[test]
fn other_versions_are_told() {
    let older = [
        &[1, HELLO, 0, 16, 0, 0, 0, 1][..],
        &[0, 1, 0, 8, 0, 0, 0, 2],
    ]
    .concat();
    let bare = vec![4, HELLO, 0, 8, 0, 0, 0, 1];
    let failed = message(ERROR, 1, &[0, 0, 0, 0]);
    for said in [older, bare, failed, Vec::new()] {
        let socket = Socket::new();
        let served = socket.serve(move |mut stream| {
            heard(&mut stream).unwrap();
            stream.write_all(&said).unwrap();
        });
        let error = count(&socket, LONG).unwrap_err();
        assert!(matches!(error, Error::OtherVersions), "{error}");
        served.join().unwrap();
    }
}

/// Answers that are cut off, too short for a message, to something else, or an error.
#[test]
fn what_is_no_answer_is_an_error() {
    type Answer = fn(u32) -> Vec<u8>;
    let answers: [(Answer, &str); 5] = [
        (|xid| counted(xid)[..20].to_vec(), "hung up"),
        (|_| vec![5, MULTIPART, 0, 7, 0, 0, 0, 2], "cannot be read"),
        (
            |xid| message(MULTIPART, xid, &[0, 1, 0, 0, 0, 0, 0, 0]),
            "cannot be read",
        ),
        (|xid| message(MULTIPART, xid, &[0, 2]), "cannot be read"),
        (|xid| message(ERROR, xid, &[0, 1, 0, 2]), "bad request"),
    ];
    for (answer, words) in answers {
        let socket = Socket::new();
        let served = socket.serve(move |mut stream| {
            let xid = greet(&mut stream);
            stream.write_all(&answer(xid)).unwrap();
        });
        let error = count(&socket, LONG).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        served.join().unwrap();
    }
}

fn add(note: &[u8]) -> FlowMod {
    FlowMod {
        command: Command::Add,
        table: 0,
        priority: 1,
        cookie: 1,
        cookie_mask: 0,
        matches: Vec::new(),
        instructions: note.to_vec(),
    }
}

/// Takes the beginning of a bundle.
fn open_bundle(stream: &mut UnixStream) {
    let xid = greet(stream);
    let opened = message(BUNDLE, xid, &[0, 0, 0, 2, 0, 1, 0, 0]);
    stream.write_all(&opened).unwrap();
}

/// Takes its end.
fn close_bundle(stream: &mut UnixStream, xid: u32) {
    let closed = message(BUNDLE, xid, &[0, 0, 0, 2, 0, 3, 0, 0]);
    stream.write_all(&closed).unwrap();
}

/// Listens until it is hung up on.
fn is_not_committed(stream: &mut UnixStream) {
    while let Some((kind, _, body)) = heard(stream) {
        assert!(kind != BUNDLE || body[4..6] != [0, 4], "it was committed");
    }
}

/// Of three changes the second is refused: the bundle is never committed.
#[test]
fn what_is_refused_in_part_is_refused_whole() {
    let socket = Socket::new();
    let served = socket.serve(|mut stream| {
        open_bundle(&mut stream);
        let adds: Vec<(u8, u32)> = (0..3)
            .map(|_| {
                heard(&mut stream)
                    .map(|(kind, xid, _)| (kind, xid))
                    .unwrap()
            })
            .collect();
        assert!(adds.iter().all(|(kind, _)| *kind == ADD));
        stream
            .write_all(&message(ERROR, adds[1].1, &[0, 4, 0, 5]))
            .unwrap();
        let (_, close, body) = heard(&mut stream).unwrap();
        assert_eq!(body[4..6], [0, 2]);
        close_bundle(&mut stream, close);
        is_not_committed(&mut stream);
    });
    let mut connection = Connection::open(&socket.0, LONG).unwrap();
    let changes = vec![add(&[]); 3].into_iter().map(Ok);
    let error = connection.bring(changes).unwrap_err().to_string();
    assert!(
        error.contains("number 2 of 3 changes: bad match"),
        "{error}"
    );
    drop(connection);
    served.join().unwrap();
}

/// One that there are no bytes for keeps the others from being made.
#[test]
fn what_cannot_be_said_is_not_said_in_part() {
    let socket = Socket::new();
    let served = socket.serve(|mut stream| {
        is_not_committed(&mut stream);
    });
    let mut connection = Connection::open(&socket.0, LONG).unwrap();
    let changes = [add(&[]), add(&[0; 1 << 16]), add(&[])].into_iter().map(Ok);
    let error = connection.bring(changes).unwrap_err();
    assert!(matches!(error, Error::Unspeakable(_)), "{error}");
    drop(connection);
    served.join().unwrap();
}

/// It hangs up instead of saying that it has made the changes.
#[test]
fn what_is_not_said_to_be_made_is_an_error() {
    let socket = Socket::new();
    let served = socket.serve(|mut stream| {
        open_bundle(&mut stream);
        heard(&mut stream).unwrap();
        let (_, close, _) = heard(&mut stream).unwrap();
        close_bundle(&mut stream, close);
        heard(&mut stream).unwrap();
    });
    let mut connection = Connection::open(&socket.0, LONG).unwrap();
    let bundle = connection.bring([add(&[])].into_iter().map(Ok)).unwrap();
    let error = connection.commit(&bundle).unwrap_err();
    // It may have been made.
    assert!(
        matches!(error, Error::Uncertain(ref why) if matches!(**why, Error::HungUp)),
        "{error}"
    );
    served.join().unwrap();
}
