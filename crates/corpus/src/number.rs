use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A number in a case file: `12`, or `"0x88cc"` where the field's own notation is hexadecimal,
/// which JSON lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<T>(pub T);

impl<'de, T: TryFrom<u64>> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor(PhantomData))
    }
}

struct NumberVisitor<T>(PhantomData<T>);

impl<T: TryFrom<u64>> Visitor<'_> for NumberVisitor<T> {
    type Value = Number<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or its hexadecimal form such as \"0x88cc\"")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Number<T>, E> {
        T::try_from(value)
            .map(Number)
            .map_err(|_| E::custom(format!("{value} does not fit the field")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number<T>, E> {
        let digits = text
            .strip_prefix("0x")
            .and_then(|text| u64::from_str_radix(text, 16).ok());
        match digits {
            Some(value) => self.visit_u64(value),
            None => Err(E::custom(format!(
                "{text:?} is no number; write 12 or \"0x0c\""
            ))),
        }
    }
}
