//! Look-ups: `nft_lookup_eval`, `nft_objref_map_eval`.

use vifguard_netlink::nft::{Element, Value, Verdict};
use vifguard_nft::names::PORTS;

use super::ask::Ask;
use super::byte::{Byte, Key, Origin, begins_with};
use super::machine::{Machine, Test};
use crate::frame::{BitOf, Sight};
use crate::logic::Logic;
use crate::member::member;

/// What a look-up finds.
pub(super) struct Found<'h, L: Logic> {
    /// It finds something.
    pub(super) hit: L::Bit,
    /// What, and for which frames.
    elements: Option<Vec<(&'h Element, L::Bit)>>,
    /// The bytes that stand there, if they are the same for all frames.
    data: Option<Vec<Byte<L>>>,
}

/// Words of an element of the map of ports that tell ports apart: network and number.
const NETWORK: usize = 8;
const NUMBER: usize = 12;

impl<'m, S: Sight, A: Ask<S::Logic>> Machine<'m, S, A> {
    pub(super) fn key_len(&self, set: &str) -> Result<usize, String> {
        let set = self.table.set(set);
        let len = set.map(|set| set.key_len as usize);
        len.ok_or_else(|| "it uses a set that is not there".to_owned())
    }

    pub(super) fn look_up(
        &self,
        set: &str,
        key: &[Byte<S::Logic>],
    ) -> Result<Found<'m, S::Logic>, String> {
        let form = self.table.set(set);
        if form.is_none_or(|form| form.odd) {
            return Err(format!("set {set} is of a kind that is not read"));
        }
        if let Some(hit) = self.ask.found(set, key, self.interface) {
            return Ok(Found {
                hit,
                elements: None,
                data: None,
            });
        }
        let own = begins_with(self.logic(), key) == Some(self.interface.by());
        if set == PORTS && own && self.table.catch_all(set).is_none() {
            return self.port();
        }
        let begins: Vec<u8> = key
            .iter()
            .map_while(|byte| byte.value(self.logic()))
            .collect();
        let Some(elements) = self.table.elements(set, &begins) else {
            return Err(format!("frames change what is in set {set}"));
        };
        let catch_all = self.table.catch_all(set);
        let elements: Vec<_> = elements
            .iter()
            .copied()
            .filter(|element| !element.key.is_empty())
            .collect();
        if let Some(odd) = elements
            .iter()
            .chain(&catch_all)
            .find(|element| element.odd)
        {
            return Err(format!(
                "set {set} has an element of a kind that is not read: {:02x?}",
                odd.key
            ));
        }
        let found = self.among(key, &elements, catch_all);
        self.note_look_up(set, key, &found, catch_all.is_some());
        Ok(found)
    }

    /// The interface's own element in the map of ports.
    fn port(&self) -> Result<Found<'m, S::Logic>, String> {
        let logic = self.logic();
        let mut found = Found {
            hit: logic.constant(self.interface.entry.is_some()),
            elements: Some(Vec::new()),
            data: None,
        };
        if let Some(entry) = self.interface.entry {
            if entry.element.odd {
                return Err(
                    "the element of the map of ports is of a kind that is not read".to_owned(),
                );
            }
            let Value::Bytes(bytes) = &entry.element.value else {
                return Err("the element of the map of ports leads to nothing".to_owned());
            };
            let mut data: Vec<_> = bytes.iter().map(|byte| Byte::known(logic, *byte)).collect();
            let mut mark = |at: usize, origin: fn(u8) -> Origin| {
                for (i, byte) in (0u8..).zip(data.iter_mut().skip(at).take(4)) {
                    byte.from = Some(origin(i));
                }
            };
            mark(NETWORK, Origin::Network);
            mark(NUMBER, Origin::Number);
            found.data = Some(data);
        }
        Ok(found)
    }

    fn among(
        &self,
        key: &[Byte<S::Logic>],
        elements: &[&'m Element],
        catch_all: Option<&'m Element>,
    ) -> Found<'m, S::Logic> {
        let logic = self.logic();
        let word: Vec<BitOf<S>> = key.iter().flat_map(|byte| byte.bits.clone()).collect();
        let keys: Vec<&[u8]> = elements
            .iter()
            .map(|element| element.key.as_slice())
            .collect();
        let named = member(logic, &word, &keys);
        let rest = catch_all.map(|element| (element, logic.not(&named)));
        let mut all = elements.iter().copied().chain(catch_all);
        let leads = all.any(|element| element.value != Value::None);
        let elements = leads.then(|| {
            let each = elements
                .iter()
                .map(|element| (*element, member(logic, &word, &[&element.key])));
            let each = each.chain(rest.clone());
            each.filter(|(_, bit)| !logic.is_never(bit)).collect()
        });
        Found {
            hit: match rest {
                Some(_) => logic.constant(true),
                None => named,
            },
            elements,
            data: None,
        }
    }

    fn note_look_up(
        &self,
        set: &str,
        key: &[Byte<S::Logic>],
        found: &Found<'_, S::Logic>,
        catches_all: bool,
    ) {
        if key.iter().all(|byte| byte.from.is_none()) {
            return;
        }
        let logic = self.logic();
        let mut notes = self.notes.borrow_mut();
        let known = logic.known(&found.hit).filter(|_| !catches_all);
        let value = known.map(|hit| found.value(hit));
        match (Key::of(logic, key), value) {
            (Some(key), Some(Ok(value))) => notes.note(Test::Found {
                set: set.to_owned(),
                key,
                value,
            }),
            _ => notes.opaque = true,
        }
    }
}

impl<L: Logic> Found<'_, L> {
    /// What it leads to, if it is one and the same for all frames.
    fn value(&self, hit: bool) -> Result<Option<Value>, ()> {
        match (hit, self.elements.as_deref()) {
            (false, _) => Ok(None),
            (true, None) => Ok(Some(Value::None)),
            (true, Some([(element, _)])) => Ok(Some(element.value.clone())),
            (true, Some(_)) => Err(()),
        }
    }

    /// The data of a map, for frames that find something.
    pub(super) fn data(&self, logic: &L) -> Result<Vec<Byte<L>>, String> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let mut data: Vec<Byte<L>> = Vec::new();
        for (element, which) in self.elements.iter().flatten() {
            let Value::Bytes(bytes) = &element.value else {
                return Err("it loads from a set that is no map of bytes".to_owned());
            };
            data.resize(data.len().max(bytes.len()), Byte::known(logic, 0));
            for (at, byte) in bytes.iter().enumerate() {
                for bit in (0..8).filter(|bit| byte >> (7 - bit) & 1 == 1) {
                    let place = &mut data[at].bits[bit];
                    *place = logic.or(place, which);
                }
            }
        }
        Ok(data)
    }

    /// Where a verdict map sends frames.
    pub(super) fn verdicts(self) -> Result<Vec<(Verdict, L::Bit)>, String> {
        let verdict = |(element, which): (&Element, L::Bit)| match &element.value {
            Value::Verdict(verdict) => Ok((verdict.clone(), which)),
            Value::None | Value::Bytes(_) | Value::Counter(_) => {
                Err("it goes by a map that has no verdicts".to_owned())
            }
        };
        self.elements.into_iter().flatten().map(verdict).collect()
    }
}
