use super::chain::write_hook;
use super::numbers::{BATCH_BEGIN, BATCH_END, BATCH_GENID, SUBSYS, flag, msg};
use super::numbers::{chain, element, object, rule, set, table};
use super::{BaseChain, DeviceSpec, Element, Family, Generation, Policy, Rule, Set, TableId};
use crate::message::{MAX_ATTRIBUTE, Messages};

/// Room for one message's worth of elements: a list attribute holds less than 64 KiB.
const ELEMENTS_PER_MESSAGE: usize = MAX_ATTRIBUTE - 1024;

/// A transaction: all of it holds, or nothing of it does.
#[derive(Debug)]
pub struct Batch {
    messages: Messages,
    objects: Vec<String>,
    last_at: usize,
    set_ids: u32,
}

/// A transaction that is ready to be sent, with what each of its messages is about.
#[derive(Debug)]
pub struct Batched {
    pub(crate) messages: Messages,
    pub(crate) objects: Vec<String>,
}

impl Default for Batch {
    fn default() -> Batch {
        Batch::new()
    }
}

impl Batch {
    /// A transaction that holds whatever others did in the meantime.
    pub fn new() -> Batch {
        Batch::begin(None)
    }

    /// A transaction that holds only if nobody has changed nf_tables since this generation.
    pub fn after(generation: Generation) -> Batch {
        Batch::begin(Some(generation))
    }

