use crate::flow::{ANY, write_match};
use crate::message::{
    self, BARRIER_REPLY, BARRIER_REQUEST, CONFIG, GET_CONFIG, MULTIPART_REPLY, MULTIPART_REQUEST,
    SET_CONFIG,
};

/// Every table.
pub const ALL_TABLES: u8 = 0xff;
/// The switch's own port on the bridge.
pub const LOCAL: u32 = 0xffff_fffe;

const FLOW: u16 = 1;
const AGGREGATE: u16 = 2;
const TABLE: u16 = 3;
const PORT_DESC: u16 = 13;

/// Which flows are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Those of a table, or of all.
    pub table: u8,
    /// Those with these bits of the cookie.
    pub cookie: u64,
    /// Which bits these are.
    pub cookie_mask: u64,
}

/// Something that a switch is asked for, or told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Its ports.
    Ports,
    /// How many flows each table has.
    Tables,
    /// Flows.
    Flows(Filter),
    /// How many flows.
    Count(Filter),
    /// How it handles fragments.
    Config,
    /// To handle fragments so; the answer is how it does.
    SetConfig {
        /// How.
        fragments: u16,
        /// How much of a frame a controller gets: as it was.
        miss_send_length: u16,
    },
    /// To have done all that it was told before.
    Barrier,
}

impl Question {
    /// What it is about, in an error.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Question::Ports => "to tell of its ports",
            Question::Tables => "to tell of its tables",
            Question::Flows(_) => "to tell of its flows",
            Question::Count(_) => "to count its flows",
            Question::Config => "to tell of its configuration",
            Question::SetConfig { .. } => "to change its configuration",
            Question::Barrier => "a barrier",
        }
    }

    /// What kind of message, and of which multipart type, answers it.
    pub(crate) fn answer(self) -> (u8, Option<u16>) {
        match self {
            Question::Ports => (MULTIPART_REPLY, Some(PORT_DESC)),
            Question::Tables => (MULTIPART_REPLY, Some(TABLE)),
            Question::Flows(_) => (MULTIPART_REPLY, Some(FLOW)),
            Question::Count(_) => (MULTIPART_REPLY, Some(AGGREGATE)),
            Question::Config | Question::SetConfig { .. } => (CONFIG, None),
            Question::Barrier => (BARRIER_REPLY, None),
        }
    }

    pub(crate) fn write(self, bytes: &mut Vec<u8>, xid: u32) {
        if let Question::SetConfig {
            fragments,
            miss_send_length,
        } = self
        {
            // It has no answer, but for an error, so it is asked how it is then.
            message::write(bytes, SET_CONFIG, xid, |bytes| {
                bytes.extend(fragments.to_be_bytes());
                bytes.extend(miss_send_length.to_be_bytes());
            });
        }
        match (self.answer(), self) {
            ((_, Some(kind)), _) => {
                message::write(bytes, MULTIPART_REQUEST, xid, |bytes| {
                    bytes.extend(kind.to_be_bytes());
                    bytes.extend([0; 6]);
                    if let Question::Flows(filter) | Question::Count(filter) = self {
                        filter.write(bytes);
                    }
                });
            }
            (_, Question::Barrier) => {
                message::write(bytes, BARRIER_REQUEST, xid, |_| ());
            }
            _ => {
                message::write(bytes, GET_CONFIG, xid, |_| ());
            }
        }
    }
}

impl Filter {
    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend([self.table, 0, 0, 0]);
        bytes.extend([ANY, ANY, 0].map(u32::to_be_bytes).as_flattened());
        bytes.extend(self.cookie.to_be_bytes());
        bytes.extend(self.cookie_mask.to_be_bytes());
        write_match(bytes, &[]);
    }
}
