//! Numbers made of bits, the most significant first, as they stand in a frame.

use std::cmp::Ordering;

use crate::Logic;

/// Eight bits.
pub(crate) type Octet<L> = [<L as Logic>::Bit; 8];

/// What words can be asked.
pub(crate) trait Words: Logic {
    /// A known byte.
    fn octet(&self, value: u8) -> Octet<Self>
    where
        Self: Sized,
    {
        std::array::from_fn(|i| self.constant(value >> (7 - i) & 1 == 1))
    }

    /// The byte, if all of it is known.
    fn known_octet(&self, octet: &Octet<Self>) -> Option<u8>
    where
        Self: Sized,
    {
        octet.iter().try_fold(0, |value, bit| {
            Some(value << 1 | u8::from(self.known(bit)?))
        })
    }

    /// Is it this number?
    fn is(&self, word: &[Self::Bit], number: u64) -> Self::Bit {
        let mut all = self.constant(true);
        for (i, bit) in word.iter().rev().enumerate() {
            let wanted = has(number, i);
            let bit = if wanted { bit.clone() } else { self.not(bit) };
            all = self.and(&bit, &all);
        }
        all
    }

    /// Is it one of these numbers?
    fn is_among(&self, word: &[Self::Bit], numbers: &[u64]) -> Self::Bit {
        let each: Vec<_> = numbers.iter().map(|n| self.is(word, *n)).collect();
        self.any(&each)
    }

    /// Do these bytes stand there?
    fn reads(&self, octets: &[Octet<Self>], bytes: &[u8]) -> Self::Bit
    where
        Self: Sized,
    {
        let pairs = octets.iter().zip(bytes).rev();
        pairs.fold(self.constant(true), |all, (octet, byte)| {
            self.and(&self.is(octet, u64::from(*byte)), &all)
        })
    }

    /// Do its first bits stand there?
    fn begins(&self, octets: &[Octet<Self>], bytes: &[u8], bits: usize) -> Self::Bit
    where
        Self: Sized,
    {
        let all = octets.iter().flatten().zip(bits_of(bytes)).take(bits);
        let all: Vec<_> = all
            .map(|(bit, wanted)| if wanted { bit.clone() } else { self.not(bit) })
            .collect();
        self.all(all.iter().rev())
    }

    /// How it compares with a known word of the same length: smaller, and equal.
    fn compare(&self, word: &[Self::Bit], with: impl IntoIterator<Item = bool>) -> Compared<Self>
    where
        Self: Sized,
    {
        let with: Vec<bool> = with.into_iter().collect();
        let mut compared = Compared {
            less: self.constant(false),
            equal: self.constant(true),
        };
        for (bit, wanted) in word.iter().zip(with).rev() {
            let (same, less) = if wanted {
                (bit.clone(), self.not(bit))
            } else {
                (self.not(bit), self.constant(false))
            };
            compared.less = self.or(&less, &self.and(&same, &compared.less));
            compared.equal = self.and(&same, &compared.equal);
        }
        compared
    }

    /// Is it smaller than this number?
    fn is_below(&self, word: &[Self::Bit], number: u64) -> Self::Bit
    where
        Self: Sized,
    {
        if word.len() < 64 && number >> word.len() != 0 {
            return self.constant(true);
        }
        let bits = (0..word.len()).rev().map(|i| has(number, i));
        self.compare(word, bits).less
    }

    /// Is it this number or a larger one?
    fn is_at_least(&self, word: &[Self::Bit], number: u64) -> Self::Bit
    where
        Self: Sized,
    {
        self.not(&self.is_below(word, number))
    }

    /// How two words of the same length compare.
    fn order(&self, one: &[Self::Bit], other: &[Self::Bit]) -> Compared<Self>
    where
        Self: Sized,
    {
        let mut compared = Compared {
            less: self.constant(false),
            equal: self.constant(true),
        };
        for (a, b) in one.iter().zip(other).rev() {
            let less = self.minus(b, a);
            let same = self.not(&self.or(&less, &self.minus(a, b)));
            compared.less = self.or(&less, &self.and(&same, &compared.less));
            compared.equal = self.and(&same, &compared.equal);
        }
        compared
    }

    /// The same number, with so many bits.
    fn widen(&self, word: &[Self::Bit], bits: usize) -> Vec<Self::Bit> {
        let mut wide = vec![self.constant(false); bits.saturating_sub(word.len())];
        wide.extend_from_slice(word);
        wide
    }

    /// The sum with a known number, one bit longer.
    fn plus(&self, word: &[Self::Bit], number: u64) -> Vec<Self::Bit> {
        let mut carry = self.constant(false);
        let mut sum = Vec::with_capacity(word.len() + 1);
        for (i, bit) in word.iter().rev().enumerate() {
            let (odd, both) = (self.not(&carry), self.and(bit, &carry));
            let differs = self.choose(bit, &odd, &carry);
            if has(number, i) {
                sum.push(self.not(&differs));
                carry = self.or(bit, &carry);
            } else {
                sum.push(differs);
                carry = both;
            }
        }
        sum.push(carry);
        sum.reverse();
        sum
    }
}

impl<L: Logic> Words for L {}

/// How two words compare.
pub(crate) struct Compared<L: Logic> {
    /// The first is smaller.
    pub(crate) less: L::Bit,
    /// They are the same.
    pub(crate) equal: L::Bit,
}

impl<L: Logic> Compared<L> {
    /// Is it so?
    pub(crate) fn is(&self, logic: &L, order: Ordering) -> L::Bit {
        match order {
            Ordering::Less => self.less.clone(),
            Ordering::Equal => self.equal.clone(),
            Ordering::Greater => logic.not(&logic.or(&self.less, &self.equal)),
        }
    }
}

/// The bits of bytes.
pub(crate) fn bits_of(bytes: &[u8]) -> impl Iterator<Item = bool> + '_ {
    let bits = |byte: &u8| {
        let byte = *byte;
        (0..8).rev().map(move |i| byte >> i & 1 == 1)
    };
    bytes.iter().flat_map(bits)
}

/// Is this bit of the number set, the least significant being 0?
fn has(number: u64, bit: usize) -> bool {
    bit < 64 && number >> bit & 1 == 1
}
