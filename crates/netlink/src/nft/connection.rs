use std::time::{Duration, Instant};

use super::batch::Batched;
use super::numbers::{chain, element, expr, flag, msg, object, rule, set, table};
use super::{Chain, Counter, Element, Family, Rule, Set, TableId};
use crate::Error;
use crate::attr::Attrs;
use crate::message::Messages;
use crate::socket::Socket;

use nix::errno::Errno;

/// How often a dump that others disturbed is begun again.
const MOST_RESTARTS: usize = 100;

/// nf_tables of one network namespace: that of the thread which opened the connection.
#[derive(Debug)]
pub struct Connection {
    socket: Socket,
    spent: Vec<Duration>,
}

/// The number of the last committed change of anybody's in the namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation(pub u32);

impl Generation {
    /// The number that the next committed change will have. The kernel passes over zero.
    #[must_use]
    pub fn next(self) -> Generation {
        Generation(self.0.wrapping_add(1).max(1))
    }
}

impl Connection {
    /// Opens a connection; needs no privilege by itself.
    pub fn open() -> Result<Connection, Error> {
        Ok(Connection {
            socket: Socket::open()?,
            spent: Vec::new(),
        })
    }

    /// Carries out a transaction, whole or not at all.
    pub fn commit(&mut self, batch: Batched) -> Result<(), Error> {
        let Batched { messages, objects } = batch;
        let last = u32::try_from(objects.len() - 1).unwrap_or(u32::MAX);
        let begun = Instant::now();
        self.socket.send(messages.bytes())?;
        let answer = self.socket.receive(0, last, |_| Ok(()));
        self.spent.push(begun.elapsed());
        match answer {
            Ok(_) => Ok(()),
            Err((
                _,
                Error::Refused {
                    errno: Errno::ERESTART,
                    ..
                },
            )) => Err(Error::Stale),
            Err((seq, error)) => {
                let index = usize::try_from(seq).unwrap_or(usize::MAX);
                Err(error.about(objects.get(index).map_or("", String::as_str)))
            }
        }
    }

    /// Ends the connection behind the caller's back. After a change, the kernel lets nobody close one before it
    /// has waited a grace period and put away what was taken out (`nft_rcv_nl_event`, Linux 6.12): some 10 ms
    /// in which nothing happens any more that the caller could want to know.
    pub fn close(self) {
        // Where no thread can be had, it is closed here.
        let _ = std::thread::Builder::new().spawn(move || drop(self));
    }

    /// How long each transaction since the last call took, from sending to the kernel's answer.
    pub fn take_spent(&mut self) -> Vec<Duration> {
        std::mem::take(&mut self.spent)
    }

    /// The number of the last committed change.
    pub fn generation(&mut self) -> Result<Generation, Error> {
        let mut generation = None;
        self.ask(
            msg::GET_GENERATION,
            0,
            None,
            "the generation",
            |_| {},
            |attrs| {
                generation = attrs.u32(1);
                Some(())
            },
        )?;
        generation
            .map(Generation)
            .ok_or(Error::Malformed("the generation"))
    }

    /// The tables of a family, by name.
    pub fn tables(&mut self, family: Family) -> Result<Vec<String>, Error> {
        self.dump(
            msg::GET_TABLE,
            Some(family),
            "the tables",
            |_| {},
            |attrs| attrs.text(table::NAME),
        )
    }

    /// Does the table sleep? Then nothing comes to its base chains.
    pub fn is_dormant(&mut self, id: &TableId) -> Result<bool, Error> {
        let tables = self.dump(
            msg::GET_TABLE,
            Some(id.family),
            "the tables",
            |_| {},
            |attrs| {
                Some((
                    attrs.text(table::NAME)?,
                    attrs.u32(table::FLAGS).unwrap_or(0),
                ))
            },
        )?;
        let flags = only(tables, &id.name);
        Ok(flags.iter().any(|flags| flags & table::FLAG_DORMANT != 0))
    }

    /// The chains of a table.
    pub fn chains(&mut self, id: &TableId) -> Result<Vec<Chain>, Error> {
        let chains = self.dump(
            msg::GET_CHAIN,
            Some(id.family),
            "the chains",
            |to| to.attr_str(chain::TABLE, &id.name),
            |attrs| Some((attrs.text(chain::TABLE)?, Chain::read(attrs)?)),
        )?;
        Ok(only(chains, &id.name))
    }

    /// The rules of a table with the names of their chains, in order.
    pub fn rules(&mut self, id: &TableId) -> Result<Vec<(String, Rule)>, Error> {
        let rules = self.dump(
            msg::GET_RULE,
            Some(id.family),
            "the rules",
            |to| to.attr_str(rule::TABLE, &id.name),
            |attrs| Some((attrs.text(rule::TABLE)?, Rule::read(attrs)?)),
        )?;
        Ok(only(rules, &id.name))
    }

