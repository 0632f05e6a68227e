use std::io::{self, ErrorKind, Read, Write};

/// An answer may be so long: all VMs of a large pool.
const LONGEST: usize = 256 << 20;
/// And its headers.
const LONGEST_HEAD: usize = 64 << 10;

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// What went wrong on the way.
pub(super) enum HttpError {
    /// The connection.
    Io(io::Error),
    /// What came is not HTTP, or of a kind that XAPI does not send.
    Malformed(&'static str),
}

impl From<io::Error> for HttpError {
    fn from(error: io::Error) -> HttpError {
        HttpError::Io(error)
    }
}

/// One request on a connection of its own, and its answer.
pub(super) fn post(
    wire: &mut (impl Read + Write + ?Sized),
    host: &str,
    body: &[u8],
) -> Result<Answer, HttpError> {
    let length = body.len();
    let head = format!(
        "POST /jsonrpc HTTP/1.1\r\nHost: {host}\r\nUser-Agent: vifguard\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    wire.write_all(head.as_bytes())?;
    wire.write_all(body)?;
    wire.flush()?;
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(head) = head_of(&bytes)? {
            break head;
        }
        if bytes.len() > LONGEST_HEAD {
            return Err(HttpError::Malformed("its headers have no end"));
        }
        if !more(wire, &mut bytes)? {
            return Err(io::Error::from(ErrorKind::UnexpectedEof).into());
        }
    };
    bytes.drain(..head.length);
    match head.body {
        Some(length) => {
            while bytes.len() < length {
                if !more(wire, &mut bytes)? {
                    return Err(io::Error::from(ErrorKind::UnexpectedEof).into());
                }
            }
            bytes.truncate(length);
        }
        // Without a length it ends with the connection; a part of a JSON text is none.
        None => {
            while more(wire, &mut bytes)? {
                if bytes.len() > LONGEST {
                    return Err(HttpError::Malformed("it has no end"));
                }
            }
        }
    }
    Ok(Answer {
        status: head.status,
        body: bytes,
    })
}

struct Head {
    status: u16,
    length: usize,
    body: Option<usize>,
}

fn head_of(bytes: &[u8]) -> Result<Option<Head>, HttpError> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(bytes);
    let Ok(parsed) = parsed else {
        return Err(HttpError::Malformed("it is not HTTP"));
    };
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let header = |name: &str| {
        let mut all = response.headers.iter();
        all.find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
    };
    if header("transfer-encoding").is_some() {
        return Err(HttpError::Malformed("it comes in chunks"));
    }
    let body = header("content-length").map(|value| {
        let text = str::from_utf8(value).ok().map(str::trim);
        let length = text.and_then(|text| text.parse::<usize>().ok());
        length.filter(|length| *length <= LONGEST)
    });
    if body == Some(None) {
        return Err(HttpError::Malformed("its length is no length"));
    }
    Ok(Some(Head {
        status: response.code.unwrap_or_default(),
        length,
        body: body.flatten(),
    }))
}

/// Reads on; false at the end.
fn more(wire: &mut (impl Read + ?Sized), bytes: &mut Vec<u8>) -> io::Result<bool> {
    let mut buffer = [0; 16 << 10];
    loop {
        match wire.read(&mut buffer) {
            Ok(count) => {
                bytes.extend_from_slice(&buffer[..count]);
                return Ok(count > 0);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
