use std::fmt::Write;

use super::{Unspeakable, hex, unknown};
use crate::action::{Action, read_all, write_all};
use crate::bytes::number;
use crate::oxm::Oxm;

/// Registers: of 4 bytes, of 8, of 16.
const REGISTERS: [(&str, u16, u8, u8, usize); 3] = [
    ("xxreg", 1, 111, 4, 16),
    ("xreg", 0x8001, 0, 8, 8),
    ("reg", 1, 0, 16, 4),
];
const LOADED: &str = "load:0x1->NXM_NX_REG";

/// What a flow does with a frame, in words.
pub fn actions(instructions: &[u8]) -> String {
    spell(instructions).unwrap_or_else(|| unknown(instructions))
}

fn spell(instructions: &[u8]) -> Option<String> {
    let actions = read_all(instructions).ok()??;
    if actions.is_empty() {
        return Some("drop".to_owned());
    }
    let mut text = String::with_capacity(64);
    for action in actions {
        if !text.is_empty() {
            text.push(',');
        }
        let before = text.len();
        if spell_one(&mut text, &action).is_none() {
            let mut bytes = Vec::new();
            action.write(&mut bytes);
            text.truncate(before);
            text.push_str(&unknown(&bytes));
        }
    }
    Some(text)
}

fn spell_one(text: &mut String, action: &Action<'_>) -> Option<()> {
    match action {
        Action::Note(bytes) => {
            text.push_str("note:");
            for (place, byte) in bytes.iter().enumerate() {
                if place > 0 {
                    text.push('.');
                }
                hex(text, *byte);
            }
            Some(())
        }
        Action::Resubmit(table) => (*table != u8::MAX)
            .then(|| write!(text, "resubmit(,{table})").ok())
            .flatten(),
        Action::Load {
            field,
            from,
            bits: 1,
            value: 1,
        } => {
            let [0, 1, register, 4] = field.to_be_bytes() else {
                return None;
            };
            let is_register = register % 2 == 0 && register < 32 && *from < 32;
            is_register.then_some(())?;
            write!(text, "{LOADED}{}[{from}]", register / 2).ok()
        }
        Action::Load { .. } | Action::Other(_) => None,
        Action::SetField(oxm) => {
            let of = |known: &&(&str, u16, u8, u8, usize)| {
                let (_, class, first, many, length) = **known;
                let is_one = oxm
                    .field
                    .checked_sub(first)
                    .is_some_and(|place| place < many);
                oxm.class == class && is_one && oxm.value.len() == length && oxm.mask.is_none()
            };
            let (name, _, first, ..) = REGISTERS.iter().find(of)?;
            let place = oxm.field - first;
            match number(oxm.value) {
                0 => write!(text, "set_field:0->{name}{place}"),
                value => write!(text, "set_field:{value:#x}->{name}{place}"),
            }
            .ok()
        }
    }
}

/// An action, with its bytes its own.
enum Owned {
    SetField {
        class: u16,
        field: u8,
        value: Vec<u8>,
    },
    Note(Vec<u8>),
    Other(Action<'static>),
}

/// The instructions of a flow, from its words.
///
/// # Errors
///
/// Words that are not known, or that would be read back as others.
pub fn parse_actions(text: &str) -> Result<Vec<u8>, Unspeakable> {
    let parsed: Option<Vec<Owned>> = match text {
        "drop" => Some(Vec::new()),
        _ => split(text).map(parse).collect(),
    };
    let owned = parsed.ok_or_else(|| Unspeakable::new(text))?;
    let owned_actions: Vec<Action<'_>> = owned
        .iter()
        .map(|action| match action {
            Owned::Note(bytes) => Action::Note(bytes),
            Owned::Other(action) => *action,
            Owned::SetField {
                class,
                field,
                value,
            } => Action::SetField(Oxm {
                class: *class,
                field: *field,
                value,
                mask: None,
            }),
        })
        .collect();
    let mut bytes = Vec::with_capacity(64);
    write_all(&mut bytes, &owned_actions);
    match self::actions(&bytes) == text {
        true => Ok(bytes),
        false => Err(Unspeakable::new(text)),
    }
}

/// At the commas, but for the one inside a resubmit.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let all = rest?;
        let is_resubmit = all.starts_with("resubmit(");
        let inside = is_resubmit.then(|| all.find(')')).flatten().unwrap_or(0);
        let comma = all.get(inside..)?.find(',').map(|at| at + inside);
        rest = comma.and_then(|at| all.get(at + 1..));
        Some(comma.and_then(|at| all.get(..at)).unwrap_or(all))
    })
}

fn parse(text: &str) -> Option<Owned> {
    if let Some(bytes) = text.strip_prefix("note:") {
        let byte = |byte| u8::from_str_radix(byte, 16).ok();
        return Some(Owned::Note(
            bytes.split('.').map(byte).collect::<Option<_>>()?,
        ));
    }
    if let Some(table) = text.strip_prefix("resubmit(,") {
        let table = table.strip_suffix(')')?.parse().ok()?;
        return Some(Owned::Other(Action::Resubmit(table)));
    }
    if let Some(place) = text.strip_prefix(LOADED) {
        let (register, bit) = place.strip_suffix(']')?.split_once('[')?;
        let register: u8 = register.parse().ok().filter(|number| *number < 16)?;
        return Some(Owned::Other(Action::Load {
            field: u32::from_be_bytes([0, 1, register << 1, 4]),
            from: bit.parse().ok().filter(|bit| *bit < 32)?,
            bits: 1,
            value: 1,
        }));
    }
    let (value, name) = text.strip_prefix("set_field:")?.split_once("->")?;
    let value = match value.strip_prefix("0x") {
        Some(digits) => u128::from_str_radix(digits, 16).ok()?,
        None => (value == "0").then_some(0)?,
    };
    let known = |(word, class, first, many, length): &(&str, u16, u8, u8, usize)| {
        let place: u8 = name.strip_prefix(word)?.parse().ok()?;
        (place < *many).then_some((*class, first + place, *length))
    };
    let (class, field, length) = REGISTERS.iter().find_map(known)?;
    let bytes = value.to_be_bytes();
    let (zeros, own) = bytes.split_at_checked(16 - length)?;
    zeros.iter().all(|byte| *byte == 0).then_some(())?;
    Some(Owned::SetField {
        class,
        field,
        value: own.to_vec(),
    })
}
