use crate::bytes::{Bytes, Malformed};

/// A port of a bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its number.
    pub number: u32,
    /// Its name, or as much of it as OpenFlow has room for.
    pub name: String,
}

/// The ports in an answer (section 7.2.1).
///
/// # Errors
///
/// Bytes that are none.
pub fn ports(answer: &[u8]) -> Result<Vec<Port>, Malformed> {
    let mut left = Bytes::of(answer, "a port");
    let mut ports = Vec::new();
    while !left.is_empty() {
        let (number, length) = (left.u32()?, usize::from(left.u16()?));
        let Some(length) = length.checked_sub(6) else {
            return left.wrong();
        };
        let mut port = Bytes::of(left.take(length)?, "a port");
        // Fillings and the hardware address.
        port.skip(2 + 6 + 2)?;
        let name = port.take(16)?;
        let end = name.iter().position(|byte| *byte == 0);
        let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
        ports.push(Port {
            number,
            name: String::from_utf8_lossy(name).into_owned(),
        });
    }
    Ok(ports)
}

/// The tables in an answer, and how many flows each has (section 7.3.5.4).
///
/// # Errors
///
/// Bytes that are none.
pub fn tables(answer: &[u8]) -> Result<Vec<(u8, u32)>, Malformed> {
    let mut left = Bytes::of(answer, "a table");
    let mut tables = Vec::new();
    while !left.is_empty() {
        let table = left.u8()?;
        left.skip(3)?;
        tables.push((table, left.u32()?));
        left.skip(16)?;
    }
    Ok(tables)
}

/// The count in an answer (section 7.3.5.3).
///
/// # Errors
///
/// Bytes that are none.
pub fn flow_count(answer: &[u8]) -> Result<u32, Malformed> {
    let mut left = Bytes::of(answer, "a count of flows");
    left.skip(16)?;
    left.u32()
}

/// How fragments are handled, in an answer (section 7.3.2).
///
/// # Errors
///
/// Bytes that do not say it.
pub fn fragments(answer: &[u8]) -> Result<u16, Malformed> {
    Bytes::of(answer, "a configuration").u16()
}

/// How much of a frame a controller gets, in the same answer.
///
/// # Errors
///
/// Bytes that do not say it.
pub fn miss_send_length(answer: &[u8]) -> Result<u16, Malformed> {
    let mut left = Bytes::of(answer, "a configuration");
    left.skip(2)?;
    left.u16()
}
