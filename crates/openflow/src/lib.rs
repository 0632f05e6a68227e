//! OpenFlow 1.4 with Open vSwitch's extensions, as far as guards need it.
//!
//! **Bytes** are read by functions that take what a switch sent and give values, or say that it cannot be so; they
//! trust no length. **Words** are those that `ovs-ofctl` prints ([`text`]): what has none is never mistaken for
//! something that has. A [`Connection`] is spoken over: many questions are sent at once, and their answers told
//! apart by the number that each has; a change is one bundle, which the switch takes whole or not at all.
//!
//! Formats are those of the OpenFlow Switch Specification 1.4.0, sections 7.1 to 7.3, and of Open vSwitch's
//! `ovs-fields(7)` and `ovs-actions(7)`. What a flow is good for, nobody knows here.

#![forbid(unsafe_code)]

mod action;
mod answer;
mod bundle;
mod bytes;
mod call;
mod connection;
mod error;
mod flow;
mod inbox;
mod message;
mod oxm;
mod question;
pub mod text;

pub use answer::{Port, flow_count, fragments, miss_send_length, ports, tables};
pub use bundle::Bundle;
pub use bytes::Malformed;
pub use call::call;
pub use connection::Connection;
pub use error::{Error, Refusal};
pub use flow::{Command, FlowMod, FlowStats, flows};
pub use question::{ALL_TABLES, Filter, LOCAL, Question};