    /// The sets of a table.
    pub fn sets(&mut self, id: &TableId) -> Result<Vec<Set>, Error> {
        let sets = self.dump(
            msg::GET_SET,
            Some(id.family),
            "the sets",
            |to| to.attr_str(set::TABLE, &id.name),
            |attrs| Some((attrs.text(set::TABLE)?, Set::read(attrs)?)),
        )?;
        Ok(only(sets, &id.name))
    }

    /// The elements of a set.
    pub fn elements(&mut self, id: &TableId, set: &str) -> Result<Vec<Element>, Error> {
        let object = format!("the elements of set {set}");
        let lists = self.dump(
            msg::GET_ELEMENT,
            Some(id.family),
            &object,
            |to| name_set(to, id, set),
            read_elements,
        )?;
        Ok(lists.into_iter().flatten().collect())
    }

    /// The named counters of a table.
    pub fn counters(&mut self, id: &TableId) -> Result<Vec<Counter>, Error> {
        let counters = self.dump(
            msg::GET_OBJECT,
            Some(id.family),
            "the counters",
            |to| {
                to.attr_str(object::TABLE, &id.name);
                to.attr_u32(object::KIND, object::COUNTER);
            },
            |attrs| Some((attrs.text(object::TABLE)?, Counter::read(attrs)?)),
        )?;
        Ok(only(counters, &id.name))
    }

    /// Those of the given elements that the set holds, each found by its key alone.
    pub fn find_elements(
        &mut self,
        id: &TableId,
        set: &str,
        keys: &[Element],
    ) -> Result<Vec<Element>, Error> {
        let mut found = Vec::new();
        for key in keys {
            let object = format!("an element of set {set}");
            let question = |to: &mut Messages| {
                name_set(to, id, set);
                let list = to.nest(element::ELEMENTS);
                key.write_key(to);
                to.close(list);
            };
            let answer = self.ask(
                msg::GET_ELEMENT,
                0,
                Some(id.family),
                &object,
                question,
                |attrs| {
                    found.extend(read_elements(attrs)?);
                    Some(())
                },
            );
            match answer {
                Ok(_) => {}
                Err(error) if error.errno() == Some(Errno::ENOENT) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// A whole list, begun again until no change of anybody's has disturbed it.
    fn dump<T>(
        &mut self,
        kind: u16,
        family: Option<Family>,
        object: &str,
        question: impl Fn(&mut Messages),
        read: impl Fn(Attrs<'_>) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        for _ in 0..MOST_RESTARTS {
            let mut items = Vec::new();
            let consistent = self.ask(kind, flag::DUMP, family, object, &question, |attrs| {
                items.push(read(attrs)?);
                Some(())
            })?;
            if consistent {
                return Ok(items);
            }
        }
        Err(Error::Stale)
    }

    fn ask(
        &mut self,
        kind: u16,
        flags: u16,
        family: Option<Family>,
        object: &str,
        question: impl FnOnce(&mut Messages),
        mut each: impl FnMut(Attrs<'_>) -> Option<()>,
    ) -> Result<bool, Error> {
        let seq = self.socket.take_seqs(1);
        // A dump ends by itself; a single answer is followed by an acknowledgement.
        let flags = if flags == 0 { flag::ACK } else { flags };
        let mut to = Messages::default();
        let open = to.begin(
            kind,
            flag::REQUEST | flags,
            seq,
            family.map_or(0, |f| f as u8),
            0,
        );
        question(&mut to);
        to.end(open);
        self.socket.send(to.bytes())?;
        let answer = self.socket.receive(seq, seq, |answer| {
            each(answer.attrs).ok_or(Error::Malformed("an nf_tables object"))
        });
        answer.map_err(|(_, error)| error.about(object))
    }
}

fn name_set(to: &mut Messages, id: &TableId, set: &str) {
    to.attr_str(element::TABLE, &id.name);
    to.attr_str(element::SET, set);
}

fn read_elements(attrs: Attrs<'_>) -> Option<Vec<Element>> {
    attrs
        .nested(element::ELEMENTS)
        .filter(|(kind, _)| *kind == expr::LIST_ELEM)
        .map(|(_, item)| Element::read(Attrs(item)))
        .collect()
}

/// Older kernels ignore the table in a question and list those of every table.
fn only<T>(items: Vec<(String, T)>, table: &str) -> Vec<T> {
    items
        .into_iter()
        .filter(|(name, _)| name == table)
        .map(|(_, item)| item)
        .collect()
}
