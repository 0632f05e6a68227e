//! The driver's promises between the frames: nothing of others is touched, nothing stays behind, what
//! is changed behind its back is seen and put right, and a change is whole.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

#[path = "../bed/mod.rs"]
mod bed;
mod change;
mod drift;
mod gates;
mod release;

use vifguard_netlink::nft::{Family, TableId};
use vifguard_nft::names;

pub(crate) fn main_table() -> TableId {
    TableId {
        family: Family::Netdev,
        name: names::TABLE.to_owned(),
    }
}
