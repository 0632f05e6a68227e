//! What a program needs to start: its loader and the names of its libraries (ELF, 64 bits, little endian).

/// Kinds of program headers and of entries in the dynamic section.
const DYNAMIC: u32 = 2;
const INTERPRETER: u32 = 3;
const LOAD: u32 = 1;
const NEEDED: u64 = 1;
const STRINGS: u64 = 5;

/// What is asked for by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// The loader, by its path.
    pub(crate) loader: Option<String>,
    /// Libraries, by their names.
    pub(crate) libraries: Vec<String>,
}

struct Header {
    kind: u32,
    offset: u64,
    address: u64,
    size: u64,
}

/// Nothing, if these are not the bytes of such a program: a script has no libraries.
pub(crate) fn needs(file: &[u8]) -> Option<Needs> {
    if !file.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let headers = headers(file)?;
    let mut needs = Needs::default();
    if let Some(header) = headers.iter().find(|header| header.kind == INTERPRETER) {
        needs.loader = string(file, header.offset);
    }
    let Some(dynamic) = headers.iter().find(|header| header.kind == DYNAMIC) else {
        return Some(needs);
    };
    let entries = entries(file, dynamic)?;
    let value = |kind| entries.iter().find(|(key, _)| *key == kind);
    let Some((_, strings)) = value(STRINGS) else {
        return Some(needs);
    };
    // The section speaks of memory; the headers say what of the file lies there.
    let strings = headers.iter().find_map(|header| {
        let inside = strings.checked_sub(header.address)?;
        (header.kind == LOAD && inside < header.size).then_some(header.offset + inside)
    })?;
    let names = entries.iter().filter(|(key, _)| *key == NEEDED);
    for (_, name) in names {
        needs
            .libraries
            .push(string(file, strings.checked_add(*name)?)?);
    }
    Some(needs)
}

fn headers(file: &[u8]) -> Option<Vec<Header>> {
    let (at, size, count) = (u64_at(file, 32)?, u16_at(file, 54)?, u16_at(file, 56)?);
    let header = |number: u64| {
        let at = at.checked_add(number * u64::from(size))?;
        let field = |offset| u64_at(file, at.checked_add(offset)?);
        Some(Header {
            kind: u32_at(file, at)?,
            offset: field(8)?,
            address: field(16)?,
            size: field(32)?,
        })
    };
    (0..u64::from(count)).map(header).collect()
}

fn entries(file: &[u8], dynamic: &Header) -> Option<Vec<(u64, u64)>> {
    let count = dynamic.size / 16;
    let entry = |number: u64| {
        let at = dynamic.offset.checked_add(number * 16)?;
        Some((u64_at(file, at)?, u64_at(file, at.checked_add(8)?)?))
    };
    (0..count).map(entry).collect()
}

fn bytes<const N: usize>(file: &[u8], at: u64) -> Option<[u8; N]> {
    let rest = file.get(usize::try_from(at).ok()?..)?;
    rest.first_chunk().copied()
}

fn u16_at(file: &[u8], at: u64) -> Option<u16> {
    bytes(file, at).map(u16::from_le_bytes)
}

fn u32_at(file: &[u8], at: u64) -> Option<u32> {
    bytes(file, at).map(u32::from_le_bytes)
}

fn u64_at(file: &[u8], at: u64) -> Option<u64> {
    bytes(file, at).map(u64::from_le_bytes)
}

fn string(file: &[u8], at: u64) -> Option<String> {
    let rest = file.get(usize::try_from(at).ok()?..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    String::from_utf8(rest[..end].to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;

    use super::*;

    #[test]
    fn this_test_needs_the_c_library() {
        let file = fs::read(env::current_exe().unwrap()).unwrap();
        let needs = needs(&file).unwrap();
        assert!(needs.loader.is_some_and(|loader| loader.starts_with('/')));
        assert!(
            needs
                .libraries
                .iter()
                .any(|name| name.starts_with("libc.so"))
        );
    }

    #[test]
    fn no_bytes_are_too_few_to_be_looked_at() {
        let file = fs::read(env::current_exe().unwrap()).unwrap();
        for length in (0..4096).chain([file.len() / 2]) {
            let _ = needs(&file[..length]);
        }
        assert_eq!(needs(b"#!/bin/sh\n"), None);
    }
}
