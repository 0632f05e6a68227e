use super::field::{ETH_TYPE, FIELDS, Field, IP, IP_PROTO, IPV6, PROTOCOLS};
use super::value::{self, Value};
use super::{UNKNOWN, Unspeakable, parse_unknown, unknown};
use crate::bytes::number;
use crate::oxm::{Oxm, oxms};

/// A match in words; one without fields has none.
pub fn matches(fields: &[u8]) -> String {
    spell(fields).unwrap_or_else(|| unknown(fields))
}

fn spell(fields: &[u8]) -> Option<String> {
    let mut found: Vec<(usize, Value)> = Vec::with_capacity(8);
    for oxm in oxms(fields) {
        let oxm = oxm.ok()?;
        let is = |field: &Field| (field.class, field.field) == (oxm.class, oxm.field);
        let rank = FIELDS.iter().position(is)?;
        let field = FIELDS.get(rank)?;
        (oxm.value.len() == field.length).then_some(())?;
        found.push((rank, (number(oxm.value), oxm.mask.map(number))));
    }
    found.sort_unstable_by_key(|(rank, _)| *rank);
    let is_twice =
        |pair: &[(usize, Value)]| pair.first().map(|one| one.0) == pair.last().map(|one| one.0);
    (!found.windows(2).any(is_twice)).then_some(())?;
    let exact = |key: (u16, u8)| -> Option<Option<u128>> {
        let of_key = |(rank, _): &&(usize, Value)| {
            FIELDS
                .get(*rank)
                .is_some_and(|field| (field.class, field.field) == key)
        };
        match found.iter().find(of_key) {
            None => Some(None),
            Some((_, (number, None))) => Some(Some(*number)),
            // No protocol is called by some of its bits.
            Some((_, (_, Some(_)))) => None,
        }
    };
    let eth_type = exact(ETH_TYPE)?.and_then(|number| u16::try_from(number).ok());
    let ip_proto = exact(IP_PROTO)?.and_then(|number| u8::try_from(number).ok());
    let is_word = |proto| {
        let same = |known: &&super::field::Protocol| {
            Some(known.eth_type) == eth_type && known.ip_proto == proto
        };
        PROTOCOLS.iter().find(same)
    };
    let word = ip_proto.and_then(|proto| is_word(Some(proto)));
    let word = word.or_else(|| is_word(None));
    let mut text = String::with_capacity(64);
    if let Some(word) = word {
        text.push_str(word.word);
    }
    for (rank, value) in found {
        let field = FIELDS.get(rank)?;
        let is_said = match (field.class, field.field) {
            ETH_TYPE => word.is_some(),
            IP_PROTO => word.is_some_and(|word| word.ip_proto.is_some()),
            _ => false,
        };
        if is_said {
            continue;
        }
        field.of.has(eth_type, ip_proto).then_some(())?;
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(field.name);
        text.push('=');
        value::write(&mut text, field.kind, field.length, value)?;
    }
    Some(text)
}

/// The fields of a match, from its words.
///
/// # Errors
///
/// Words that are not known, or that would be read back as others.
pub fn parse_matches(text: &str) -> Result<Vec<u8>, Unspeakable> {
    let parsed = if text.starts_with(UNKNOWN) {
        parse_unknown(text)
    } else {
        parse(text)
    };
    let said = parsed.filter(|bytes| matches(bytes) == text);
    said.ok_or_else(|| Unspeakable::new(text))
}

fn parse(text: &str) -> Option<Vec<u8>> {
    let (mut eth_type, mut ip_proto) = (None, None);
    let parts = || text.split(',').filter(|_| !text.is_empty());
    for part in parts() {
        if let Some(word) = PROTOCOLS.iter().find(|known| known.word == part) {
            eth_type = Some(word.eth_type);
            ip_proto = word.ip_proto.or(ip_proto);
        } else if let Some(number) = part.strip_prefix("dl_type=0x") {
            eth_type = Some(u16::from_str_radix(number, 16).ok()?);
        } else if let Some(number) = part.strip_prefix("nw_proto=") {
            ip_proto = Some(number.parse().ok()?);
        }
    }
    let mut bytes = Vec::with_capacity(64);
    // What others hang on comes first.
    if let Some(number) = eth_type {
        put(&mut bytes, ETH_TYPE, &number.to_be_bytes(), None);
    }
    if let Some(number) = ip_proto {
        matches!(eth_type, Some(IP | IPV6)).then_some(())?;
        put(&mut bytes, IP_PROTO, &[number], None);
    }
    for part in parts() {
        let Some((name, words)) = part.split_once('=') else {
            PROTOCOLS.iter().find(|known| known.word == part)?;
            continue;
        };
        let is = |field: &&Field| field.name == name && field.of.has(eth_type, ip_proto);
        let field = FIELDS.iter().find(is)?;
        let key = (field.class, field.field);
        if key == ETH_TYPE || key == IP_PROTO {
            continue;
        }
        let (number, mask) = value::parse(field.kind, field.length, words)?;
        let [number, mask] = [Some(number), mask].map(|number| number.map(u128::to_be_bytes));
        let cut = |bytes: &[u8; 16]| bytes.get(16 - field.length..).map(<[u8]>::to_vec);
        let value = number.as_ref().and_then(cut)?;
        let mask = mask.as_ref().and_then(cut);
        put(&mut bytes, key, &value, mask.as_deref());
    }
    Some(bytes)
}

fn put(bytes: &mut Vec<u8>, (class, field): (u16, u8), value: &[u8], mask: Option<&[u8]>) {
    let oxm = Oxm {
        class,
        field,
        value,
        mask,
    };
    oxm.write(bytes);
}