    fn begin(generation: Option<Generation>) -> Batch {
        let mut batch = Batch {
            messages: Messages::with_capacity(1 << 16),
            objects: vec!["the transaction".to_owned()],
            last_at: 0,
            set_ids: 0,
        };
        let open = batch
            .messages
            .begin(BATCH_BEGIN, flag::REQUEST, 0, 0, SUBSYS);
        if let Some(Generation(id)) = generation {
            batch.messages.attr_u32(BATCH_GENID, id);
        }
        batch.messages.end(open);
        batch
    }

    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        self.objects.len() == 1
    }

    /// Makes a table; one that exists stays as it is.
    pub fn add_table(&mut self, id: &TableId) {
        self.message(msg::NEW_TABLE, flag::CREATE, id.family, "table", |to| {
            to.attr_str(table::NAME, &id.name);
            // A NUL-ended comment in libnftnl's layout: type 0, length, text.
            const COMMENT: &[u8] = b"vifguard\0";
            to.attr(table::USERDATA, &[&[0, 9], COMMENT].concat());
        });
    }

    /// Puts a table to sleep or wakes it up.
    pub fn set_dormant(&mut self, id: &TableId, dormant: bool) {
        self.message(msg::NEW_TABLE, 0, id.family, "table", |to| {
            to.attr_str(table::NAME, &id.name);
            to.attr_u32(table::FLAGS, if dormant { table::FLAG_DORMANT } else { 0 });
        });
    }

    /// Removes a table and all in it.
    pub fn delete_table(&mut self, id: &TableId) {
        self.message(msg::DEL_TABLE, 0, id.family, "table", |to| {
            to.attr_str(table::NAME, &id.name);
        });
    }

    /// Makes a chain that other chains send frames to.
    pub fn add_chain(&mut self, id: &TableId, name: &str) {
        self.message(
            msg::NEW_CHAIN,
            flag::CREATE,
            id.family,
            &format!("chain {name}"),
            |to| {
                to.attr_str(chain::TABLE, &id.name);
                to.attr_str(chain::NAME, name);
            },
        );
    }

    /// Makes a base chain. Its hooks work from this message on, its rules from the commit.
    pub fn add_base_chain(&mut self, id: &TableId, name: &str, base: &BaseChain) {
        self.message(
            msg::NEW_CHAIN,
            flag::CREATE,
            id.family,
            &format!("chain {name}"),
            |to| {
                to.attr_str(chain::TABLE, &id.name);
                to.attr_str(chain::NAME, name);
                base.write(to, &base.devices);
            },
        );
    }

    /// Changes what becomes of frames that no rule of a base chain settled.
    pub fn set_policy(&mut self, id: &TableId, name: &str, policy: Policy) {
        self.message(
            msg::NEW_CHAIN,
            0,
            id.family,
            &format!("policy of {name}"),
            |to| {
                to.attr_str(chain::TABLE, &id.name);
                to.attr_str(chain::NAME, name);
                to.attr_u32(chain::POLICY, u32::from(policy == Policy::Accept));
            },
        );
    }

    /// Hooks a base chain of the netdev family to further devices.
    pub fn add_devices(&mut self, id: &TableId, name: &str, priority: i32, more: &[DeviceSpec]) {
        let object = format!("devices of {name}");
        self.message(msg::NEW_CHAIN, 0, id.family, &object, |to| {
            to.attr_str(chain::TABLE, &id.name);
            to.attr_str(chain::NAME, name);
            write_hook(to, Some(priority), more);
        });
    }

    /// Takes a base chain of the netdev family off some of its devices.
    pub fn delete_devices(&mut self, id: &TableId, name: &str, priority: i32, gone: &[DeviceSpec]) {
        let object = format!("devices of {name}");
        self.message(msg::DEL_CHAIN, 0, id.family, &object, |to| {
            to.attr_str(chain::TABLE, &id.name);
            to.attr_str(chain::NAME, name);
            write_hook(to, Some(priority), gone);
        });
    }

    /// Removes a chain, which nothing may refer to any more.
    pub fn delete_chain(&mut self, id: &TableId, name: &str) {
        self.message(
            msg::DEL_CHAIN,
            0,
            id.family,
            &format!("chain {name}"),
            |to| {
                to.attr_str(chain::TABLE, &id.name);
                to.attr_str(chain::NAME, name);
            },
        );
    }

    /// Puts a rule at the end of a chain.
    pub fn add_rule(&mut self, id: &TableId, chain: &str, value: &Rule) {
        let object = format!("rule of {chain}: {value}");
        self.message(
            msg::NEW_RULE,
            flag::CREATE | flag::APPEND,
            id.family,
            &object,
            |to| {
                to.attr_str(rule::TABLE, &id.name);
                to.attr_str(rule::CHAIN, chain);
                value.write(to);
            },
        );
    }

    /// Removes all rules of a chain.
    pub fn flush_chain(&mut self, id: &TableId, chain: &str) {
        self.message(
            msg::DEL_RULE,
            0,
            id.family,
            &format!("rules of {chain}"),
            |to| {
                to.attr_str(rule::TABLE, &id.name);
                to.attr_str(rule::CHAIN, chain);
            },
        );
    }

    /// Makes a set.
    pub fn add_set(&mut self, id: &TableId, value: &Set) {
        self.set_ids += 1;
        let number = self.set_ids;
        let object = format!("set {}", value.name);
        self.message(msg::NEW_SET, flag::CREATE, id.family, &object, |to| {
            to.attr_str(set::TABLE, &id.name);
            value.write(to, number);
        });
    }

    /// Removes a set, which nothing may refer to any more.
    pub fn delete_set(&mut self, id: &TableId, name: &str) {
        self.message(msg::DEL_SET, 0, id.family, &format!("set {name}"), |to| {
            to.attr_str(set::TABLE, &id.name);
            to.attr_str(set::NAME, name);
        });
    }

    /// Makes a counter at zero; one that exists counts on.
    pub fn add_counter(&mut self, id: &TableId, name: &str) {
        let object = format!("counter {name}");
        self.message(msg::NEW_OBJECT, flag::CREATE, id.family, &object, |to| {
            to.attr_str(object::TABLE, &id.name);
            to.attr_str(object::NAME, name);
            to.attr_u32(object::KIND, object::COUNTER);
            let empty = to.nest(object::DATA);
            to.close(empty);
        });
    }

    /// Removes a counter, which no element may refer to any more.
    pub fn delete_counter(&mut self, id: &TableId, name: &str) {
        let object = format!("counter {name}");
        self.message(msg::DEL_OBJECT, 0, id.family, &object, |to| {
            to.attr_str(object::TABLE, &id.name);
            to.attr_str(object::NAME, name);
            to.attr_u32(object::KIND, object::COUNTER);
        });
    }

    /// Puts elements into a set.
    pub fn add_elements(&mut self, id: &TableId, set: &str, elements: &[Element]) {
        self.elements(
            msg::NEW_ELEMENT,
            flag::CREATE,
            id,
            set,
            elements,
            Element::write,
        );
    }

    /// Takes elements, found by their keys, out of a set.
    pub fn delete_elements(&mut self, id: &TableId, set: &str, elements: &[Element]) {
        self.elements(msg::DEL_ELEMENT, 0, id, set, elements, Element::write_key);
    }

    fn elements(
        &mut self,
        kind: u16,
        flags: u16,
        id: &TableId,
        set: &str,
        mut elements: &[Element],
        write: impl Fn(&Element, &mut Messages),
    ) {
        while !elements.is_empty() {
            let mut room = ELEMENTS_PER_MESSAGE;
            let fits = |element: &&Element| {
                room = room.saturating_sub(element.wire_len());
                room > 0
            };
            let count = elements.iter().take_while(fits).count().max(1);
            let (now, later) = elements.split_at(count);
            self.message(
                kind,
                flags,
                id.family,
                &format!("elements of set {set}"),
                |to| {
                    to.attr_str(element::TABLE, &id.name);
                    to.attr_str(element::SET, set);
                    let list = to.nest(element::ELEMENTS);
                    for element in now {
                        write(element, to);
                    }
                    to.close(list);
                },
            );
            elements = later;
        }
    }

    /// Closes the transaction.
    pub fn close(mut self) -> Batched {
        // Not END: kernels before 6.10 do not acknowledge it.
        self.messages.add_flags(self.last_at, flag::ACK);
        let end = self.messages.begin(BATCH_END, flag::REQUEST, 0, 0, SUBSYS);
        self.messages.end(end);
        Batched {
            messages: self.messages,
            objects: self.objects,
        }
    }

    /// Leaves the transaction open: the kernel looks at every message and then forgets them all.
    pub fn rehearse(mut self) -> Batched {
        self.messages.add_flags(self.last_at, flag::ACK);
        Batched {
            messages: self.messages,
            objects: self.objects,
        }
    }

    fn message(
        &mut self,
        kind: u16,
        flags: u16,
        family: Family,
        object: &str,
        write: impl FnOnce(&mut Messages),
    ) {
        let seq = u32::try_from(self.objects.len()).unwrap_or(u32::MAX);
        self.last_at = self.messages.len();
        let open = self
            .messages
            .begin(kind, flag::REQUEST | flags, seq, family as u8, 0);
        write(&mut self.messages);
        self.messages.end(open);
        self.objects.push(object.to_owned());
    }
}
